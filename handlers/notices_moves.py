"""Changing a notice's state: on the revision it was read at, so that two presses at once are one."""

from __future__ import annotations

from sqlalchemy import update

from handlers.world import World
from models.notice import Notice


class NoticeMoved(RuntimeError):
    """Somebody else changed the notice meanwhile; this turn must be redone"""


def change(world: World, notice: Notice, **values: object) -> None:
    """Change a notice on the revision it was read at. Raises NoticeMoved."""
    was = notice.rev
    found = world.session.execute(
        update(Notice)
        .where(Notice.id == notice.id, Notice.rev == was)
        .values(rev=was + 1, **values)
        .execution_options(synchronize_session=False)
    )
    if found.rowcount != 1:  # type: ignore[attr-defined]
        raise NoticeMoved(notice.number)
    world.session.refresh(notice)
