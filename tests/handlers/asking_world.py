"""The staff rooms of desk_world with a knowledge base in them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.commands.seed_knowledge import demo_papers, teach_demo
from handlers.policies import Paper, import_papers
from tests.handlers.desk_world import StaffRooms, open_rooms


def knows(rooms: StaffRooms, papers: Sequence[Paper]) -> None:
    """Import what the community knows from now on."""
    import_papers(rooms.world("knowledge"), papers)
    rooms.session.flush()


def informed_rooms() -> StaffRooms:
    """A fresh demo community with its demo knowledge."""
    rooms = open_rooms()
    knows(rooms, demo_papers())
    teach_demo(rooms.world("history"))
    return rooms
