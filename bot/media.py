"""Pictures, voices and files after the commit: fetch, check, draw pictures anew, seal under the sender's key, keep; and show them."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

import locales
from bot.channels import Showable
from bot.channels.telegram.api import Api, ApiError, FateUnknown, NotWritten
from bot.clock import Clock
from bot.database import LATER, Database
from bot.pictures import NoPicture, TooManyPixels, redraw
from handlers.world import World
from models.media import REFERENCED, REFUSED, SHOWN, STORED, Media

log = structlog.get_logger()

Json = dict[str, Any]

VOICES = (b"OggS", b"ID3", b"\xff\xfb", b"\x00\x00\x00")
PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"RIFF", b"GIF8", b"II*\x00", b"MM\x00*", b"BM")
SEALED_PICTURES = tuple(b"ftyp" + brand for brand in (b"heic", b"heix", b"hevc", b"heim", b"mif1", b"msf1", b"avif"))
"""Pictures of phones that can't be drawn anew here. They tell the place where they were taken, so they are not passed on."""
AT_ONCE = 4
PAUSE_SECONDS = 5.0
OWN_NAMES = {"text/csv": "report.csv", "application/pdf": "poster.pdf"}
"""What files that we have made ourselves are called."""


@dataclass(frozen=True)
class Fetched:
    """What a reference led to. `kind` is what it is, whatever it was said to be."""

    state: str
    kind: str
    content: bytes = b""
    error: str | None = None


