"""What must not be kept is deleted, by the one table of retention (domain.md 2.7)."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, update

from handlers.world import World
from models.claims import INBOX, OUTBOX
from models.journal import DONE, IGNORED, SENT, SKIPPED, Prompt


def purge(world: World) -> int:
    """Delete raw updates and closed questions past their days; shred the payload of letters long sent."""
    settings = world.book.settings
    old = world.now - timedelta(days=settings["inbox_days"])
    gone = world.session.execute(delete(INBOX).where(INBOX.c.state.in_((DONE, IGNORED)), INBOX.c.received_at < old))
    world.session.execute(delete(Prompt).where(Prompt.expires_at < old))
    long_ago = world.now - timedelta(days=settings["outbox_days"])
    shredded = world.ring.seal(world.session, "outbox", "outbox:body", "shredded", {})
    world.session.execute(update(OUTBOX).where(OUTBOX.c.state.in_((SENT, SKIPPED)), OUTBOX.c.due_at < long_ago).values(body=shredded))
    return int(gone.rowcount)  # type: ignore[attr-defined]
