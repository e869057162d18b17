"""Which case a message belongs to: what it replies to, else the topic it stands in."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from handlers.inbound import Inbound
from handlers.world import World
from models.case import Case
from models.journal import Card, MessageLink, Topic


@dataclass(frozen=True)
class Linked:
    """A case, and what the message it was found by stands for: a link kind, "card", or "topic" for a plain message in a topic."""

    case: Case
    kind: str
    person_id: str | None
    """The resident whose words a mirrored message shows."""


def find_linked(world: World, inbound: Inbound) -> Linked | None:
    """The case of this message, None when it belongs to none. However old the message replied to is, its link is kept."""
    if inbound.reply_to is not None:
        link = world.session.get(MessageLink, (inbound.account, inbound.chat, inbound.reply_to))
        if link is not None:
            return _linked(world, link.case_id, link.kind, link.person_id)
        card = select(Card.case_id).where(Card.account == inbound.account, Card.chat == inbound.chat, Card.message_id == inbound.reply_to)
        case_id = world.session.scalar(card.limit(1))
        if case_id is not None:
            return _linked(world, case_id, "card", None)
    if inbound.thread is not None:
        topic = select(Topic.case_id).where(Topic.chat == inbound.chat, Topic.thread == inbound.thread)
        case_id = world.session.scalar(topic.limit(1))
        if case_id is not None:
            return _linked(world, case_id, "topic", None)
    return None


def _linked(world: World, case_id: str, kind: str, person_id: str | None) -> Linked | None:
    case = world.session.get(Case, case_id, populate_existing=True)
    return Linked(case, kind, person_id) if case is not None else None
