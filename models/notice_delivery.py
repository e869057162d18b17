"""Where a notice went and what came back: one row per recipient, one receipt per household, rooms to knock at, questions asked.

Also what residents chose to hear of. Everything here carries ids only; a resident's words stand in the case that was opened.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, Index, Integer, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.journal import BigId
from models.keys import Id, ref

WAITING, DIGEST, QUEUED, SENT, UNKNOWN, FAILED, UNREACHABLE, STOPPED, STRUCK = (
    "waiting", "digest", "queued", "sent", "unknown", "failed", "unreachable", "stopped", "struck"
)  # fmt: skip
"""States of a recipient. `waiting`: to be handed to the outbox; `digest`: goes out with the day's digest; `queued`: its letter is in
the outbox under `letter`; then the letter's fate; `stopped`: recalled or cancelled before it left; `struck`: it had arrived and was
edited after a correction or a recall."""
ARRIVED = (SENT, UNKNOWN, STRUCK)
"""States in which a letter is with its recipient, or may be."""


class NoticeRecipient(Base):
    """One group or person that one version of a notice goes to. The unique key makes a second writing harmless."""

    __tablename__ = "notice_recipient"
    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    notice_id: Mapped[str] = mapped_column(ref("notice.id"))
    version: Mapped[int] = mapped_column(Integer)
    recipient: Mapped[str] = mapped_column(String(64))
    """group:<chat> or person:<person id>"""
    kind: Mapped[str] = mapped_column(String(8))
    """group, person"""
    building_id: Mapped[str] = mapped_column(ref("building.id"))
    household_id: Mapped[str | None] = mapped_column(ref("household.id"))
    person_id: Mapped[str | None] = mapped_column(ref("person.id"))
    chat: Mapped[str] = mapped_column(String(48))
    language: Mapped[str] = mapped_column(String(8))
    elder: Mapped[bool] = mapped_column(Boolean, default=False)
    state: Mapped[str] = mapped_column(String(12))
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    letter: Mapped[str] = mapped_column(String(128), default="", server_default="")
    """The outbox key of the letter it went out with: its own (`idem_of`), or that of a digest; "" until then."""
    error: Mapped[str] = mapped_column(String(120), default="")
    settled_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("notice_id", "version", "recipient"),
        Index("ix_notice_recipient_state", "notice_id", "version", "state", "id"),
        Index("ix_notice_recipient_chat", "chat", "message_id"),
    )


def idem_of(notice_id: str, version: int, recipient: str) -> str:
    """The outbox key of the letter of one version to one recipient."""
    return f"notice:{notice_id}:{version}:{recipient}"


class NoticeReceipt(Base):
    """A household has read one version, or was told by word of mouth. The unique key counts it once."""

    __tablename__ = "notice_receipt"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    notice_id: Mapped[str] = mapped_column(ref("notice.id"))
    version: Mapped[int] = mapped_column(Integer)
    household_id: Mapped[str] = mapped_column(ref("household.id"))
    building_id: Mapped[str] = mapped_column(ref("building.id"))
    person_id: Mapped[str | None] = mapped_column(ref("person.id"))
    """Who confirmed; of an offline tick: who knocked."""
    how: Mapped[str] = mapped_column(String(8))
    """private, group, offline"""
    at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("notice_id", "version", "household_id"),)


class NoticeKnock(Base):
    """A room that has not confirmed, put on the director's list; `knocked_at` when somebody has been at the door."""

    __tablename__ = "notice_knock"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    notice_id: Mapped[str] = mapped_column(ref("notice.id"))
    version: Mapped[int] = mapped_column(Integer)
    building_id: Mapped[str] = mapped_column(ref("building.id"))
    unit: Mapped[str] = mapped_column(String(4))
    room: Mapped[str] = mapped_column(String(8))
    elder: Mapped[bool] = mapped_column(Boolean, default=False)
    listed_at: Mapped[datetime]
    knocked_at: Mapped[datetime | None]
    knocked_by: Mapped[str | None] = mapped_column(ref("person.id"))
    outcome: Mapped[str] = mapped_column(String(10), default="")
    """told, nobody, moved"""
    __table_args__ = (UniqueConstraint("notice_id", "version", "building_id", "unit", "room"),)


class NoticeQuestion(Base):
    """A question asked under a notice, or a difficulty told in private: the case it became."""

    __tablename__ = "notice_question"
    case_id: Mapped[str] = mapped_column(ref("case.id"), primary_key=True)
    notice_id: Mapped[str] = mapped_column(ref("notice.id"), index=True)
    version: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(10))
    """question, difficulty"""
    at: Mapped[datetime]


class NoticeReminder(Base):
    """One step of the chase after confirmations, done once: remind (24 h), knock (48 h or the eve), repeat (urgent), report;
papers and poster are drawn by bot/notice_papers.py, a round for each time they were asked for."""

    __tablename__ = "notice_reminder"
    notice_id: Mapped[str] = mapped_column(ref("notice.id"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    step: Mapped[str] = mapped_column(String(8), primary_key=True)
    round: Mapped[int] = mapped_column(SmallInteger, primary_key=True, default=1)
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    __table_args__ = (
        Index("ix_notice_reminder_due", "due_at", sqlite_where=text("done_at IS NULL"), postgresql_where=text("done_at IS NULL")),
    )


class Subscription(Base):
    """A resident's choice of one topic (a kind of notice). No row = the topic's default; urgent can't be switched off."""

    __tablename__ = "subscription"
    person_id: Mapped[str] = mapped_column(ref("person.id"), primary_key=True)
    topic: Mapped[str] = mapped_column(String(12), primary_key=True)
    wanted: Mapped[bool] = mapped_column(Boolean)
    since: Mapped[datetime]


class DigestHour(Base):
    """The local hour at which a resident wants everything that isn't urgent, at once. No row = as it comes."""

    __tablename__ = "digest_hour"
    person_id: Mapped[str] = mapped_column(ref("person.id"), primary_key=True)
    hour: Mapped[int] = mapped_column(SmallInteger)
    since: Mapped[datetime]
