"""Having the living cards of a case drawn anew where they stand already."""

from __future__ import annotations

from sqlalchemy import select

from handlers.post import touch
from handlers.world import World
from models.journal import Card


def redraw(world: World, case_id: str, chat: str = "", *, but: frozenset[str] = frozenset()) -> None:
    """Ask for a redraw of the case's cards (in `chat` only, where given); `but` are keys of cards that are seen to already."""
    query = select(Card).where(Card.case_id == case_id)
    for card in world.session.scalars(query.where(Card.chat == chat) if chat else query):
        if card.key not in but:
            touch(world, card.kind, case_id, card.chat, topic=bool(card.topic), language=card.language)
