"""Access of departments to the community: nothing is pushed down without a valid access item (domain.md 3.6, formula 20)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Date, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.keys import Id, ref

APPLIED, ASSESSED, APPROVED, REFUSED, ENTERED, REVIEW, EXITED = "applied", "assessed", "approved", "refused", "entered", "review", "exited"
"""States of an access item. An emergency order is `entered` at once and registered afterwards."""


class AccessItem(Base):
    """A department's wish to work in the community, from its application to its exit."""

    __tablename__ = "access_item"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    community_id: Mapped[str] = mapped_column(ref("community.id"))
    number: Mapped[str] = mapped_column(String(24), unique=True)
    """A-SMY-261123-001"""
    party_id: Mapped[str] = mapped_column(ref("party.id"), index=True)
    applicant_id: Mapped[str] = mapped_column(ref("person.id"))
    state: Mapped[str] = mapped_column(String(10))
    rev: Mapped[int] = mapped_column(Integer, default=1)
    task: Mapped[str] = mapped_column(String(200))
    legal_basis: Mapped[str] = mapped_column(String(200), default="")
    hours: Mapped[int] = mapped_column(Integer, default=0)
    """Hours of community work asked for."""
    people: Mapped[int] = mapped_column(Integer, default=0)
    money: Mapped[str] = mapped_column(String(80), default="")
    training: Mapped[str] = mapped_column(String(120), default="")
    forms: Mapped[str] = mapped_column(Text, default="")
    appraisal: Mapped[bool] = mapped_column(Boolean, default=False)
    emergency: Mapped[bool] = mapped_column(Boolean, default=False)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_until: Mapped[date] = mapped_column(Date)
    applied_at: Mapped[datetime]
    decide_by: Mapped[datetime]
    """15 working days after the application; of an emergency order: registered by then."""
    decided_at: Mapped[datetime | None]
    entered_at: Mapped[datetime | None]
    review_by: Mapped[datetime | None]
    exited_at: Mapped[datetime | None]
    __table_args__ = (Index("ix_access_item_clock", "community_id", "state", "decide_by"),)


class AccessStamp(Base):
    """One step of an access item: who did it, when, with which opinion."""

    __tablename__ = "access_stamp"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    item_id: Mapped[str] = mapped_column(ref("access_item.id"))
    seq: Mapped[int] = mapped_column(Integer)
    act: Mapped[str] = mapped_column(String(12))
    """apply, opinion, assess, approve, refuse, enter, review, exit, register, overdue"""
    person_id: Mapped[str | None] = mapped_column(ref("person.id"))
    role: Mapped[str] = mapped_column(String(24), default="")
    data: Mapped[dict[str, Any]]
    """Of an opinion {"of", "for": bool, "text"}; of a refusal {"reason"}; of a review {"workload", "residents"}."""
    at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("item_id", "seq"),)


class AccessBlock(Base):
    """A push that was stopped because it had no valid access item. Counted and published; its words aren't kept."""

    __tablename__ = "access_block"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    community_id: Mapped[str] = mapped_column(ref("community.id"))
    cause: Mapped[str] = mapped_column(String(128), unique=True)
    person_id: Mapped[str] = mapped_column(ref("person.id"))
    party_id: Mapped[str | None] = mapped_column(ref("party.id"))
    chat: Mapped[str] = mapped_column(String(48))
    rules: Mapped[list[Any]]
    """What made it a push, and the formalism found in it: names of rules in locales/notices.toml."""
    at: Mapped[datetime]
    __table_args__ = (Index("ix_access_block_at", "community_id", "at"),)
