"""Raw updates → inbox → acknowledgement. Nothing is acknowledged before it is stored (design.md law 2).

Polling and the webhook share `store`. Text that trips the emergency detector marks its row urgent, and its numbers are
queued in the same commit, outside any queue, lock or retry of the dialogs (law 7).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Table, delete, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from bot.channels import Channel, Peek
from bot.channels.telegram.api import ApiError, FateUnknown, NotWritten
from bot.clock import Clock, machine
from bot.database import NORMAL, URGENT, Database
from bot.errors import TokenRevoked
from handlers.alarm_numbers import Danger, find_danger, show_numbers
from handlers.post import insert_or_skip
from handlers.world import World
from models.claims import INBOX
from models.journal import NEW, Cursor
from models.prepared import Prepared

log = structlog.get_logger()

Json = dict[str, Any]
MakeWorld = Callable[[Session, datetime, str], World]

IDLE_DAYS = 6
"""After a week without updates the messenger starts update ids anew, at random: a stored offset must not outlive that."""

BACK_OFF = (0.2, 0.5, 1.0, 2.0, 5.0)


_CURSOR: Table = Cursor.__table__  # type: ignore[assignment]
_MOVE = {
    name: Prepared(
        (fresh := make(_CURSOR)).on_conflict_do_update(
            index_elements=["account"], set_={"offset": fresh.excluded.offset, "moved_at": fresh.excluded.moved_at}
        ),
        ("account", "offset", "moved_at"),
    )
    for name, make in (("postgresql", pg_insert), ("sqlite", sqlite_insert))
}


class Intake:
    """Stores what comes in and wakes the workers."""

    def __init__(self, channel: Channel, database: Database, clock: Clock, make_world: MakeWorld, wake: Callable[[], None]) -> None:
        self.channel = channel
        self.database = database
        self.clock = clock
        self.make_world = make_world
        self.wake = wake
        self.online = asyncio.Event()

    async def store(self, updates: Sequence[Json], offset: int | None = None) -> None:
        """Commit `updates` (known ones are skipped) and, when polling, the new offset."""
        peeked: list[tuple[Peek, Json, Danger | None]] = []
        for raw in updates:
            peek = self.channel.peek(raw)
            if peek is None:
                log.warning("update_without_number")
                continue
            peeked.append((peek, raw, None))
        now = self.clock.now()
        if not peeked and offset is None:
            return

        def write(session: Session) -> bool:
            urgent = False
            for peek, raw, _ in peeked:
                urgent |= self._store_one(session, peek, raw, now)
            if offset is not None:
                moved = _MOVE[session.get_bind().dialect.name]
                moved.run(session, account=self.channel.account, offset=offset, moved_at=machine())
            return urgent

        hurry = any(len(raw_text.text) > 1 for raw_text, _, _ in peeked)
        await self.database.run(write, URGENT if hurry or peeked else NORMAL)
        self.wake()

    def _store_one(self, session: Session, peek: Peek, raw: Json, now: datetime) -> bool:
        world = self.make_world(session, now, f"u:{peek.update_key}")
        danger = find_danger(world, peek.chat, peek.private, peek.actor, peek.text) if peek.text else None
        row_name = f"{self.channel.account}:{peek.update_key}"
        stored = insert_or_skip(
            session,
            INBOX,
            account=self.channel.account,
            update_key=peek.update_key,
            order_key=peek.order_key,
            raw=world.ring.seal(session, "inbox", "inbox:raw", row_name, raw),
            urgent=danger is not None,
            state=NEW,
            tries=0,
            not_before=0.0,
            received_at=now,
        )
        if stored and danger is not None:
            show_numbers(world, danger, peek.chat, peek.private, peek.language)
        return danger is not None

    async def poll(self) -> None:
        """Ask for updates until cancelled. Raises TokenRevoked."""
        offset = await self.database.run(self._stored_offset)
        failures = 0
        while True:
            try:
                updates = await self.channel.poll(offset)
            except ApiError as error:
                if error.code == 401:
                    raise TokenRevoked from None
                if error.code == 409:
                    log.error("second_poller", detail=error.description)
                failures = await self._rest(failures, error)
                continue
            except (NotWritten, FateUnknown) as error:
                failures = await self._rest(failures, error)
                continue
            failures = 0
            self.online.set()
            if updates:
                numbers = [u["update_id"] for u in updates if isinstance(u.get("update_id"), int)]
                offset = max(numbers) + 1 if numbers else offset
                await self.store(updates, offset)

    async def _rest(self, failures: int, error: Exception) -> int:
        self.online.clear()
        log.warning("poll_failed", kind=type(error).__name__)
        await asyncio.sleep(BACK_OFF[min(failures, len(BACK_OFF) - 1)])
        return failures + 1

    def _stored_offset(self, session: Session) -> int | None:
        row = session.scalar(select(Cursor).where(Cursor.account == self.channel.account))
        if row is None:
            return None
        if machine() - row.moved_at > IDLE_DAYS * 86400:
            session.execute(delete(Cursor).where(Cursor.account == self.channel.account))
            return None
        return row.offset
