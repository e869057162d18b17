"""What a person is told when their message could not be handled: that it is kept, under which number, and that somebody will look."""

from __future__ import annotations

from handlers.post import post
from handlers.world import Letter, World


def tell_quarantined(world: World, order_key: str, update_key: str) -> None:
    """Tell the writer once; a group is not told, only the log is."""
    chat, _, actor = order_key.partition(":")
    if chat and chat == actor:
        post(world, Letter(chat=chat, key="service.quarantined", data={"number": update_key}), key=f"quarantined:{update_key}")
