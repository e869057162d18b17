"""The one door to authority: may this person do this, to this case or in this scope, now? (domain.md 3.1, design.md law 4)

Rule 1: only a dated role assignment, or being the case's own resident, gives a right. Never a button, a chat or a title.
Rule 2: an act on a case that isn't for everybody (desk_of ≠ "mc") leaves a line in the audit.
Rule 3: a sensitive case is for its own desk; the general desk does not see it, a lead only with a reason.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.audit import audit
from models.case import Case, Follower
from models.community import Party
from models.moves import EVENTS, MOVES
from models.parties import acts_for
from models.role import RoleAssignment, holders, roles_of
from models.scene import Actor
from models.states import DUTY_DESK, desk_of, specialist_desk

SCOPE_ACTS: dict[str, frozenset[str]] = {
    "bind_chat": frozenset({"community_lead", "admin"}),
    "invite": frozenset({"community_lead", "admin"}),
    "make_codes": frozenset({"community_lead", "community_staff", "admin"}),
    "work_in_mc": frozenset({"community_staff", "community_lead", "duty"}),
    "work_in_mc-s": frozenset({"community_staff", "community_lead", "duty", "mediator"}),
}
"""Acts that concern no case, and the roles that allow them."""

SEE = "see"
LEAD_NEEDS_REASON = ("DS", "AS")

DESK_ROLES = ("community_staff", "community_lead")
"""Shown before any other role of the same person; in an emergency the duty officer's comes first."""


class NotAllowed(Exception):
    """This person may not do this"""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key
        """no_role, not_yours, needs_reason, hidden_identity"""


@dataclass(frozen=True)
class Grant:
    """What somebody is to a case (or scope) now: their capacities, and the role people are shown."""

    person_id: str
    role: str
    capacities: frozenset[str]
    desk: str = ""
    party_id: str | None = None
    """The party they belong to, where that is why they may act."""
    reason: str = ""
    assignments: tuple[str, ...] = field(default=())

    @property
    def actor(self) -> Actor:
        return Actor(self.person_id, self.role, self.capacities)

    @property
    def is_staff(self) -> bool:
        return bool(self.capacities & {"staff", "duty", "community_lead"})


def may(session: Session, person_id: str, act: str, target: Case | str, now: datetime, *, reason: str = "") -> Grant:
    """The right to do `act` (a move's event, "see", or one of SCOPE_ACTS) on a case, or in a community by its id.

    Raises NotAllowed. It says whether the person may make such a move at all; whether it is legal now, `move` says.
    """
    if isinstance(target, str):
        return _in_scope(session, person_id, act, target, now)
    grant = capacities(session, person_id, target, now, reason=reason)
    allowed = bool(grant.capacities - {"anyone"}) if act == SEE else act in EVENTS and _some_row(act, grant.capacities)
    if not allowed:
        raise NotAllowed("needs_reason" if _would_with_reason(session, person_id, act, target, now, reason) else "not_yours")
    if desk_of(target) != "mc":
        audit(session, target.community_id, now, person_id, act, "case", target.id, role=grant.role, reason=reason)
    return grant


def _some_row(event: str, held: frozenset[str]) -> bool:
    return any(row.event == event and row.who & held for row in MOVES)


def _would_with_reason(session: Session, person_id: str, act: str, case: Case, now: datetime, reason: str) -> bool:
    if reason:
        return False
    held = capacities(session, person_id, case, now, reason="?").capacities
    return bool(held - {"anyone"}) if act == SEE else _some_row(act, held)


def _in_scope(session: Session, person_id: str, act: str, community_id: str, now: datetime) -> Grant:
    wanted = SCOPE_ACTS[act]
    mine = [row for row in roles_of(session, person_id, now) if row.community_id == community_id and row.role in wanted]
    if not mine:
        raise NotAllowed("no_role")
    return Grant(person_id, mine[0].role, frozenset(row.role for row in mine), mine[0].desk, assignments=tuple(r.id for r in mine))


def may_bind_chat(session: Session, person_id: str, now: datetime) -> Grant:
    """Say what a group is for. Raises NotAllowed."""
    mine = [row for row in roles_of(session, person_id, now) if row.role in SCOPE_ACTS["bind_chat"]]
    if not mine:
        raise NotAllowed("no_role")
    return Grant(person_id, mine[0].role, frozenset(row.role for row in mine))


