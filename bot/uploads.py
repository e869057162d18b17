"""Files that staff sent to the desk's chat: read once they have been fetched, and handed back for a preview.

Reading happens outside the transaction and outside the loop: a long PDF must not hold up anybody's message.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.database import LATER, Database
from bot.documents import Fault, documents
from bot.media import PAUSE_SECONDS, MediaFetcher, open_media
from handlers.asking_files import name_of_file, show_preview
from handlers.policies import Paper
from handlers.world import World
from models.asking import WAITING, PolicyFile
from models.media import GONE, REFUSED, STORED, Media

log = structlog.get_logger()


class Uploads:
    """Reads what staff sent, in order."""

    def __init__(
        self, media: MediaFetcher, database: Database, make_world: Callable[[Session, datetime, str], World], clock: Clock,
        told: Callable[[], None],
    ) -> None:  # fmt: skip
        """`told`: called when there is something to send."""
        self.media = media
        self.database = database
        self.make_world = make_world
        self.clock = clock
        self.told = told

    async def serve(self) -> None:
        """Run until cancelled. What was waiting when the program ended is read first."""
        while True:
            for file_id in await self.database.run(_waiting, LATER):
                await self._read(file_id)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.media.fetched(), PAUSE_SECONDS)

    async def _read(self, file_id: str) -> None:
        try:
            name, content = await self.database.run(lambda session: self._open(session, file_id), LATER)
            papers, faults = await asyncio.to_thread(_parsed, name, content)
        except Exception as failure:
            log.error("file_not_read", file=file_id, kind=type(failure).__name__)
            papers, faults = [], [type(failure).__name__]

        def work(session: Session) -> None:
            show_preview(self.make_world(session, self.clock.now(), f"file:{file_id}"), file_id, papers, faults)

        await self.database.run(work, LATER)
        self.told()

    def _open(self, session: Session, file_id: str) -> tuple[str, bytes]:
        world = self.make_world(session, self.clock.now(), f"file:{file_id}")
        row = session.get_one(Media, file_id)
        name = name_of_file(world, file_id)
        return name, open_media(world, self.media.folder, row) if row.state == STORED else b""


def _waiting(session: Session) -> list[str]:
    """Files whose bytes have come, or never will."""
    query = select(PolicyFile.id).join(Media, Media.id == PolicyFile.id).where(PolicyFile.state == WAITING)
    return list(session.scalars(query.where(Media.state.in_((STORED, REFUSED, GONE))).order_by(PolicyFile.sent_at)))


def _parsed(name: str, content: bytes) -> tuple[list[Paper], list[str]]:
    """The papers in a file, and what is wrong with it, a line each."""
    papers: list[Paper] = []
    faults: list[str] = []
    for found in documents(name, content):
        if isinstance(found, Fault):
            faults.append(str(found))
        else:
            papers.append(found)
    return papers, faults
