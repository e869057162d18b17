"""One inbox row = one transaction: claim, parse, handle, mark done, commit; then the outbox is woken.

A row that fails is rolled back whole and tried again; after three tries it is quarantined, the person is told once, and
the next row of the same chat goes on (reliability.md 3.2).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from bot.channels import Channel
from bot.clock import Clock, machine
from bot.database import Database
from bot.outbox import Outbox
from handlers.inbound import Inbound, Tick
from handlers.receive import receive
from handlers.sorry import tell_quarantined
from handlers.turn import ConversationMoved
from handlers.world import World
from models.case import CaseMoved
from models.claims import INBOX, claim_update
from models.journal import DONE, NEW, QUARANTINED
from models.prepared import Prepared

log = structlog.get_logger()

MAX_TRIES = 3
PAUSES = (0.3, 1.0, 3.0)
MOVED = (ConversationMoved, CaseMoved, StaleDataError)


_HANDLED = Prepared(update(INBOX).where(INBOX.c.id == bindparam("row")).values(state=DONE))


class Unreadable(Exception):
    """The stored update can't be parsed"""


@dataclass
class Turn:
    """What a handled row left to do after its commit."""

    ephemeral: list[dict[str, Any]] = field(default_factory=list)
    claimed: list[Any] = field(default_factory=list)
    """Letters claimed in the same transaction, to be sent now that it is committed."""


class Worker:
    """Handles inbox rows until stopped; `count` of them run side by side (one on SQLite)."""

    def __init__(
        self, channel: Channel, database: Database, clock: Clock, make_world: Callable[[Session, datetime, str], World],
        after: Callable[[Turn], None],
        sender: Outbox | None = None,
    ) -> None:  # fmt: skip
        self.channel = channel
        self.database = database
        self.clock = clock
        self.make_world = make_world
        self.after = after
        self.sender = sender
        """With one writer, its results are recorded and its letters claimed in the turns' own transactions."""
        if sender is not None:
            sender.on_sent = self.wake
        self._work = asyncio.Event()

    def wake(self) -> None:
        self._work.set()

    async def serve(self) -> None:
        """Run until cancelled."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self.database.threads):
                group.create_task(self._loop())

    async def _loop(self) -> None:
        while True:
            # Cleared before looking: what arrives meanwhile must not be forgotten.
            self._work.clear()
            turn = await self._one()
            if turn is not None:
                self.after(turn)
                continue
            try:
                await asyncio.wait_for(self._work.wait(), 0.25)
            except TimeoutError:
                continue

    async def _one(self) -> Turn | None:
        claimed: list[Any] = []
        sender = self.sender
        results = sender.take_results() if sender is not None else []

        def work(session: Session) -> Turn | None:
            claimed.clear()
            if sender is not None and results:
                sender.record(self.make_world(session, self.clock.now(), f"out:{sender.me}"), results)
            row = claim_update(session, self.channel.account, machine())
            if row is not None:
                claimed.append(row)
                return self._handle(session, row)
            if sender is None or not results:
                return None
            return Turn([], sender.claim_in_turn(self.make_world(session, self.clock.now(), f"out:{sender.me}")))

        try:
            turn = await self.database.run(work)
            if sender is not None:
                sender.recorded(results)
            return turn
        except Exception as error:
            if sender is not None:
                sender.put_back(results)
            if not claimed:
                log.error("claim_failed", kind=type(error).__name__, detail=str(error)[:200])
                await asyncio.sleep(0.5)
                return None
            return await self._failed(claimed[0], error)

    def _handle(self, session: Session, row: Any) -> Turn:
        now = self.clock.now()
        world = self.make_world(session, now, f"u:{row.update_key}")
        raw = world.ring.open(session, "inbox:raw", f"{row.account}:{row.update_key}", row.raw)
        receive(world, self._parse(raw, row.update_key, now), urgent=row.urgent)
        _HANDLED.run(session, row=row.id)
        return Turn(world.ephemeral, self.sender.claim_in_turn(world) if self.sender is not None else [])

    def _parse(self, raw: dict[str, Any], key: str, now: datetime) -> Inbound:
        if "tick" in raw:
            tick = raw["tick"]
            chat, _, actor = str(tick["address"]).partition(":")
            body = Tick(tick["conversation"], int(tick["version"]), tick["kind"])
            return Inbound(key, self.channel.account, chat, True, actor, now, body)
        try:
            return self.channel.parse(raw, key)
        except (ValueError, RecursionError) as error:
            raise Unreadable(type(error).__name__) from None

    async def _failed(self, row: Any, error: Exception) -> Turn:
        """Count the try and set the row back, or aside. A turn overtaken by another is simply done again."""
        moved = isinstance(error, MOVED)
        level = log.info if moved else log.error
        level("turn_failed", update=row.update_key, tries=row.tries, kind=type(error).__name__, detail=None if moved else _where(error))

        def set_back(session: Session) -> None:
            # Counted by the database: between the rollback and this, another worker may have tried the row too.
            counted = update(INBOX).where(INBOX.c.id == row.id, INBOX.c.state == NEW).values(tries=INBOX.c.tries + (0 if moved else 1))
            tries = session.execute(counted.returning(INBOX.c.tries)).scalar()
            if tries is None:
                return
            values: dict[str, Any] = {"error": type(error).__name__[:200]}
            if isinstance(error, Unreadable) or tries >= MAX_TRIES:
                values["state"] = QUARANTINED
                world = self.make_world(session, self.clock.now(), f"q:{row.update_key}")
                tell_quarantined(world, row.order_key, row.update_key)
            else:
                values["not_before"] = machine() + (0.02 if moved else PAUSES[min(tries, len(PAUSES)) - 1])
            session.execute(update(INBOX).where(INBOX.c.id == row.id).values(**values))

        try:
            await self.database.run(set_back)
        except Exception as second:
            log.error("set_back_failed", update=row.update_key, kind=type(second).__name__)
            await asyncio.sleep(0.5)
        return Turn()


def _where(error: Exception) -> str:
    """Where it failed, without what was said: messages of exceptions may quote a resident."""
    frame = error.__traceback__
    last = ""
    while frame is not None:
        code = frame.tb_frame.f_code
        if "site-packages" not in code.co_filename:
            # A generated function's file reads "<sqlalchemy generated …>": no folder can be taken for granted.
            last = f"{'/'.join(code.co_filename.rsplit('/', 2)[-2:])}:{frame.tb_lineno}"
        frame = frame.tb_next
    return json.dumps(last)
