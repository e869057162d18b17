"""Cases and their timelines: the tables, and the one way to write to them.

Rule 1: a case changes only through `models.moves.move`, or `record` for what moves nothing; both add one event.
Rule 2: every change carries the version it was decided on. If another turn was faster, CaseMoved is raised and the turn is
redone, so that a resident and staff who meet on one case never overwrite each other.
Rule 3: plain columns hold states, moments, the category and the building; room, spot and words are sealed.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Date, Index, Integer, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.orm.exc import StaleDataError

from models.base import Base
from models.keys import Id, ref
from models.seal import Sealed


class CaseMoved(RuntimeError):
    """Another turn changed this case meanwhile; this turn must be redone"""


class Case(Base):
    """One matter from filing to closing (domain.md 3.4)."""

    __tablename__ = "case"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    community_id: Mapped[str] = mapped_column(ref("community.id"))
    account: Mapped[str] = mapped_column(String(32))
    cause: Mapped[str] = mapped_column(String(128))
    """The event that filed it: the same event redone makes no second case."""
    number: Mapped[str] = mapped_column(String(20))
    tail: Mapped[str] = mapped_column(String(6))
    source: Mapped[str] = mapped_column(String(12))
    """dialog, question, call, emergency, staff"""

    state: Mapped[str] = mapped_column(String(12))
    came_from: Mapped[str] = mapped_column(String(12), default="")
    """The state to go back to from need_info or merged."""
    state_since: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(20), default="")
    version: Mapped[int] = mapped_column(Integer)
    seq: Mapped[int] = mapped_column(Integer, default=0)

    category: Mapped[str] = mapped_column(String(8))
    sla: Mapped[str] = mapped_column(String(2))
    title: Mapped[str] = mapped_column(String(80), default="")
    """One masked line for search; empty for sensitive and confidential cases."""
    building: Mapped[str | None] = mapped_column(String(8))
    building_id: Mapped[str | None] = mapped_column(ref("building.id"))
    grid_id: Mapped[str | None] = mapped_column(ref("org_node.id"))
    place: Mapped[bytes] = mapped_column(Sealed)
    """{"building","unit","floor","room","spot"}"""
    spot_index: Mapped[str | None] = mapped_column(String(32))
    """Blind index of a public place, so that reports of one spot find each other."""
    words: Mapped[bytes] = mapped_column(Sealed)

    reporter_id: Mapped[str | None] = mapped_column(ref("person.id"), index=True)
    on_behalf_of: Mapped[str | None] = mapped_column(ref("person.id"))
    proposed_id: Mapped[str | None] = mapped_column(ref("party.id"))
    """Whom the matrix names; the case is shown to them only once it is dispatched."""
    lead_id: Mapped[str | None] = mapped_column(ref("party.id"), index=True)
    backup_id: Mapped[str | None] = mapped_column(ref("party.id"))
    master_id: Mapped[str | None] = mapped_column(ref("case.id"))

    opened_at: Mapped[datetime]
    contact_by: Mapped[datetime]
    answer_by: Mapped[datetime | None]
    """`due_eff`: the promise in force, with pauses and extensions; None where law sets the time."""
    due_first: Mapped[datetime | None]
    """The first promise; never moves."""
    triage_by: Mapped[datetime | None]
    dispatch_by: Mapped[datetime | None]
    sign_by: Mapped[datetime | None]
    signed_at: Mapped[datetime | None]
    first_contact_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    info_asked_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    paused_until: Mapped[datetime | None]
    pause_reason: Mapped[str] = mapped_column(String(24), default="")
    paused_seconds: Mapped[int] = mapped_column(Integer, default=0)

    escalation_level: Mapped[int] = mapped_column(SmallInteger, default=0)
    resident_escalated: Mapped[bool] = mapped_column(Boolean, default=False)
    extensions: Mapped[int] = mapped_column(SmallInteger, default=0)
    reopen_count: Mapped[int] = mapped_column(SmallInteger, default=0)
    rework_count: Mapped[int] = mapped_column(SmallInteger, default=0)
    dispute_count: Mapped[int] = mapped_column(SmallInteger, default=0)
    returned_by: Mapped[list[Any]]
    """Ids of the parties that have returned it: each may do so once."""
    declined_by: Mapped[str | None] = mapped_column(String(22))
    """Who declined it last: after an appeal somebody else decides."""
    follower_count: Mapped[int] = mapped_column(SmallInteger, default=0)
    """People who joined, besides the reporter, and have not left."""

    emergency: Mapped[str] = mapped_column(String(8), default="")
    """Emergency code of an alarm, "" = none."""
    hazard: Mapped[str] = mapped_column(String(8), default="")
    """Emergency code of a danger that raised it to E1, "" = none."""
    sensitive: Mapped[bool] = mapped_column(Boolean, default=False)
    confidential: Mapped[bool] = mapped_column(Boolean, default=False)
    anonymous: Mapped[bool] = mapped_column(Boolean, default=False)
    overdue: Mapped[bool] = mapped_column(Boolean, default=False)
    whistle: Mapped[bool] = mapped_column(Boolean, default=False)
    co_handling: Mapped[bool] = mapped_column(Boolean, default=False)
    needs_help: Mapped[bool] = mapped_column(Boolean, default=False)
    call_me: Mapped[bool] = mapped_column(Boolean, default=False)
    unit_unknown: Mapped[bool] = mapped_column(Boolean, default=False)

    shown_at: Mapped[datetime | None]
    alerted_at: Mapped[datetime | None]
    acked_at: Mapped[datetime | None]
    acked_by: Mapped[str | None] = mapped_column(ref("person.id"))
    handed_over_at: Mapped[datetime | None]
    handed_over_to: Mapped[str] = mapped_column(String(24), default="")
    arrived_at: Mapped[datetime | None]
    safe_at: Mapped[datetime | None]
    false_alarm: Mapped[bool] = mapped_column(Boolean, default=False)
    says_safe_at: Mapped[datetime | None]
    """The person in danger said so; staff still confirm it."""

    __table_args__ = (
        UniqueConstraint("community_id", "number"),
        UniqueConstraint("account", "cause"),
        Index("ix_case_alike", "community_id", "category", "building", "opened_at"),
        Index("ix_case_state", "community_id", "state", "answer_by"),
    )
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    def set_state(self, state: str, now: datetime) -> None:
        self.state = state
        self.state_since = now


class CaseEvent(Base):
    """One line of a case's timeline. `data` is codes and moments only; words of people are in `text`, sealed."""

    __tablename__ = "case_event"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    community_id: Mapped[str] = mapped_column(ref("community.id"))
    case_id: Mapped[str] = mapped_column(ref("case.id"))
    seq: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime]
    actor_id: Mapped[str | None] = mapped_column(ref("person.id"))
    actor_role: Mapped[str] = mapped_column(String(24))
    """What is shown instead of a private name: resident, general_desk, company_agent, timer …"""
    event: Mapped[str] = mapped_column(String(20))
    from_state: Mapped[str] = mapped_column(String(12), default="")
    to_state: Mapped[str] = mapped_column(String(12), default="")
    public: Mapped[bool] = mapped_column(Boolean, default=False)
    text: Mapped[bytes | None] = mapped_column(Sealed)
    data: Mapped[dict[str, Any]]
    __table_args__ = (UniqueConstraint("case_id", "seq"),)


