"""The conditions named in the table of moves: one small function each, true when the move may be made.

Guards on time read their limits from data (`Clock.limits`, hours or days as the name says).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from models.case import Case
from models.scene import Actor, Scene
from models.states import NEVER_MERGED, SECOND_PAIR_OF_EYES


@dataclass(frozen=True)
class Clock:
    """World time, and the limits of moves as data."""

    now: datetime
    limits: Mapping[str, float]

    def within(self, since: datetime | None, limit: str) -> bool:
        """Less than `limit` has passed since `since`."""
        return since is not None and self.now - since <= _length(limit, self.limits)

    def over(self, since: datetime | None, limit: str) -> bool:
        return since is not None and self.now - since >= _length(limit, self.limits)


def _length(name: str, limits: Mapping[str, float]) -> timedelta:
    unit = name.rsplit("_", 1)[1]
    return timedelta(**{unit: limits[name]})


Guard = Callable[[Case], bool]
TimeGuard = Callable[[Case, Clock], bool]

GUARDS: dict[str, Guard] = {
    "category_known": lambda case: bool(case.category),
    "not_e0": lambda case: case.sla != "E0",
    "no_emergency": lambda case: not case.emergency and case.sla != "E0",
    "is_emergency": lambda case: bool(case.emergency),
    "not_acked": lambda case: case.acked_at is None,
    "not_safe": lambda case: case.safe_at is None and not case.false_alarm,
    "made_safe": lambda case: case.safe_at is not None or case.false_alarm,
    "no_hazard": lambda case: not case.hazard,
    "others_concerned": lambda case: (bool(case.hazard) or case.follower_count > 0) and not case.emergency,
    "may_merge": lambda case: not case.confidential and not case.emergency and not case.category.startswith(NEVER_MERGED),
    "may_pause": lambda case: case.sla != "E0" and case.answer_by is not None,
    "may_extend": lambda case: case.answer_by is not None and case.extensions < 2,
    "first_return": lambda case: case.lead_id not in case.returned_by,
    "reopened_less_than_twice": lambda case: case.reopen_count < 2,
    "reopened_twice": lambda case: case.reopen_count >= 2,
    "below_level_4": lambda case: case.escalation_level < 4,
}

TIME_GUARDS: dict[str, TimeGuard] = {
    "just_filed": lambda case, clock: clock.within(case.opened_at, "undo_minutes"),
    "asked_72h": lambda case, clock: clock.over(case.info_asked_at, "need_info_hours"),
    "confirm_72h": lambda case, clock: clock.over(case.state_since, "confirm_hours"),
    "merged_today": lambda case, clock: clock.within(case.state_since, "unmerge_hours"),
    "closed_30d": lambda case, clock: clock.within(case.closed_at, "reopen_days"),
    "declined_7d": lambda case, clock: clock.within(case.closed_at, "appeal_days"),
    "in_return_window": lambda case, clock: case.sign_by is None or clock.now <= case.sign_by,
    "sign_overdue": lambda case, clock: case.sign_by is not None and clock.now >= case.sign_by,
    "sign_overdue_twice": lambda case, clock: case.sign_by is not None and clock.now >= case.sign_by + (case.sign_by - case.state_since),
    "before_due": lambda case, clock: case.answer_by is not None and clock.now < case.answer_by,
    "resident_may_escalate": lambda case, clock: not case.resident_escalated and _may_complain(case, clock),
}


def _may_complain(case: Case, clock: Clock) -> bool:
    """A resident may escalate once: after the due date, or after two days without an answer."""
    late = case.answer_by is not None and clock.now > case.answer_by
    return late or clock.over(case.state_since, "unanswered_days")


def holds(name: str, case: Case, clock: Clock | None) -> bool:
    """Whether guard `name` lets the move pass; without a clock, guards on time do."""
    if name in GUARDS:
        return GUARDS[name](case)
    return clock is None or TIME_GUARDS[name](case, clock)


def refusal_of_data(case: Case, event: str, actor: Actor, world: Scene, data: Mapping[str, Any]) -> str | None:
    """Why what was handed in doesn't fit, None when it does."""
    check = CHECKS.get(event)
    return check(case, actor, world, data) if check is not None else None