class MediaFetcher:
    """Fetches what turns have referenced, and is the gallery of the channel (bot/channels/__init__.py)."""

    def __init__(
        self, api: Api, database: Database, make_world: Callable[[Session, datetime, str], World], clock: Clock, folder: Path, refused: str
    ) -> None:
        """`refused`: the words for staff in the place of what can't be shown."""
        self.api = api
        self.database = database
        self.make_world = make_world
        self.clock = clock
        self.folder = folder
        self.refused = refused
        self.limits = locales.table("media")
        self._work = asyncio.Event()
        self._news = asyncio.Condition()
        # One picture at a time is unpacked: each may take a hundred megabytes.
        self._easel = asyncio.Semaphore(1)

    def wake(self) -> None:
        self._work.set()

    async def serve(self) -> None:
        """Run until cancelled."""
        while True:
            waiting = await self.database.run(self._waiting, LATER)
            if waiting:
                await asyncio.gather(*(self._keep(row_id, ref, kind) for row_id, ref, kind in waiting))
                continue
            self._work.clear()
            try:
                await asyncio.wait_for(self._work.wait(), PAUSE_SECONDS)
            except TimeoutError:
                continue

    def _waiting(self, session: Session) -> list[tuple[str, str, str]]:
        query = select(Media.id, Media.channel_ref, Media.kind).where(Media.state == REFERENCED).order_by(Media.created_at).limit(AT_ONCE)
        return [(row.id, row.channel_ref, row.kind) for row in session.execute(query)]

    async def _keep(self, row_id: str, ref: str, kind: str) -> None:
        try:
            fetched = await self._fetch(ref, kind)
        except (NotWritten, FateUnknown):
            await asyncio.sleep(PAUSE_SECONDS)
            return
        await self._record(row_id, fetched)

    async def _fetch(self, ref: str, kind: str) -> Fetched:
        """Raises NotWritten, FateUnknown."""
        try:
            told = await self.api.call("getFile", file_id=ref)
            content = await self.api.download(told["file_path"], self.limits["max_bytes"])
        except (ApiError, KeyError) as error:
            return Fetched(REFUSED, kind, error=type(error).__name__)
        if kind == "voice" and not content.startswith(VOICES):
            return Fetched(REFUSED, kind, error="not what it says")
        if content[4:12].startswith(SEALED_PICTURES):
            return Fetched(REFUSED, "photo", error="a format that can't be drawn anew")
        if kind == "photo" or (kind == "document" and content.startswith(PICTURES)):
            return await self._redraw(content)
        return Fetched(STORED, kind, content)

    async def _redraw(self, content: bytes) -> Fetched:
        try:
            async with self._easel:
                return Fetched(STORED, "photo", await asyncio.to_thread(redraw, content, self.limits))
        except TooManyPixels:
            return Fetched(REFUSED, "photo", error="too many pixels")
        except NoPicture:
            # It may be a program: it is kept as a file, which nothing opens by itself (reliability.md 7).
            return Fetched(STORED, "document", content)

    async def _record(self, row_id: str, fetched: Fetched) -> None:
        def work(session: Session) -> None:
            world = self.make_world(session, self.clock.now(), f"media:{row_id}")
            row = session.get_one(Media, row_id)
            row.state, row.kind, row.error = fetched.state, fetched.kind, fetched.error
            if fetched.content:
                row.size, row.sha256 = len(fetched.content), hashlib.sha256(fetched.content).hexdigest()
                sealed = world.ring.seal_bytes(session, row.person_id or "media", "media:content", row_id, fetched.content)
                self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                path = self.folder / row_id
                path.touch(mode=0o600)
                path.write_bytes(sealed)

        try:
            await self.database.run(work, LATER)
        except Exception as failure:
            log.error("media_failed", media=row_id, kind=type(failure).__name__)
            await asyncio.sleep(PAUSE_SECONDS)
        async with self._news:
            self._news.notify_all()

    async def fetched(self) -> None:
        """Wait until a piece has been fetched, or refused."""
        async with self._news:
            await self._news.wait()

    async def showable(self, item: Json) -> Showable | None:
        """What may be shown of a piece. None when it isn't fetched yet, though it was waited for: ask again later."""
        if item["kind"] not in ("photo", "document"):
            return Showable(item["kind"], item["ref"])
        deadline = asyncio.get_running_loop().time() + self.limits["patience_seconds"]
        while (row := await self.database.run(lambda session: self._look(session, item["id"]))).state == REFERENCED:
            self.wake()
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                return None
            try:
                # Another replica may be the one that fetches it.
                async with self._news:
                    await asyncio.wait_for(self._news.wait(), min(left, 1.0))
            except TimeoutError:
                continue
        if row.kind == "document" and row.state == STORED and not row.channel_ref:
            content = await self.database.run(lambda session: self._content(session, row))
            return Showable(row.kind, content=content, name=OWN_NAMES.get(row.mime, "file"))
        # A file that is no picture goes on as it is, even one that is too large to be fetched.
        if row.state == SHOWN or (row.kind == "document" and not row.mime.startswith("image/")):
            return Showable(row.kind, row.channel_ref)
        if row.state != STORED:
            return Showable(row.kind, note=self.refused)
        content = await self.database.run(lambda session: self._content(session, row))
        return Showable(row.kind, content=content) if content else Showable(row.kind, note=self.refused)

    def _look(self, session: Session, row_id: str) -> Any:
        return session.execute(select(Media.id, Media.state, Media.kind, Media.channel_ref, Media.mime).where(Media.id == row_id)).one()

    def _content(self, session: Session, row: Any) -> bytes:
        """Empty when it is no longer kept, or its person's key was destroyed."""
        try:
            return open_media(self.make_world(session, self.clock.now(), f"show:{row.id}"), self.folder, row)
        except Exception as failure:
            log.warning("media_gone", media=row.id, kind=type(failure).__name__)
            return b""

    async def was_shown(self, item: Json, ref: str) -> None:
        """Our own copy has a reference now: from here on the piece is sent by it."""

        def work(session: Session) -> None:
            row = session.get_one(Media, item["id"])
            if row.state == STORED and 0 < len(ref) <= 200:
                row.state, row.channel_ref = SHOWN, ref

        await self.database.run(work, LATER)


def open_media(world: World, folder: Path, row: Any) -> bytes:
    """The content of a stored piece."""
    return world.ring.open_bytes(world.session, "media:content", row.id, (folder / row.id).read_bytes())
