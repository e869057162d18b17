"""Pictures, voices and files after the commit: fetch, check, seal under the sender's key, keep in the data folder."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.telegram.api import Api, ApiError, FateUnknown, NotWritten
from bot.clock import Clock
from bot.database import LATER, Database
from handlers.world import World
from models.media import REFERENCED, REFUSED, STORED, Media

log = structlog.get_logger()

MAX_BYTES = 20 * 1024 * 1024
"""The messenger hands a bot no larger file (botapi.md 6)."""

MAGIC = {
    "photo": (b"\xff\xd8\xff", b"\x89PNG", b"RIFF"),
    "voice": (b"OggS", b"ID3", b"\xff\xfb", b"\x00\x00\x00"),
}
AT_ONCE = 4
PAUSE_SECONDS = 5.0


class MediaFetcher:
    """Fetches what turns have referenced."""

    def __init__(
        self, api: Api, database: Database, make_world: Callable[[Session, datetime, str], World], clock: Clock, folder: Path
    ) -> None:
        self.api = api
        self.database = database
        self.make_world = make_world
        self.clock = clock
        self.folder = folder
        self._work = asyncio.Event()

    def wake(self) -> None:
        self._work.set()

    async def serve(self) -> None:
        """Run until cancelled."""
        while True:
            waiting = await self.database.run(self._waiting, LATER)
            if waiting:
                await asyncio.gather(*(self._fetch(row_id, ref, kind) for row_id, ref, kind in waiting))
                continue
            self._work.clear()
            try:
                await asyncio.wait_for(self._work.wait(), PAUSE_SECONDS)
            except TimeoutError:
                continue

    def _waiting(self, session: Session) -> list[tuple[str, str, str]]:
        query = select(Media.id, Media.channel_ref, Media.kind).where(Media.state == REFERENCED).order_by(Media.created_at).limit(AT_ONCE)
        return [(row.id, row.channel_ref, row.kind) for row in session.execute(query)]

    async def _fetch(self, row_id: str, ref: str, kind: str) -> None:
        try:
            told = await self.api.call("getFile", file_id=ref)
            content = await self.api.download(told["file_path"], MAX_BYTES)
        except (ApiError, KeyError) as error:
            await self._record(row_id, REFUSED, error=type(error).__name__)
            return
        except (NotWritten, FateUnknown):
            await asyncio.sleep(PAUSE_SECONDS)
            return
        if kind in MAGIC and not content.startswith(MAGIC[kind]):
            # What says it is a picture and is none is not kept: it may be a program (reliability.md 7).
            await self._record(row_id, REFUSED, error="not what it says")
            return
        await self._record(row_id, STORED, content=content)

    async def _record(self, row_id: str, state: str, content: bytes = b"", error: str | None = None) -> None:
        def work(session: Session) -> None:
            world = self.make_world(session, self.clock.now(), f"media:{row_id}")
            row = session.get_one(Media, row_id)
            row.state, row.error = state, error
            if content:
                row.size, row.sha256 = len(content), hashlib.sha256(content).hexdigest()
                sealed = world.ring.seal_bytes(session, row.person_id or "media", "media:content", row_id, content)
                self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                path = self.folder / row_id
                path.touch(mode=0o600)
                path.write_bytes(sealed)

        try:
            await self.database.run(work, LATER)
        except Exception as failure:
            log.error("media_failed", media=row_id, kind=type(failure).__name__)
            await asyncio.sleep(PAUSE_SECONDS)


def open_media(world: World, folder: Path, row: Any) -> bytes:
    """The content of a stored piece."""
    return world.ring.open_bytes(world.session, "media:content", row.id, (folder / row.id).read_bytes())