def _decider(case: Case, actor: Actor, world: Scene, data: Mapping[str, Any]) -> str | None:
    """After an appeal, somebody other than the one who declined decides."""
    if case.declined_by is not None and case.declined_by == actor.person_id:
        return "another_decider"
    return None


def _decline(case: Case, actor: Actor, world: Scene, data: Mapping[str, Any]) -> str | None:
    if data["reason"] not in world.book.sla["decline_reasons"]:
        return "unknown_reason"
    if case.category.startswith(SECOND_PAIR_OF_EYES) and data.get("second") in {None, "", actor.person_id}:
        return "second_pair_of_eyes"
    return _decider(case, actor, world, data)


def _merge(case: Case, actor: Actor, world: Scene, data: Mapping[str, Any]) -> str | None:
    master = world.session.get(Case, data["master_id"])
    if master is None or master.id == case.id or master.community_id != case.community_id or master.state == "merged":
        return "bad_master"
    return None if GUARDS["may_merge"](master) else "bad_master"


def _return(case: Case, actor: Actor, world: Scene, data: Mapping[str, Any]) -> str | None:
    return None if data["reason"] in world.book.sla["return_reasons"] else "unknown_reason"


def _pause(case: Case, actor: Actor, world: Scene, data: Mapping[str, Any]) -> str | None:
    reason = world.book.sla["pause_reasons"].get(data["reason"])
    if reason is None or case.sla not in reason.get("classes", (case.sla,)):
        return "unknown_reason"
    if data["until"] <= world.now:
        return "until_past"
    longest = reason.get("max_hours")
    if longest is not None and data["until"] > world.now + timedelta(hours=longest):
        return "until_too_late"
    free = timedelta(days=world.book.sla["limits"]["pause_free_days"])
    if data["until"] - world.now > free and not data.get("approved_by"):
        return "needs_approval"
    return None


def _answer(case: Case, actor: Actor, world: Scene, data: Mapping[str, Any]) -> str | None:
    if data["result"] not in {"solved", "partly", "not"}:
        return "unknown_result"
    physical = world.book.categories.get(case.category, {}).get("physical", False)
    if physical and data["result"] == "solved" and not data.get("media") and not data.get("no_photo"):
        return "photo_missing"
    return None


def _understood(case: Case, actor: Actor, world: Scene, data: Mapping[str, Any]) -> str | None:
    return None if data["outcome"] in {"explained_cannot", "planned"} else "unknown_outcome"


def _rate(case: Case, actor: Actor, world: Scene, data: Mapping[str, Any]) -> str | None:
    return None if data["stars"] in {1, 2, 3, 4, 5} else "bad_stars"


def _raise(case: Case, actor: Actor, world: Scene, data: Mapping[str, Any]) -> str | None:
    order = world.book.sla["urgency"]
    if data["sla"] not in order:
        return "unknown_class"
    # A danger found in a case that is urgent already is noted, and its times start anew where that is sooner.
    new_hazard = data["sla"] == case.sla and bool(data.get("hazard")) and not case.hazard
    return None if new_hazard or order.index(data["sla"]) < order.index(case.sla) else "not_higher"


def _reclassify(case: Case, actor: Actor, world: Scene, data: Mapping[str, Any]) -> str | None:
    return None if data["category"] in world.book.categories else "unknown_category"


CHECKS: dict[str, Callable[[Case, Actor, Scene, Mapping[str, Any]], str | None]] = {
    "accept": _decider,
    "ask_info": _decider,
    "take_over": _decider,
    "decline": _decline,
    "merge": _merge,
    "return": _return,
    "transfer": _return,
    "pause": _pause,
    "answer": _answer,
    "understood": _understood,
    "rate": _rate,
    "raise_class": _raise,
    "reclassify": _reclassify,
}
