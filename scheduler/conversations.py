"""Timers are events: a conversation whose moment has come gets an inbox row, which goes the way of a message."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from handlers.post import insert_or_skip
from handlers.world import World
from models.claims import INBOX
from models.journal import NEW, Conversation

AT_ONCE = 200


def wake_conversations(world: World) -> int:
    """Insert a tick for each conversation that is due; the unique key lets a second replica's tick fall away."""
    due = (
        select(Conversation.id, Conversation.address, Conversation.version, Conversation.wake_kind)
        .where(Conversation.account == world.account, Conversation.wake_at <= world.now)
        .order_by(Conversation.wake_at)
        .limit(AT_ONCE)
    )
    count = 0
    for row in world.session.execute(due).all():
        tick = {"conversation": row.id, "address": row.address, "version": row.version, "kind": row.wake_kind}
        key = f"tick:{row.id}:{row.version}:{row.wake_kind}"
        name = f"{world.account}:{key}"
        count += insert_or_skip(
            world.session, INBOX, account=world.account, update_key=key, order_key=row.address,
            raw=world.ring.seal(world.session, "inbox", "inbox:raw", name, {"tick": tick}),
            urgent=False, state=NEW, tries=0, not_before=0.0, received_at=world.now,
        )  # fmt: skip
    return count


def next_wake(world: World) -> datetime | None:
    """The next moment at which a conversation is due."""
    return world.session.scalar(select(func.min(Conversation.wake_at)).where(Conversation.account == world.account))
