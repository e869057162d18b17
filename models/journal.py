"""The journals: what came in, what goes out, and the small ledgers between (design.md 5). Tables only.

Ids of inbox and outbox come from the database, because they carry order; everything else is named by the program.
Times named `*_at` are world time; `not_before`, `lease_until` and the limiter's are machine time in Unix seconds.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Float, Index, Integer, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.seal import Sealed

BigId = BigInteger().with_variant(Integer, "sqlite")

NEW, DONE, IGNORED, QUARANTINED = 0, 1, 2, 9
"""States of an inbox row."""

QUEUED, LEASED, SENT, UNKNOWN, FAILED, SKIPPED = "queued", "leased", "sent", "unknown", "failed", "skipped"
"""States of an outbox row."""


class Inbox(Base):
    """A raw update or a timer's event, stored before it is acknowledged."""

    __tablename__ = "inbox"
    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    account: Mapped[str] = mapped_column(String(32))
    update_key: Mapped[str] = mapped_column(String(96))
    order_key: Mapped[str] = mapped_column(String(96))
    raw: Mapped[bytes] = mapped_column(Sealed)
    urgent: Mapped[bool] = mapped_column(Boolean, default=False)
    state: Mapped[int] = mapped_column(SmallInteger, default=NEW)
    tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    not_before: Mapped[float] = mapped_column(Float, default=0.0)
    received_at: Mapped[datetime]
    error: Mapped[str | None] = mapped_column(String(200))
    __table_args__ = (
        UniqueConstraint("account", "update_key"),
        Index("ix_inbox_new", "account", text("urgent DESC"), "id", sqlite_where=text("state = 0"), postgresql_where=text("state = 0")),
        Index("ix_inbox_order", "account", "order_key", "id", sqlite_where=text("state = 0"), postgresql_where=text("state = 0")),
    )


class Conversation(Base):
    """One person's dialog in one chat: the stack of frames and the words of the last minute, sealed; and its one timer."""

    __tablename__ = "conversation"
    id: Mapped[str] = mapped_column(String(22), primary_key=True)
    account: Mapped[str] = mapped_column(String(32))
    address: Mapped[str] = mapped_column(String(96))
    """chat:actor, the order key of its updates."""
    chat: Mapped[str] = mapped_column(String(48))
    person_id: Mapped[str] = mapped_column(String(22), index=True)
    state: Mapped[bytes | None] = mapped_column(Sealed)
    version: Mapped[int] = mapped_column(Integer, default=0)
    wake_at: Mapped[datetime | None]
    wake_kind: Mapped[str | None] = mapped_column(String(32))
    __table_args__ = (
        UniqueConstraint("account", "address"),
        Index("ix_conversation_wake", "wake_at", sqlite_where=text("wake_at IS NOT NULL"), postgresql_where=text("wake_at IS NOT NULL")),
    )


class Prompt(Base):
    """A question that was asked: its options, and whether it still stands. The button carries only `p:<token>:<i>`."""

    __tablename__ = "prompt"
    token: Mapped[str] = mapped_column(String(22), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(String(22))
    options: Mapped[bytes] = mapped_column(Sealed)
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    closed_by: Mapped[str | None] = mapped_column(String(96))
    __table_args__ = (
        Index("ix_prompt_open", "conversation_id", sqlite_where=text("closed_by IS NULL"), postgresql_where=text("closed_by IS NULL")),
    )


class Outbox(Base):
    """One message (or topic, or card edit) that must leave, or has left, or could not."""

    __tablename__ = "outbox"
    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    account: Mapped[str] = mapped_column(String(32))
    idem: Mapped[str] = mapped_column(String(128), unique=True)
    op: Mapped[str] = mapped_column(String(12), default="send")
    """send, topic (make a case's forum topic), card (send or edit a living card), close, reopen, edit."""
    chat: Mapped[str] = mapped_column(String(48))
    topic: Mapped[str] = mapped_column(String(22), default="")
    """Case id whose topic the message goes to, "" = none."""
    lane: Mapped[str] = mapped_column(String(12))
    priority: Mapped[int] = mapped_column(SmallInteger)
    weight: Mapped[str] = mapped_column(String(12))
    after_id: Mapped[int | None] = mapped_column(BigId)
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    not_before: Mapped[float] = mapped_column(Float, default=0.0)
    state: Mapped[str] = mapped_column(String(8), default=QUEUED)
    key: Mapped[str] = mapped_column(String(64))
    body: Mapped[bytes] = mapped_column(Sealed)
    case_id: Mapped[str] = mapped_column(String(22), default="")
    link: Mapped[str] = mapped_column(String(16), default="")
    fold: Mapped[str] = mapped_column(String(64), default="")
    lead_id: Mapped[int | None] = mapped_column(BigId)
    """Set on a row that was folded into the message of row `lead_id`; it follows that row's fate."""
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0)
    lease_by: Mapped[str | None] = mapped_column(String(40))
    lease_until: Mapped[float | None] = mapped_column(Float)
    message_ids: Mapped[list[Any] | None]
    plain: Mapped[bool] = mapped_column(Boolean, default=False)
    """Send without markup: the messenger could not parse it once."""
    resent: Mapped[bool] = mapped_column(Boolean, default=False)
    """An earlier try may have arrived; the text says so."""
    error: Mapped[str | None] = mapped_column(String(200))
    sent_at: Mapped[datetime | None]
    __table_args__ = (
        Index(
            "ix_outbox_queued", "account", text("priority DESC"), "due_at", "id",
            sqlite_where=text("state = 'queued'"), postgresql_where=text("state = 'queued'"),
        ),
        Index(
            "ix_outbox_lane", "account", "chat", "lane", "id",
            sqlite_where=text("state = 'queued'"), postgresql_where=text("state = 'queued'"),
        ),
        Index(
            "uq_outbox_leased", "account", "chat", "lane", unique=True,
            sqlite_where=text("state = 'leased' AND lead_id IS NULL"), postgresql_where=text("state = 'leased' AND lead_id IS NULL"),
        ),
        Index("ix_outbox_lead", "lead_id", sqlite_where=text("lead_id IS NOT NULL"), postgresql_where=text("lead_id IS NOT NULL")),
    )  # fmt: skip


