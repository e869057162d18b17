"""The knowledge base: documents with their source and dates, the passages they are split into, and its version.

A document imported before any community was known has `community_id` "" and serves everybody. Nothing is deleted: what went is
retired, so that an answer given last year still finds the words it quoted.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, Index, Integer, String, Text, UniqueConstraint, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.keys import ref

STATE, DOCUMENTS = 1, 2
"""The two rows of `KnowledgeState`: of everything that a search may find, and of the documents alone."""
CHANGED = "knowledge changed"
"""Key of `Session.info`: this transaction has raised the version, which only counts once it is committed."""


class Document(Base):
    """A notice, law, leaflet or reviewed answer; `key` is its public name, under which it is imported again."""

    __tablename__ = "document"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    community_id: Mapped[str] = mapped_column(String(22))
    key: Mapped[str] = mapped_column(String(128))
    title: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    """Who says so; an answer names it."""
    url: Mapped[str | None] = mapped_column(Text)
    issued: Mapped[date | None] = mapped_column(Date)
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date)
    """The last day on which it holds."""
    region: Mapped[str] = mapped_column(String(64), default="")
    replaced_by: Mapped[str | None] = mapped_column(String(128))
    """Key of the document that holds instead."""
    language: Mapped[str] = mapped_column(String(8))
    sha: Mapped[str] = mapped_column(String(64))
    """Fingerprint of everything imported: the same again changes nothing."""
    imported_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    __table_args__ = (UniqueConstraint("community_id", "key"),)


class Passage(Base):
    """A clause or a few, as they stand in the document; the same text keeps its row when the document is imported again."""

    __tablename__ = "passage"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    document_id: Mapped[int] = mapped_column(ref("document.id"))
    position: Mapped[int] = mapped_column(Integer)
    section: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    retired_at: Mapped[datetime | None]
    __table_args__ = (Index("ix_passage_order", "document_id", "position"),)


class KnowledgeState(Base):
    """Versions, raised by whatever changes what a search may find, so that every process knows that its index is old."""

    __tablename__ = "knowledge_state"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    weights: Mapped[dict[str, Any] | None]
    """What ranking and confidence learned from the answered questions; None = as the program brings them."""
    fitted_version: Mapped[int] = mapped_column(Integer, default=0)
    """The version from which the weights were learned."""


def version(session: Session, of: int = STATE) -> int:
    """The version of the knowledge base, or of its documents alone; 0 before anything was imported."""
    return session.scalar(select(KnowledgeState.version).where(KnowledgeState.id == of)) or 0


def raise_version(session: Session, *, documents: bool = False) -> None:
    """Say that what a search may find has changed; `documents`: not only what was learned of them."""
    insert = pg_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    for number in (STATE, DOCUMENTS) if documents else (STATE,):
        session.execute(insert(KnowledgeState).values(id=number, version=0, weights=None, fitted_version=0).on_conflict_do_nothing())
        session.execute(
            update(KnowledgeState).where(KnowledgeState.id == number).values(version=KnowledgeState.version + 1),
            execution_options={"synchronize_session": False},
        )
    session.info[CHANGED] = True
