"""Events that people sign up for: seats, a waiting list with timed offers, check-in, no-shows (domain.md 3.11).

A seat is a number of its own: two people can't have the same one, because the unique key (event, seat) decides.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Integer, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.keys import Id, ref
from models.seal import Sealed


class Event(Base):
    """An event announced by a notice."""

    __tablename__ = "event"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    community_id: Mapped[str] = mapped_column(ref("community.id"))
    number: Mapped[str] = mapped_column(String(24), unique=True)
    """E-SMY-261123-001"""
    notice_id: Mapped[str | None] = mapped_column(ref("notice.id"), unique=True)
    organiser_id: Mapped[str] = mapped_column(ref("person.id"))
    title: Mapped[str] = mapped_column(String(80))
    place: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(10))
    """draft, open, full, closed, held, cancelled"""
    rev: Mapped[int] = mapped_column(Integer, default=1)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    starts_wall: Mapped[str] = mapped_column(String(16))
    capacity: Mapped[int] = mapped_column(Integer)
    household_limit: Mapped[int] = mapped_column(SmallInteger, default=0)
    """Most seats of one household, 0 = no limit."""
    guests: Mapped[int] = mapped_column(SmallInteger, default=0)
    """Most guests one person may bring; each takes a seat."""
    code: Mapped[bytes | None] = mapped_column(Sealed)
    """The check-in code of four digits, spoken aloud at the event."""
    created_at: Mapped[datetime]
    __table_args__ = (Index("ix_event_starts", "community_id", "state", "starts_at"),)


class EventSignup(Base):
    """One person's wish to come. Its turn on the waiting list is `queued_no`, first come first served."""

    __tablename__ = "event_signup"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    event_id: Mapped[str] = mapped_column(ref("event.id"))
    person_id: Mapped[str] = mapped_column(ref("person.id"), index=True)
    household_id: Mapped[str | None] = mapped_column(ref("household.id"))
    guests: Mapped[int] = mapped_column(SmallInteger, default=0)
    state: Mapped[str] = mapped_column(String(10))
    """seated, waiting, offered, declined, lapsed, cancelled, came, no_show"""
    queued_no: Mapped[int] = mapped_column(Integer)
    offered_at: Mapped[datetime | None]
    offer_until: Mapped[datetime | None]
    reminded: Mapped[int] = mapped_column(SmallInteger, default=0)
    """How many of the reminders (24 h, 2 h) were sent."""
    came_at: Mapped[datetime | None]
    feedback: Mapped[dict[str, Any] | None]
    at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("event_id", "person_id"), UniqueConstraint("event_id", "queued_no"))


class EventSeat(Base):
    """One seat that is taken or offered; free seats have no row."""

    __tablename__ = "event_seat"
    event_id: Mapped[str] = mapped_column(ref("event.id"), primary_key=True)
    seat: Mapped[int] = mapped_column(Integer, primary_key=True)
    signup_id: Mapped[str] = mapped_column(ref("event_signup.id"), index=True)
