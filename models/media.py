"""Pictures, voices and files: the reference as the channel gave it, and what became of fetching it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BigInteger, Integer, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.keys import Id, ref
from models.seal import Sealed

REFERENCED, STORED, SHOWN, REFUSED, GONE = "referenced", "stored", "shown", "refused", "gone"
"""A turn stores the reference; bot/media.py fetches after commit, checks and keeps it. "shown": `channel_ref` is our own copy,
a picture that was drawn anew, no longer what came in."""


class Media(Base):
    """One picture, voice, video or file of one person. `channel_ref` sends it again without the bytes."""

    __tablename__ = "media"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    community_id: Mapped[str] = mapped_column(ref("community.id"))
    account: Mapped[str] = mapped_column(String(32))
    person_id: Mapped[str | None] = mapped_column(ref("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    channel_ref: Mapped[str] = mapped_column(String(200))
    channel_unique: Mapped[str] = mapped_column(String(96), default="")
    mime: Mapped[str] = mapped_column(String(80), default="")
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    seconds: Mapped[int] = mapped_column(Integer, default=0)
    name: Mapped[bytes | None] = mapped_column(Sealed)
    sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    state: Mapped[str] = mapped_column(String(12), default=REFERENCED)
    error: Mapped[str | None] = mapped_column(String(80))
    created_at: Mapped[datetime]


class CaseMedia(Base):
    """A piece of media belongs to a case, through the event that brought it (a follower's own, a photo of the repair)."""

    __tablename__ = "case_media"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    case_id: Mapped[str] = mapped_column(ref("case.id"), index=True)
    media_id: Mapped[str] = mapped_column(ref("media.id"))
    event_id: Mapped[str | None] = mapped_column(ref("case_event.id"))
    public: Mapped[bool] = mapped_column(default=False)
    """May be shown to the case's residents (an after-photo), not only to staff."""
    __table_args__ = (UniqueConstraint("case_id", "media_id"),)


def media_refs(session: Session, ids: Sequence[str]) -> list[dict[str, str]]:
    """How the channel sends these again → [{"kind","ref","id"}], in the given order; ids that are unknown are left out."""
    rows = session.execute(select(Media.id, Media.kind, Media.channel_ref).where(Media.id.in_(ids))).all()
    known = {row.id: {"kind": row.kind, "ref": row.channel_ref, "id": row.id} for row in rows}
    return [known[name] for name in ids if name in known]
