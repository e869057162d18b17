"""What questions leave behind besides their cases: entries that staff propose, and files they sent for import.

A proposed entry answers nobody until a second person has confirmed it. Files wait here between their preview and the press that
imports them.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Date, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.keys import Id, ref
from models.seal import Sealed

PROPOSED, CONFIRMED, REFUSED = "proposed", "confirmed", "refused"
"""States of a proposed entry."""

WAITING, READ, BROKEN, IMPORTED, DROPPED = "waiting", "read", "broken", "imported", "dropped"
"""States of a file."""


class EntryProposal(Base):
    """A staff answer that may serve the next who asks: either a quoted passage, or words of their own with a source and an expiry."""

    __tablename__ = "entry_proposal"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    community_id: Mapped[str] = mapped_column(ref("community.id"), index=True)
    case_id: Mapped[str] = mapped_column(ref("case.id"), index=True)
    state: Mapped[str] = mapped_column(String(12), default=PROPOSED)
    language: Mapped[str] = mapped_column(String(8))
    passage_id: Mapped[int | None] = mapped_column(Integer)
    question: Mapped[bytes] = mapped_column(Sealed)
    """As the entry will say it: long numbers are masked, and staff may have put it in other words."""
    answer: Mapped[bytes | None] = mapped_column(Sealed)
    source: Mapped[str] = mapped_column(String(120), default="")
    valid_until: Mapped[date | None] = mapped_column(Date)
    author_id: Mapped[str] = mapped_column(ref("person.id"))
    proposed_at: Mapped[datetime]
    reviewer_id: Mapped[str | None] = mapped_column(ref("person.id"))
    reviewed_at: Mapped[datetime | None]


class PolicyFile(Base):
    """A file that staff sent to the desk's chat: what was read in it, sealed, until somebody presses import."""

    __tablename__ = "policy_file"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    """The id of its media row."""
    community_id: Mapped[str] = mapped_column(ref("community.id"), index=True)
    account: Mapped[str] = mapped_column(String(32))
    chat: Mapped[str] = mapped_column(String(48))
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    person_id: Mapped[str] = mapped_column(ref("person.id"))
    state: Mapped[str] = mapped_column(String(12), default=WAITING)
    content: Mapped[bytes | None] = mapped_column(Sealed)
    sent_at: Mapped[datetime]
