"""All moves of a case on one page, and the one way to make one (domain.md 3.4).

Rule 1: what isn't in MOVES is illegal. An illegal move raises IllegalMove and changes nothing.
Rule 2: the first row whose event, state, actor and `when` fit is taken; `needs` names what must be handed in with it.
Rule 3: who someone is to a case (a capacity) is found by models/access.py, never taken from a button or a chat.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from models import guards
from models.case import Case, CaseEvent
from models.effects import EFFECTS
from models.scene import Act, Actor, Scene
from models.states import CLOSED, OPEN
from models.timeline import record

SAME, BACK = "=", "<"
"""Targets: the state it is in; the state it came from."""


class IllegalMove(Exception):
    """This move can't be made on this case now"""

    def __init__(self, event: str, state: str, why: str, **data: Any) -> None:
        super().__init__(f"{event} from {state}: {why}")
        self.event = event
        self.state = state
        self.why = why
        """A key: no_such_move, not_yours, missing, or the name of the guard that refused."""
        self.data = data


@dataclass(frozen=True)
class Move:
    """One row: `event` takes a case from any of `froms` to `to`, for an actor with one of the capacities `who`."""

    event: str
    froms: frozenset[str]
    to: str
    who: frozenset[str]
    when: tuple[str, ...] = ()
    """Guards on the case and the moment (models/guards.py)."""
    needs: tuple[str, ...] = ()
    """Names in the data that must be there and not empty."""
    public: bool = False
    """Residents see it in the timeline."""
    offered: bool = True
    """Shown as a button of a card or dialog; others are made by jobs, or come with later dialogs."""


def _rows(event: str, froms: str | frozenset[str], to: str, who: str, **more: Any) -> Move:
    states = frozenset(froms.split()) if isinstance(froms, str) else froms
    return Move(event, states, to, frozenset(who.split()), **more)


_FRESH = "submitted accepted"
_LEAD = "handler staff"
"""The lead party's people; staff may act for a party, and it is stored so."""

MOVES: tuple[Move, ...] = (
    # --- the desk
    _rows("accept", "submitted", "accepted", "staff rule", when=("category_known",), public=True),
    _rows("ask_info", "submitted", "need_info", "staff", needs=("text",), public=True),
    _rows("decline", _FRESH, "declined", "staff", needs=("reason", "text"), public=True),
    _rows("merge", "submitted accepted assigned in_progress paused", "merged", "staff", when=("may_merge",), needs=("master_id",),
          public=True, offered=False),
    _rows("unmerge", "merged", BACK, "staff", when=("merged_today",), offered=False, public=True),
    _rows("take_over", _FRESH, "in_progress", "staff", needs=("party_id",), public=True),
    _rows("dispatch", "accepted", "assigned", "staff rule", needs=("party_id",), public=True),
    _rows("invalidate", _FRESH, "invalid", "community_lead", needs=("reason",), offered=False),
    _rows("undo", "submitted", "withdrawn", "reporter", when=("just_filed", "no_emergency"), public=True),
    # --- waiting for the resident
    _rows("info_given", "need_info", BACK, "resident", public=True),
    _rows("silence", "need_info", "closed", "timer", when=("asked_72h",), needs=("reminded",), public=True),
    # --- the party
    _rows("sign", "assigned", "in_progress", _LEAD, public=True),
    _rows("return", "assigned", "accepted", _LEAD, when=("in_return_window", "first_return"), needs=("reason", "suggested")),
    _rows("sign_timeout", "assigned", SAME, "timer", when=("sign_overdue",)),
    _rows("auto_sign", "assigned", "in_progress", "timer", when=("sign_overdue_twice",), needs=("party_id",), public=True),
    _rows("contact", "in_progress", SAME, _LEAD, needs=("how",), public=True),
    _rows("progress", "in_progress", SAME, _LEAD, needs=("text",), public=True),
    _rows("add_co", "in_progress", SAME, _LEAD, needs=("party_id", "days"), offered=False),
    _rows("transfer", "in_progress", "assigned", _LEAD, needs=("reason", "party_id"), public=True, offered=False),
    _rows("pause", "in_progress", "paused", _LEAD, when=("may_pause",), needs=("reason", "until"), public=True),
    _rows("resume", "paused", "in_progress", f"{_LEAD} timer", public=True),
    _rows("extend_request", "in_progress", SAME, _LEAD, when=("before_due", "may_extend"), needs=("reason", "until"), offered=False),
    _rows("extend_approve", "in_progress", SAME, "community_lead street", when=("may_extend",), needs=("until",),
          public=True, offered=False),
    _rows("extend_refuse", "in_progress", SAME, "community_lead street", needs=("reason",), offered=False),
    _rows("answer", "in_progress", "answered", _LEAD, needs=("text", "result"), public=True),
    # --- is it true, and what does the resident say
    _rows("verify_ok", "answered", "confirming", "staff verifier", public=True),
    _rows("verify_skip", "answered", "confirming", "rule staff", when=("no_hazard",), public=True, offered=False),
    _rows("verify_fail", "answered", "in_progress", "staff verifier", needs=("reason",)),
    _rows("solved", "confirming", "closed", "resident", when=("not_e0",), public=True),
    _rows("solved", OPEN, "closed", "reporter", when=("not_e0",), public=True),
    _rows("partly", "confirming", "in_progress", "resident", needs=("reason",), public=True),
    _rows("not_solved", "confirming", "in_progress", "resident", needs=("reason",), public=True),
    _rows("understood", "confirming", "closed", "resident", needs=("outcome",), public=True),
    _rows("silence", "confirming", "closed", "timer", when=("confirm_72h",), needs=("reminded",), public=True),
    _rows("rate", "closed", SAME, "resident", needs=("stars",)),
    _rows("reopen", "closed", "in_progress", "resident", when=("closed_30d", "reopened_less_than_twice"), needs=("text",), public=True),
    _rows("reopen", "closed", "review", "resident", when=("closed_30d", "reopened_twice"), needs=("text",), public=True),
    _rows("bad_rating", "closed", "review", "timer", public=True, offered=False),
    _rows("uphold", "review", "closed", "street", needs=("text",), public=True, offered=False),
    _rows("refer", "review", "closed", "street", needs=("text",), public=True, offered=False),
    _rows("redo", "review", "in_progress", "street", needs=("text",), public=True, offered=False),
    _rows("appeal", "declined", "submitted", "resident", when=("declined_7d",), needs=("text",), public=True),
    # --- at any time while it is open
    _rows("note", OPEN, SAME, "resident staff handler"),
    _rows("reply", OPEN, SAME, "staff handler", needs=("text",), public=True),
    _rows("hurry", OPEN, SAME, "resident", public=True, offered=False),
    _rows("follow", OPEN, SAME, "anyone"),
    _rows("raise_class", OPEN, SAME, "staff rule duty", needs=("sla",), public=True),
    _rows("reclassify", OPEN, SAME, "staff", needs=("category",), public=True),
    _rows("relocate", OPEN, SAME, "staff resident handler", needs=("place",), public=True),
    _rows("escalate", OPEN, SAME, "timer staff", when=("below_level_4",), public=True, offered=False),
    _rows("escalate", OPEN, SAME, "resident", when=("below_level_4", "resident_may_escalate"), public=True, offered=False),
    _rows("withdraw", OPEN, "withdrawn", "reporter", when=("no_emergency", "no_hazard"), public=True),
    _rows("step_back", OPEN, SAME, "reporter", when=("others_concerned",)),
    # --- the emergency's own small machine, beside the state
    _rows("ack", OPEN, SAME, "duty staff", when=("is_emergency", "not_acked")),
    _rows("handover", OPEN, SAME, "duty staff", needs=("to",)),
    _rows("arrived", OPEN, SAME, "duty staff handler", when=("is_emergency",)),
    _rows("safe", OPEN, SAME, "duty staff handler", when=("is_emergency", "not_safe")),
    _rows("false_alarm", OPEN, SAME, "duty staff", when=("is_emergency", "not_safe")),
    _rows("says_safe", OPEN, SAME, "resident", when=("is_emergency",)),
    _rows("settle", OPEN, "closed", "duty staff", when=("is_emergency", "made_safe")),
)  # fmt: skip

