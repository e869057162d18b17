"""The only sender: claim = permit, draw, send, record what became of it. One transaction records results and claims anew.

Rows are drawn at sending, in the addressee's language; long ones are split and their message ids stored part by part.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from sqlalchemy import Row
from sqlalchemy.orm import Session

from bot.channels import Channel, Outcome, Parcel
from bot.clock import Clock, machine
from bot.database import NORMAL, URGENT, Database
from bot.drawing import Drawing, draw
from bot.fates import Result, recover_expired, settle
from bot.texts import Texts
from handlers.fates import letter_settled
from handlers.world import World
from models.claims import claim_letters, next_moment
from models.permits import Limits

log = structlog.get_logger()

IN_FLIGHT = 16
IDLE_SECONDS = 0.5
RECOVER_SECONDS = 5.0


class Outbox:
    """Sends what is queued until stopped."""

    def __init__(
        self, channel: Channel, database: Database, clock: Clock, make_world: Callable[[Session, datetime, str], World],
        texts: Texts, limits: Limits, me: str,
    ) -> None:  # fmt: skip
        self.channel = channel
        self.database = database
        self.clock = clock
        self.make_world = make_world
        self.texts = texts
        self.limits = limits
        self.me = me
        self.revoked = asyncio.Event()
        self._work = asyncio.Event()
        self._sending: set[asyncio.Task[None]] = set()
        self._results: list[Result] = []
        self._recovered_at = 0.0
        self._small: set[asyncio.Task[None]] = set()

    @property
    def busy(self) -> int:
        """Sends in flight and results not yet recorded."""
        return len(self._sending) + len(self._results) + len(self._small)

    def wake(self) -> None:
        self._work.set()

    def after_turn(self, ephemeral: list[dict[str, Any]]) -> None:
        """Answer taps and show typing, after the commit, once; then look for letters."""
        for act in ephemeral:
            task = asyncio.create_task(self._ephemeral(act))
            self._small.add(task)
            task.add_done_callback(self._small.discard)
        self.wake()

    async def _ephemeral(self, act: dict[str, Any]) -> None:
        try:
            if act["do"] == "answer":
                words = self.texts.render_or_fallback(act["key"], act["data"], act["language"]) if act["key"] else ""
                await self.channel.answer_tap(act["tap"], words[:200], bool(act.get("alert")))
            else:
                await self.channel.typing(act["chat"])
        except Exception as error:
            log.info("ephemeral_failed", do=act["do"], kind=type(error).__name__)

    async def serve(self) -> None:
        """Run until cancelled or the token is revoked."""
        while not self.revoked.is_set():
            self._work.clear()
            claimed, pause = await self._turn()
            for lead, *folded in _groups(claimed):
                task = asyncio.create_task(self._send(lead, folded))
                self._sending.add(task)
                task.add_done_callback(self._sent)
            if not claimed and not self._results:
                try:
                    await asyncio.wait_for(self._work.wait(), pause)
                except TimeoutError:
                    continue
        log.critical("token_revoked")

    def _sent(self, task: asyncio.Task[None]) -> None:
        self._sending.discard(task)
        self._work.set()

    async def _turn(self) -> tuple[list[tuple[Row[Any], Drawing]], float]:
        results, self._results = self._results, []
        room = IN_FLIGHT - len(self._sending)
        now, moment = self.clock.now(), machine()
        recover = moment - self._recovered_at > RECOVER_SECONDS
        if recover:
            self._recovered_at = moment

        def work(session: Session) -> tuple[list[tuple[Row[Any], Drawing]], float]:
            world = self.make_world(session, now, f"out:{self.me}")
            for result in results:
                settle(world, result, moment, self.limits)
            if recover:
                recover_expired(world, moment)
            rows = self._claim(world, now, moment, room) if room > 0 else []
            drawn = [(row, draw(world, row)) for row in rows]
            pause = IDLE_SECONDS
            if not rows:
                soonest = next_moment(session, self.channel.account, now, moment)
                if soonest is not None and soonest > moment:
                    pause = min(pause, soonest - moment)
            return drawn, pause

        try:
            return await self.database.run(work, URGENT if results else NORMAL)
        except Exception as error:
            self._results = results + self._results
            log.error("outbox_turn_failed", kind=type(error).__name__, detail=str(error)[:200])
            await asyncio.sleep(0.5)
            return [], IDLE_SECONDS

    def _claim(self, world: World, now: datetime, moment: float, room: int) -> list[Row[Any]]:
        """Permitted rows; whoever waits for the fate of one that is set aside is told."""
        skipped = partial(letter_settled, world, status_of="", fate="unreachable")
        return claim_letters(world.session, self.channel.account, self.me, now, moment, self.limits, room, skipped)

    async def _send(self, lead: tuple[Row[Any], Drawing], folded: list[tuple[Row[Any], Drawing]]) -> None:
        row, drawing = lead
        outcome = Outcome("failed", error="drawing failed")
        ids: list[int] = list(row.message_ids or [])
        try:
            parcels = drawing.parcels(self.texts, [d for _, d in folded], self.channel.profile, plain=row.plain, resent=row.resent)
            outcome = Outcome("sent")
            # Parts that an earlier try delivered are not sent again: their ids are stored part by part.
            for parcel in parcels[len(ids) :]:
                outcome = await self.channel.send(parcel)
                if outcome.fate == "bad_markup" and not parcel.plain:
                    parcels = drawing.parcels(self.texts, [d for _, d in folded], self.channel.profile, plain=True, resent=row.resent)
                    outcome = await self.channel.send(replace(parcel, text=parcels[len(ids)].text, plain=True))
                if outcome.fate != "sent":
                    break
                ids.extend(outcome.message_ids)
        except Exception as error:
            log.error("send_failed", row=row.id, key=row.key, kind=type(error).__name__, detail=str(error)[:200])
            outcome = Outcome("failed", error=type(error).__name__)
        if outcome.fate == "revoked":
            self.revoked.set()
        if outcome.fate != "sent":
            log.info("not_sent", row=row.id, key=row.key, fate=outcome.fate, error=outcome.error)
        self._results.append(Result(row, drawing, outcome, tuple(ids), tuple(r for r, _ in folded), self.me))

    async def drain(self, seconds: float) -> None:
        """Wait for sends in flight, then record them; what was leased and not sent goes back."""
        if self._sending:
            await asyncio.wait(set(self._sending), timeout=seconds)
        results, self._results = self._results, []
        now, moment = self.clock.now(), machine()

        def work(session: Session) -> None:
            world = self.make_world(session, now, f"out:{self.me}")
            for result in results:
                settle(world, result, moment, self.limits)

        if results:
            await self.database.run(work)


def _groups(claimed: list[tuple[Row[Any], Drawing]]) -> list[list[tuple[Row[Any], Drawing]]]:
    """Claimed rows as [lead, folded …] lists."""
    groups: list[list[tuple[Row[Any], Drawing]]] = []
    for row, drawing in claimed:
        if row.lead_id is None:
            groups.append([(row, drawing)])
        else:
            groups[-1].append((row, drawing))
    return groups


__all__ = ["Outbox", "Parcel"]
