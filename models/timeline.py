"""Writing and reading a case's timeline. Words of people are sealed under the reporter's own key, so that shredding it shreds them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from models.case import Case, CaseEvent, save
from models.media import CaseMedia
from models.scene import Actor, Scene

COMMUNITY_KEY = "community"
"""Owner of the data key for content that belongs to no resident."""


def record(
    world: Scene,
    case: Case,
    event: str,
    actor: Actor,
    *,
    before: str = "",
    public: bool = False,
    text: str | None = None,
    media: Sequence[str] = (),
    owner: str | None = None,
    **data: Any,
) -> CaseEvent:
    """Add one event to the timeline. `owner`: whose key seals `text` (the reporter's, unless a follower speaks).

    Raises CaseMoved when another turn was faster.
    """
    case.seq += 1
    line = CaseEvent(
        id=world.new_id(),
        community_id=case.community_id,
        case_id=case.id,
        seq=case.seq,
        at=world.now,
        actor_id=actor.person_id,
        actor_role=actor.role,
        event=event,
        from_state=before or case.state,
        to_state=case.state,
        public=public,
        data={name: _plain(value) for name, value in data.items()},
    )
    if text:
        key = owner or case.reporter_id or COMMUNITY_KEY
        line.text = world.ring.seal(world.session, key, "case_event:text", line.id, text)
    world.session.add(line)
    for media_id in media:
        attach(world, case, media_id, line, public=public)
    save(world.session)
    return line


def attach(world: Scene, case: Case, media_id: str, line: CaseEvent | None = None, *, public: bool = False) -> None:
    """Tie a piece of media to the case, once."""
    known = select(CaseMedia.id).where(CaseMedia.case_id == case.id, CaseMedia.media_id == media_id)
    if world.session.scalar(known) is None:
        link = CaseMedia(id=world.new_id(), case_id=case.id, media_id=media_id, event_id=line.id if line else None, public=public)
        world.session.add(link)


def timeline(world: Scene, case: Case, *, public_only: bool) -> list[tuple[CaseEvent, str]]:
    """The events in order, each with its words ("" where it has none)."""
    query = select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.seq)
    if public_only:
        query = query.where(CaseEvent.public)
    return [(line, words_of(world, line)) for line in world.session.scalars(query)]


def words_of(world: Scene, line: CaseEvent) -> str:
    """The words of one event, "" where it has none."""
    return str(world.ring.open(world.session, "case_event:text", line.id, line.text)) if line.text else ""


def media_of(world: Scene, case: Case) -> list[str]:
    """Ids of all media of the case, oldest first."""
    query = select(CaseMedia.media_id).outerjoin(CaseEvent, CaseEvent.id == CaseMedia.event_id).where(CaseMedia.case_id == case.id)
    return list(world.session.scalars(query.order_by(CaseEvent.seq, CaseMedia.id)))


def _plain(value: Any) -> Any:
    """A value as JSON keeps it: moments as ISO 8601."""
    return value.isoformat() if isinstance(value, datetime) else value