class Topic(Base):
    """The forum topic of a case in a staff chat; `thread` is None until it is made, and again when it was deleted."""

    __tablename__ = "topic"
    chat: Mapped[str] = mapped_column(String(48), primary_key=True)
    case_id: Mapped[str] = mapped_column(String(22), primary_key=True)
    account: Mapped[str] = mapped_column(String(32))
    thread: Mapped[int | None] = mapped_column(BigInteger)
    generation: Mapped[int] = mapped_column(Integer, default=0)
    __table_args__ = (Index("ix_topic_thread", "chat", "thread"),)


class Card(Base):
    """A living card: one message that shows a case as it is now. Drawn from the database when sent, at most one pending edit."""

    __tablename__ = "card"
    key: Mapped[str] = mapped_column(String(96), primary_key=True)
    """kind:case_id:chat"""
    account: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(16))
    case_id: Mapped[str] = mapped_column(String(22), index=True)
    chat: Mapped[str] = mapped_column(String(48))
    topic: Mapped[str] = mapped_column(String(22), default="")
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    wanted_rev: Mapped[int] = mapped_column(Integer, default=0)
    sent_rev: Mapped[int] = mapped_column(Integer, default=0)
    sent_mark: Mapped[float] = mapped_column(Float, default=0.0)
    language: Mapped[str] = mapped_column(String(8), default="zh")


class MessageLink(Base):
    """Which message stands for what, for ever, so that replies to old messages work. Ids only, no content."""

    __tablename__ = "message_link"
    account: Mapped[str] = mapped_column(String(32), primary_key=True)
    chat: Mapped[str] = mapped_column(String(48), primary_key=True)
    message_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    case_id: Mapped[str] = mapped_column(String(22), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    """resident_words, answer, card, note, filed …"""
    person_id: Mapped[str | None] = mapped_column(String(22))
    counterpart_chat: Mapped[str | None] = mapped_column(String(48))
    counterpart_id: Mapped[int | None] = mapped_column(BigInteger)


class Limiter(Base):
    """Permits already taken: `recent` holds the machine moments of the last calls in the scope's window."""

    __tablename__ = "limiter"
    account: Mapped[str] = mapped_column(String(32), primary_key=True)
    scope: Mapped[str] = mapped_column(String(64), primary_key=True)
    """"bot" or "chat:<id>"."""
    recent: Mapped[list[Any]]
    paused_until: Mapped[float] = mapped_column(Float, default=0.0)
    unreachable: Mapped[str | None] = mapped_column(String(40))


class Cursor(Base):
    """Where polling stands: the offset already confirmed by storage; dropped after six idle days (reliability.md 2.1)."""

    __tablename__ = "cursor"
    account: Mapped[str] = mapped_column(String(32), primary_key=True)
    offset: Mapped[int] = mapped_column(BigInteger)
    moved_at: Mapped[float] = mapped_column(Float)
