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
from sqlalchemy import Row, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.channels import Channel, Outcome, Parcel
from bot.clock import Clock, machine
from bot.database import NORMAL, URGENT, Database
from bot.drawing import Drawing, draw
from bot.fates import Result, recover_expired, settle
from bot.texts import Texts
from handlers.fates import letter_settled
from handlers.world import World
from models.claims import OUTBOX, anything_queued, claim_letters, next_moment
from models.journal import FAILED
from models.permits import Limits

log = structlog.get_logger()

Claimed = list[tuple[Row[Any], Drawing]]

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
        self.on_sent: Callable[[], None] = self.wake
        """Called when a send is over: with one writer its next turn records it, else this loop does."""
        self.look_at: float | None = None
        """Machine time at which a turn found that something may next be sent."""
        self._work = asyncio.Event()
        self._sending: set[asyncio.Task[None]] = set()
        self._results: list[Result] = []
        self._recording = 0
        self._recovered_at = 0.0
        self._small: set[asyncio.Task[None]] = set()

    @property
    def busy(self) -> int:
        """Sends in flight and results not yet recorded."""
        return len(self._sending) + len(self._results) + self._recording + len(self._small)

    def wake(self) -> None:
        self._work.set()

    def after_turn(self, ephemeral: list[dict[str, Any]], *, look: bool = True) -> None:
        """Answer taps and show typing, after the commit, once; then look for letters, unless the turn itself has."""
        for act in ephemeral:
            task = asyncio.create_task(self._ephemeral(act))
            self._small.add(task)
            task.add_done_callback(self._small.discard)
        if look:
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
            self.dispatch(claimed)
            if not claimed and not self._results:
                try:
                    await asyncio.wait_for(self._work.wait(), pause)
                except TimeoutError:
                    continue
        log.critical("token_revoked")

    def _sent(self, task: asyncio.Task[None]) -> None:
        self._sending.discard(task)
        self.on_sent()

    def take_results(self) -> list[Result]:
        """The results to be recorded by the caller, who then says `recorded` or `put_back`."""
        results, self._results = self._results, []
        self._recording += len(results)
        return results

    def recorded(self, results: list[Result]) -> None:
        self._recording -= len(results)

    def put_back(self, results: list[Result]) -> None:
        """The transaction that should have recorded them failed."""
        self._recording -= len(results)
        self._results = results + self._results

    def record(self, world: World, results: list[Result]) -> None:
        moment = machine()
        for result in results:
            settle(world, result, moment, self.limits)

    async def _turn(self) -> tuple[Claimed, float]:
        results = self.take_results()
        room = IN_FLIGHT - len(self._sending)
        now, moment = self.clock.now(), machine()
        recover = moment - self._recovered_at > RECOVER_SECONDS
        if recover:
            self._recovered_at = moment

        def work(session: Session) -> tuple[Claimed, float]:
            world = self.make_world(session, now, f"out:{self.me}")
            self.record(world, results)
            if recover:
                recover_expired(world, moment)
            drawn = self.claim(world, moment, room)
            pause = IDLE_SECONDS
            if not drawn:
                soonest = next_moment(session, self.channel.account, now, moment)
                if soonest is not None and soonest > moment:
                    pause = min(pause, soonest - moment)
            return drawn, pause

        try:
            done = await self.database.run(work, URGENT if results else NORMAL)
            self.recorded(results)
            return done
        except Exception as error:
            self.put_back(results)
            log.error("outbox_turn_failed", kind=type(error).__name__, detail=str(error)[:200])
            await asyncio.sleep(0.5)
            return [], IDLE_SECONDS

    def claim(self, world: World, moment: float, room: int) -> Claimed:
        """Permitted rows, leased and drawn; whoever waits for the fate of one that is set aside is told."""
        if room <= 0 or not anything_queued(world.session, self.channel.account, world.now, moment):
            return []
        skipped = partial(letter_settled, world, status_of="", fate="unreachable")
        rows = claim_letters(world.session, self.channel.account, self.me, world.now, moment, self.limits, room, skipped)
        return [(row, drawing) for row in rows if (drawing := self._draw(world, row)) is not None]

    def _draw(self, world: World, row: Row[Any]) -> Drawing | None:
        """One row that can't be drawn is set aside, loudly: it must stop neither its lane nor the turn that claimed it.

        Drawing only reads, so nothing has to be undone; a database that fails takes the whole transaction with it.
        """
        try:
            return draw(world, row)
        except DBAPIError:
            raise
        except Exception as error:
            log.error("draw_failed", row=row.id, key=row.key, kind=type(error).__name__)
            own = (OUTBOX.c.id == row.id) | (OUTBOX.c.lead_id == row.id)
            world.session.execute(update(OUTBOX).where(own).values(state=FAILED, error=f"draw: {type(error).__name__}", lease_by=None))
            return None

    def claim_in_turn(self, world: World) -> Claimed:
        """Claim in the transaction of the turn that wrote the letters: one commit less before they leave (one writer only)."""
        moment = machine()
        claimed = self.claim(world, moment, IN_FLIGHT - len(self._sending))
        if not claimed:
            self.look_at = next_moment(world.session, self.channel.account, world.now, moment)
        return claimed

    def dispatch(self, claimed: Claimed) -> None:
        """Send what has been claimed and committed."""
        for lead, *folded in _groups(claimed):
            task = asyncio.create_task(self._send(lead, folded))
            self._sending.add(task)
            task.add_done_callback(self._sent)

    async def _send(self, lead: tuple[Row[Any], Drawing], folded: Claimed) -> None:
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
        results, now = self.take_results(), self.clock.now()
        if results:
            await self.database.run(lambda session: self.record(self.make_world(session, now, f"out:{self.me}"), results))
            self.recorded(results)


def _groups(claimed: Claimed) -> list[Claimed]:
    """Claimed rows as [lead, folded …] lists."""
    groups: list[Claimed] = []
    for row, drawing in claimed:
        if row.lead_id is None:
            groups.append([(row, drawing)])
        elif groups and groups[-1][0][0].id == row.lead_id:
            groups[-1].append((row, drawing))
    return groups


__all__ = ["Outbox", "Parcel"]