class Follower(Base):
    """A person whose matter this is: the reporter, and everybody who said "me too", each with own words."""

    __tablename__ = "follower"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    community_id: Mapped[str] = mapped_column(ref("community.id"))
    case_id: Mapped[str] = mapped_column(ref("case.id"))
    person_id: Mapped[str] = mapped_column(ref("person.id"), index=True)
    own: Mapped[bool] = mapped_column(Boolean, default=False)
    """The reporter, not a joiner."""
    words: Mapped[bytes | None] = mapped_column(Sealed)
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    stars: Mapped[int] = mapped_column(SmallInteger, default=0)
    """1–5 once given; 0 = not rated (never pre-filled)."""
    __table_args__ = (UniqueConstraint("case_id", "person_id"),)


class CaseCounter(Base):
    """The last case number of a community's day. Taken last in a turn, so that the row is locked only briefly; gaps are allowed."""

    __tablename__ = "case_counter"
    community_id: Mapped[str] = mapped_column(ref("community.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    last: Mapped[int] = mapped_column(Integer)


class CaseTask(Base):
    """A small favour asked of a helper about a case (carrying water): what and where, never why."""

    __tablename__ = "case_task"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    community_id: Mapped[str] = mapped_column(ref("community.id"))
    case_id: Mapped[str] = mapped_column(ref("case.id"))
    helper_id: Mapped[str] = mapped_column(ref("person.id"), index=True)
    what: Mapped[str] = mapped_column(String(24))
    place: Mapped[bytes] = mapped_column(Sealed)
    asked_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    __table_args__ = (UniqueConstraint("case_id", "helper_id", "what"),)


def save(session: Session) -> None:
    """Write pending changes now. Raises CaseMoved when a case was changed by another turn since it was read."""
    try:
        session.flush()
    except StaleDataError as error:
        raise CaseMoved from error
