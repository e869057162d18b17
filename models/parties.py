"""Who handles what: the matrix category × node → party, and the people who act for a party.

A community's own entry comes first (the nearest node upwards), then the category's default letters, then its backup, and in
the end the community itself (属地兜底): no case is without somebody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.community import OrgNode, Party, Responsibility
from models.place import Building
from models.role import RoleAssignment

PARTY_ROLES = ("company_agent", "department_officer", "mediator")
"""Roles whose scope is a party itself."""

NODE_ROLES: dict[str, tuple[str, ...]] = {
    "GL": ("grid_leader", "grid_member"),
    "CM": ("community_staff", "community_lead"),
    "ST": ("street_officer",),
    "AU": ("auditor",),
}
"""Roles that act for the party of an org node, by the party's kind."""

FALLBACK_KIND = "CM"


class NobodyResponsible(LookupError):
    """The community has no desk of its own to fall back to"""


@dataclass(frozen=True)
class Responsible:
    """Who leads, who helps, who takes over."""

    lead: Party
    co: tuple[Party, ...] = ()
    backup: Party | None = None


def responsible(session: Session, community_id: str, category: str, row: Mapping[str, Any], building: Building | None) -> Responsible:
    """Whose matter `category` is at this place; `row` is the category's data with "lead" and "backup" letters.

    Raises NobodyResponsible.
    """
    own = _own_entry(session, community_id, category, building)
    if own is not None:
        lead = session.get_one(Party, own.lead_id)
        co = tuple(session.get_one(Party, party_id) for party_id in own.co_ids)
        return Responsible(lead, co, session.get(Party, own.backup_id) if own.backup_id else None)
    parties = _parties(session, community_id)
    leads = [party for letter in row.get("lead", ()) if (party := _pick(parties, letter, building))]
    backups = [party for letter in row.get("backup", ()) if (party := _pick(parties, letter, building))]
    last = _pick(parties, FALLBACK_KIND, building)
    chosen = [*leads, *backups, *([last] if last else [])]
    if not chosen:
        raise NobodyResponsible(community_id)
    backup = next((party for party in chosen[1:] if party is not chosen[0] and party not in leads), None)
    return Responsible(chosen[0], tuple(leads[1:]), backup)


def _own_entry(session: Session, community_id: str, category: str, building: Building | None) -> Responsibility | None:
    query = select(Responsibility).where(Responsibility.community_id == community_id, Responsibility.category == category)
    entries = {entry.node_id: entry for entry in session.scalars(query)}
    if not entries:
        return None
    nodes = {node.id: node for node in session.scalars(select(OrgNode).where(OrgNode.community_id == community_id))}
    start = building.grid_id if building is not None else next((n.id for n in nodes.values() if n.kind == "community"), None)
    while start is not None:
        if start in entries:
            return entries[start]
        start = nodes[start].parent_id if start in nodes else None
    return None


def _parties(session: Session, community_id: str) -> list[Party]:
    return list(session.scalars(select(Party).where(Party.community_id == community_id).order_by(Party.code)))


def _pick(parties: Iterable[Party], letter: str, building: Building | None) -> Party | None:
    """The party behind a letter; of several grids, the building's own."""
    of_kind = [party for party in parties if party.kind == letter.partition("-")[0]]
    if letter == "GL":
        return next((party for party in of_kind if building is not None and party.node_id == building.grid_id), None)
    return of_kind[0] if of_kind else None


def people_of(session: Session, party: Party, now: datetime) -> list[str]:
    """Ids of the people who act for a party now, in a stable order; empty when it is only reached by phone."""
    by_scope = [RoleAssignment.scope_id == party.id, RoleAssignment.role.in_(PARTY_ROLES)]
    in_force = (RoleAssignment.since <= now, or_(RoleAssignment.until.is_(None), RoleAssignment.until > now))
    query = select(RoleAssignment.person_id).where(*by_scope, *in_force)
    people = list(session.scalars(query.order_by(RoleAssignment.since, RoleAssignment.id)))
    roles = NODE_ROLES.get(party.kind)
    if roles and party.node_id:
        of_node = select(RoleAssignment.person_id).where(
            RoleAssignment.scope_id == party.node_id, RoleAssignment.role.in_(roles), *in_force
        )
        people += session.scalars(of_node.order_by(RoleAssignment.since, RoleAssignment.id))
    return list(dict.fromkeys(people))


def acts_for(assignment: RoleAssignment, party: Party) -> bool:
    """Whether this assignment makes its holder one of the party's people."""
    if assignment.role in PARTY_ROLES:
        return assignment.scope_id == party.id
    return assignment.scope_id == party.node_id and assignment.role in NODE_ROLES.get(party.kind, ())
