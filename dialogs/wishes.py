"""What a dialog may ask of the world: commands in the imperative, granted by a handler in the same transaction.

Each docstring gives the plain JSON that comes back in `Answered.value`, and the reasons of `Refused`.
Moments are ISO 8601 strings with zone. A `place` is {"building","unit","floor","room","spot"} (strings as said, or null).
Every wish concerns the person of this conversation; handlers check their right to it again (models/access.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from dialogs.notice_wishes import ApplyAccess, PlanNotice, TellUnder, WeighNotice
from dialogs.policy_wishes import FindPolicy, HandOver, JudgeAnswer, LookUp
from dialogs.words import Json


@dataclass(frozen=True)
class Quote:
    """The promise before it is given → {"contact_by","answer_by","sla","party":{"zh","en"}} ."""

    category: str
    place: Json


@dataclass(frozen=True)
class FindSimilar:
    """Open cases alike (domain.md 3.4.4) → {"cases":[{"case_id","number","category","state","answer_by","party":{"zh","en"},"place"}]}."""

    category: str
    place: Json


@dataclass(frozen=True)
class OpenCase:
    """File a case → {"case_id","number","tail","category","contact_by","answer_by","sla","party":{"zh","en"}}.

    Refused: "place_missing", "consent_missing", "too_many" (data {"limit"}).
    `flags`: confidential, needs_help, call_me, unit_unknown … (booleans). `hazard`: an emergency code that raises it to E1, or "".
    """

    category: str
    place: Json
    words: str
    media: tuple[str, ...] = ()
    flags: Json = field(default_factory=dict)
    hazard: str = ""


@dataclass(frozen=True)
class JoinCase:
    """Add this person as a follower with own words and media → {"case_id","number","contact_by","answer_by","sla","raised":bool}.

    Refused: "case_closed", "not_found". `hazard` raises the class to E1.
    """

    case_id: str
    words: str
    media: tuple[str, ...] = ()
    hazard: str = ""


@dataclass(frozen=True)
class UndoCase:
    """Take back a case within two minutes of filing → {}. Refused: "too_late", "already_handled", "not_found"."""

    case_id: str


@dataclass(frozen=True)
class AddNote:
    """Add words or media to one's own open case → {"number"}. A closed one is refused with "case_closed"."""

    case_id: str
    words: str
    media: tuple[str, ...] = ()


@dataclass(frozen=True)
class ListCases:
    """The person's cases, open ones first, at most 10 → {"cases":[{"case_id","number","category","state","building","answer_by","open":bool}]}."""


@dataclass(frozen=True)
class ShowCase:
    """One case with its public timeline → {"case_id","number","category","state","place","contact_by","answer_by","open":bool,
    "party":{"zh","en"},"timeline":[{"at","event","text"}],"moves":[legal moves of this person: withdraw, confirm, reopen, note]}. Refused: "not_found"."""

    case_id: str


@dataclass(frozen=True)
class WithdrawCase:
    """Withdraw one's own open case → {"number","hazard_stays":bool}. Refused: "not_found", "not_now"."""

    case_id: str


@dataclass(frozen=True)
class ConfirmCase:
    """The resident's verdict → {"number","state","answer_by"|null}. `outcome` solved | partly | not_solved; `stars` 1–5 or 0; `words` a reason.

    solved closes; partly and not_solved reopen with half the class's time (min 24 h). Refused: "not_found", "not_now".
    """

    case_id: str
    outcome: str
    stars: int = 0
    words: str = ""


@dataclass(frozen=True)
class CallMe:
    """A person asks to be phoned by staff; files or marks a case → {"case_id","number","contact_by"}. Nothing about the matter need be known."""

    words: str = ""
    place: Json = field(default_factory=dict)
    case_id: str = ""
    media: tuple[str, ...] = ()


@dataclass(frozen=True)
class AskStaff:
    """Hand a question or an unclear matter to the desk with a promise (Q4 clock) → {"case_id","number","answer_by","contact_by","on_duty":bool}."""

    words: str
    category: str = "AD02"
    place: Json = field(default_factory=dict)
    media: tuple[str, ...] = ()


@dataclass(frozen=True)
class AskHelp:
    """Ask the building director or a volunteer for a hand with an open case (carrying water), without health detail
    → {"helper":{"zh","en"}} (role and name as the person opted in). Refused: "nobody"."""

    case_id: str
    what: str


@dataclass(frozen=True)
class RaiseAlarm:
    """Open an emergency case and alert mc-s and duty at once → {"case_id","number","numbers":{…}}.

    `kind` is an emergency code; `confirmed` false where only a human is to be informed.
    """

    kind: str
    words: str
    place: Json = field(default_factory=dict)
    confirmed: bool = True


@dataclass(frozen=True)
class AddToAlarm:
    """Further words, media or an answer of the person in danger → {"state","acked":bool}."""

    case_id: str
    words: str
    media: tuple[str, ...] = ()


@dataclass(frozen=True)
class StandDown:
    """The person says they are safe or that it was no danger → {"number"}; the case stays for staff to close."""

    case_id: str
    why: str


@dataclass(frozen=True)
class GiveConsent:
    """Record consent to the privacy notice of `version` → {}."""

    version: str


@dataclass(frozen=True)
class SetLanguage:
    """→ {}. `language` is "zh" or "en"."""

    language: str


@dataclass(frozen=True)
class SetElderMode:
    """→ {}."""

    on: bool


@dataclass(frozen=True)
class BindHome:
    """Bind to a home by typing it (claimed) → {"building","unit","room","verified":false}. Refused: "no_such_building" {"nearest":[…]}, "no_such_room"."""

    building: str
    unit: str = ""
    room: str = ""


@dataclass(frozen=True)
class BindCode:
    """Bind to a home by the code of `linli codes` (verified) → {"building","unit","room","verified":true}. Refused: "bad_code"."""

    code: str


Wish = (
    Quote | FindSimilar | OpenCase | JoinCase | UndoCase | AddNote | ListCases | ShowCase | WithdrawCase | ConfirmCase | CallMe | AskStaff
    | WeighNotice | PlanNotice | ApplyAccess | TellUnder
    | FindPolicy | LookUp | HandOver | JudgeAnswer
    | AskHelp | RaiseAlarm | AddToAlarm | StandDown | GiveConsent | SetLanguage | SetElderMode | BindHome | BindCode
)  # fmt: skip
