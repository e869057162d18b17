"""Authority: a dated assignment of a role to a person for a scope, and the single-use invites that give one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, bindparam, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.keys import Id, ref
from models.prepared import Prepared

ROLES = (
    "building_director", "unit_lead", "grid_leader", "grid_member", "community_staff", "community_lead", "street_officer",
    "district_officer", "department_officer", "company_agent", "volunteer", "pair_helper", "leader_contact", "mediator", "duty",
    "auditor", "admin",
)  # fmt: skip
"""Roles that are assigned; guest and resident are not, they follow from a membership."""

SCOPES = ("community", "grid", "building", "party", "street", "district")


class RoleAssignment(Base):
    """Person × role × scope × from–to × source document (domain.md 3.1). Never edited: ended, and a new one made."""

    __tablename__ = "role_assignment"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    community_id: Mapped[str] = mapped_column(ref("community.id"))
    person_id: Mapped[str] = mapped_column(ref("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(24))
    scope_kind: Mapped[str] = mapped_column(String(12))
    scope_id: Mapped[str] = mapped_column(Id)
    """Id of an org node, a building or a party."""
    desk: Mapped[str] = mapped_column(String(16), default="")
    """Of community staff: general, civil_affairs, mediation, safety, elder, culture."""
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    source: Mapped[str] = mapped_column(String(80))


class Invite(Base):
    """A link that gives a role once; only its SHA-256 is kept."""

    __tablename__ = "invite"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    community_id: Mapped[str] = mapped_column(ref("community.id"))
    role: Mapped[str] = mapped_column(String(24))
    scope_kind: Mapped[str] = mapped_column(String(12))
    scope_id: Mapped[str] = mapped_column(Id)
    desk: Mapped[str] = mapped_column(String(16), default="")
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by: Mapped[str | None] = mapped_column(ref("person.id"))


# Built once: it runs in every turn.
_IN_FORCE = Prepared(
    select(RoleAssignment.__table__)
    .where(RoleAssignment.person_id == bindparam("person"), RoleAssignment.since <= bindparam("now"))
    .where(or_(RoleAssignment.until.is_(None), RoleAssignment.until > bindparam("now")))
    .order_by(RoleAssignment.role, RoleAssignment.id)
)


def roles_of(session: Session, person_id: str, now: datetime) -> list[RoleAssignment]:
    """The assignments of a person that are in force at `now`: rows, because an assignment is never edited."""
    return _IN_FORCE.all(session, person=person_id, now=now)


def holders(
    session: Session, community_id: str, role: str, now: datetime, scope_id: str | None = None, desk: str | None = None
) -> list[str]:
    """Ids of the people who hold `role` now (in that scope, at that desk, where given), in a stable order."""
    query = select(RoleAssignment.person_id).where(
        RoleAssignment.community_id == community_id,
        RoleAssignment.role == role,
        RoleAssignment.since <= now,
        or_(RoleAssignment.until.is_(None), RoleAssignment.until > now),
    )
    if scope_id is not None:
        query = query.where(RoleAssignment.scope_id == scope_id)
    if desk is not None:
        query = query.where(RoleAssignment.desk == desk)
    return list(dict.fromkeys(session.scalars(query.order_by(RoleAssignment.since, RoleAssignment.id))))
