"""What people taught the knowledge base: answered questions, open gaps, and verdicts on answers. Reviewed entries: models/asking.py.

Residents' words are sealed here as everywhere (owner `KNOWLEDGE`); the search opens them when it builds its index.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.keys import Id, ref
from models.seal import Sealed

KNOWLEDGE = "knowledge"
"""Owner of the data key under which learned questions, gaps and verdicts are sealed."""


class LearnedQuestion(Base):
    """A question that staff answered by quoting documents; asked again in like words, it leads to them."""

    __tablename__ = "learned_question"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    community_id: Mapped[str] = mapped_column(String(22))
    key: Mapped[str] = mapped_column(String(160))
    """The event or the imported line that taught it: the same again teaches nothing twice."""
    question: Mapped[bytes] = mapped_column(Sealed)
    answer: Mapped[bytes | None] = mapped_column(Sealed)
    author: Mapped[str] = mapped_column(String(64))
    """A person's id, or "import"."""
    at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("community_id", "key"),)


class LearnedSource(Base):
    """A document that a learned question rests on, and the passage that was quoted, when one was."""

    __tablename__ = "learned_source"
    learned_id: Mapped[str] = mapped_column(ref("learned_question.id"), primary_key=True)
    document_id: Mapped[int] = mapped_column(ref("document.id"), primary_key=True)
    passage_id: Mapped[int | None] = mapped_column(ref("passage.id"))
    place: Mapped[int] = mapped_column(Integer, default=0)
    """First, second … of the documents named."""


class KnowledgeGap(Base):
    """A question for which nothing confirmed was found; open until somebody has answered it."""

    __tablename__ = "kb_gap"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    community_id: Mapped[str] = mapped_column(String(22))
    key: Mapped[str] = mapped_column(String(160), unique=True)
    question: Mapped[bytes] = mapped_column(Sealed)
    reason: Mapped[str] = mapped_column(String(24))
    case_id: Mapped[str | None] = mapped_column(ref("case.id"), index=True)
    at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    __table_args__ = (Index("ix_kb_gap_open", "community_id", "closed_at", "at"),)


class AnswerVerdict(Base):
    """Whether an answer was right, by staff or by the one who asked; the confidence is fitted to these."""

    __tablename__ = "verdict"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    community_id: Mapped[str] = mapped_column(String(22))
    key: Mapped[str] = mapped_column(String(160), unique=True)
    question: Mapped[bytes] = mapped_column(Sealed)
    passage_id: Mapped[int] = mapped_column(ref("passage.id"), index=True)
    right: Mapped[bool] = mapped_column("is_right", Boolean)
    by: Mapped[str] = mapped_column("judged_by", String(64))
    """A person's id, or who they are to the matter: staff, resident."""
    features: Mapped[dict[str, Any] | None]
    at: Mapped[datetime]
