"""What the notice dialogs may ask of the world. A plan is the plain JSON described in dialogs/notice_texts.py."""

from __future__ import annotations

from dataclasses import dataclass, field

from dialogs.words import Json


@dataclass(frozen=True)
class WeighNotice:
    """What a plan would mean → {"buildings","per":[{"building","groups","households"}],"groups","households","rule","approvals","chat",
    "source":{"zh","en"}|None,"sources":[{"kind","zh","en"}],"contact","same":{"number","at"}|None,"full":[buildings],"quiet":bool,
    "earliest": wall, "access": number|""}.

    `plan["houses"]` = {"named","but","circle"}: the circle is resolved by the author's own roles.
    Refused: "no_role", "not_yours", "no_access_item" (then it was counted as blocked).
    """

    plan: Json


@dataclass(frozen=True)
class PlanNotice:
    """Plan the notice → {"notice_id","number","state":"scheduled"|"pending_approval","send_at","approvals","groups","households"}.

    `plan["send"]` is "now" or a local wall; `plan["repeat"]` a repeat rule or None. Refused: as `WeighNotice`, and "faulty" {"faults"}.
    """

    plan: Json


@dataclass(frozen=True)
class ApplyAccess:
    """A department applies to work in the community → {"number","decide_by","early":bool}. Refused: "no_role".

    `facts`: {"task","legal_basis","hours","people","from","until","forms","appraisal","emergency"}.
    """

    facts: Json = field(default_factory=dict)


@dataclass(frozen=True)
class TellUnder:
    """Words about a notice → {"case_id","number","contact_by","answer_by"}. `kind`: difficulty (a private matter) or question.

    No words: somebody said that there is a difficulty and no more. Refused: "not_found".
    """

    notice_id: str
    version: int
    kind: str
    words: str
    media: tuple[str, ...] = ()


NoticeWish = WeighNotice | PlanNotice | ApplyAccess | TellUnder