def capacities(session: Session, person_id: str, case: Case, now: datetime, *, reason: str = "") -> Grant:
    """Everything this person is to this case now. Somebody without any right gets only "anyone"; nothing is raised."""
    held: set[str] = {"anyone"} if desk_of(case) == "mc" else set()
    roles: list[str] = []
    desk, party_id = "", None
    found: list[str] = []
    for row in roles_of(session, person_id, now):
        if row.community_id != case.community_id:
            continue
        gained, party = _from_role(session, row, case, now, reason)
        if gained:
            held |= gained
            roles.append(row.role)
            found.append(row.id)
            desk = desk or row.desk
            party_id = party_id or party
    resident = _as_resident(session, person_id, case)
    held |= resident
    shown = ("duty", *DESK_ROLES) if case.emergency else (*DESK_ROLES, "duty")
    role = next((role for role in (*shown, *roles) if role in roles), "resident" if resident else "guest")
    return Grant(person_id, role, frozenset(held), desk, party_id, reason, tuple(found))


def _as_resident(session: Session, person_id: str, case: Case) -> set[str]:
    if case.reporter_id == person_id:
        return {"resident", "reporter"}
    query = select(Follower.id).where(Follower.case_id == case.id, Follower.person_id == person_id, Follower.left_at.is_(None))
    return {"resident"} if session.scalar(query) is not None else set()


def _from_role(session: Session, row: RoleAssignment, case: Case, now: datetime, reason: str) -> tuple[set[str], str | None]:
    """Capacities that one assignment gives on this case, and the party it acts for."""
    room = desk_of(case)
    gained: set[str] = set()
    party_id = None
    if room == "auditor":
        # Nobody whom the complaint might concern sees it; the auditor alone works on it.
        return ({"staff", "handler", "verifier"}, None) if row.role == "auditor" else (set(), None)
    lead = session.get(Party, case.lead_id) if case.lead_id else None
    if lead is not None and acts_for(row, lead) and row.role not in {"community_staff", "community_lead"}:
        gained.add("handler")
        party_id = lead.id
    match row.role:
        case "community_staff":
            if room == "mc" or row.desk == specialist_desk(case.category):
                gained |= {"staff", "verifier"}
        case "duty":
            gained |= _duty(session, case, room, now)
        case "community_lead":
            closed = case.sensitive or case.confidential or case.category.startswith(LEAD_NEEDS_REASON)
            if not closed or reason:
                gained |= {"staff", "verifier", "community_lead"}
        case "mediator":
            if case.category.startswith("DS") and specialist_desk(case.category) != DUTY_DESK:
                gained |= {"staff", "verifier"}
        case "grid_leader" | "grid_member":
            if room == "mc" and row.scope_id == case.grid_id and "handler" not in gained:
                gained.add("verifier")
        case "street_officer":
            if case.state == "review" or case.escalation_level >= 2:
                gained.add("street")
    return gained, party_id


def _duty(session: Session, case: Case, room: str, now: datetime) -> set[str]:
    """The duty officer works on every emergency, and on a sensitive case whose desk nobody holds: absence moves the queue at once."""
    if case.emergency or case.sla == "E0":
        return {"duty", "staff", "verifier"}
    if room == "mc":
        return {"duty"}
    desk = specialist_desk(case.category)
    held = holders(session, case.community_id, "community_staff", now, desk=desk)
    if desk == "mediation":
        held = held + holders(session, case.community_id, "mediator", now)
    return set() if held else {"duty", "staff", "verifier"}


def desk_people(session: Session, case: Case, now: datetime) -> list[str]:
    """Who works on a case that isn't for everybody: ids of the auditor, the duty officers, or the desk that holds it."""
    community = case.community_id
    if desk_of(case) == "auditor":
        return holders(session, community, "auditor", now)
    if case.emergency or case.sla == "E0":
        return holders(session, community, "duty", now)
    desk = specialist_desk(case.category)
    people = holders(session, community, "community_staff", now, desk=desk)
    if desk == "mediation":
        people += holders(session, community, "mediator", now)
    return list(dict.fromkeys(people)) or holders(session, community, "duty", now)