EVENTS: frozenset[str] = frozenset(row.event for row in MOVES)


def _fitting(case: Case, event: str) -> Iterator[Move]:
    return (row for row in MOVES if row.event == event and case.state in row.froms)


def find_move(case: Case, event: str, may: frozenset[str], clock: guards.Clock | None) -> Move:
    """The row that `event` takes now. Raises IllegalMove; without a clock, guards on time are taken to hold."""
    why = "no_such_move"
    for row in _fitting(case, event):
        if not row.who & may:
            why = "not_yours"
            continue
        refusing = next((name for name in row.when if not guards.holds(name, case, clock)), None)
        if refusing is None:
            return row
        why = refusing
    raise IllegalMove(event, case.state, why)


def legal_moves(case: Case, actor_roles: frozenset[str], clock: guards.Clock | None = None) -> tuple[str, ...]:
    """The events that an actor with these capacities may choose now, in the table's order; only those offered as buttons."""
    legal: dict[str, None] = {}
    for row in MOVES:
        if row.offered and case.state in row.froms and row.who & actor_roles and all(guards.holds(n, case, clock) for n in row.when):
            legal[row.event] = None
    return tuple(legal)


def clock_of(world: Scene) -> guards.Clock:
    """The moment and the time limits in force, for guards."""
    return guards.Clock(world.now, world.book.sla["limits"])


def move(world: Scene, case: Case, event: str, actor: Actor, **data: Any) -> CaseEvent:
    """Make one move: change the case, write its event. `text` in `data` is words of a person and is sealed; the rest is codes.

    Raises IllegalMove (nothing is changed), or CaseMoved when another turn was faster.
    """
    row = find_move(case, event, actor.may, clock_of(world))
    missing = next((name for name in row.needs if not data.get(name)), None)
    if missing is not None:
        raise IllegalMove(event, case.state, "missing", what=missing)
    why = guards.refusal_of_data(case, event, actor, world, data)
    if why is not None:
        raise IllegalMove(event, case.state, why)
    before = case.state
    to = {SAME: before, BACK: case.came_from or "submitted"}.get(row.to, row.to)
    if to != before:
        if before not in {"need_info", "merged"}:
            case.came_from = before
        case.set_state(to, world.now)
        case.closed_at = world.now if to in CLOSED else None
    effect = EFFECTS.get(event)
    if effect is not None:
        effect(case, Act(world, actor, before, data))
    public = bool(data.pop("public", row.public))
    return record(world, case, event, actor, before=before, public=public, **data)
