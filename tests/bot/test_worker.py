"""Inbox rows on both databases: order per person, poison set aside, a crash leaves the row as it was."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from bot import worker as working
from bot.channels import Peek
from bot.clock import SystemClock
from bot.database import Database
from bot.intake import Intake
from handlers.inbound import Inbound, Words
from handlers.turn import ConversationMoved
from handlers.world import World
from models.claims import INBOX
from models.journal import DONE, NEW, QUARANTINED
from tests.bot.conftest import Post

AT = datetime(2026, 11, 23, tzinfo=UTC)


class Line:
    """A channel whose updates are {"n", "who", "text"}; "poison" can't be parsed."""

    account = "tg1"

    def peek(self, raw: dict[str, Any]) -> Peek | None:
        return Peek(str(raw["n"]), f"{raw['who']}:{raw['who']}", raw["who"], True, raw["who"]) if "n" in raw else None

    def parse(self, raw: dict[str, Any], key: str) -> Inbound:
        if raw["text"] == "poison":
            raise ValueError("unreadable")
        return Inbound(key, "tg1", raw["who"], True, raw["who"], AT, Words(raw["text"]))


class Shop:
    """Intake and worker on one database, with a handler that is handed in."""

    def __init__(self, office: Post, handle: Callable[[World, Inbound], None], monkeypatch: pytest.MonkeyPatch) -> None:
        self.office = office
        self.database = Database(office.engine)
        monkeypatch.setattr(working, "receive", lambda world, inbound, urgent=False: handle(world, inbound))
        monkeypatch.setattr(working, "PAUSES", (0.01, 0.01, 0.01))
        self.worker = working.Worker(Line(), self.database, SystemClock(), self.world, lambda turn: None)  # type: ignore[arg-type]
        self.intake = Intake(Line(), self.database, SystemClock(), self.world, self.worker.wake)  # type: ignore[arg-type]

    def world(self, session: Any, now: datetime, cause: str) -> World:
        return World(session, now, lambda: "id", self.office.ring, "tg1", "c", self.office.book, cause)

    async def run(self, updates: list[dict[str, Any]], seconds: float = 6) -> None:
        await self.intake.store(updates)
        serving = asyncio.create_task(self.worker.serve())
        waiting = select(INBOX.c.id).where(INBOX.c.state == NEW).limit(1)
        for _ in range(int(seconds / 0.02)):
            # Through the same door as the worker: the embedded database has one connection.
            if await self.database.run(lambda session: session.execute(waiting).first()) is None:
                break
            await asyncio.sleep(0.02)
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
        await self.database.close()

    def rows(self) -> list[Any]:
        return list(self.office.do(lambda w: w.session.execute(select(INBOX).order_by(INBOX.c.id)).all()))


def said(who: str, *texts: str, start: int = 1) -> list[dict[str, Any]]:
    return [{"n": start + i, "who": who, "text": text} for i, text in enumerate(texts)]


async def test_the_order_of_a_person_is_kept(office: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """Thirty messages of three people: each one's are handled in the order they were written, none twice."""
    heard: list[tuple[str, str]] = []
    shop = Shop(office, lambda world, inbound: heard.append((inbound.actor, inbound.text)), monkeypatch)
    updates = [u for n, who in enumerate(("a", "b", "c")) for u in said(who, *map(str, range(10)), start=100 * n + 1)]
    await shop.run(updates)
    for who in ("a", "b", "c"):
        assert [text for actor, text in heard if actor == who] == [str(n) for n in range(10)]


async def test_the_same_update_three_times_is_handled_once(office: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """The unique key decides, whatever the messenger repeats."""
    heard: list[str] = []
    shop = Shop(office, lambda world, inbound: heard.append(inbound.text), monkeypatch)
    await shop.intake.store(said("a", "x"))
    await shop.run(said("a", "x") * 3)
    assert heard == ["x"]


async def test_poison_is_set_aside_and_the_next_goes_on(office: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unreadable update is quarantined at once, the person is told its number, and the chat goes on."""
    heard: list[str] = []
    shop = Shop(office, lambda world, inbound: heard.append(inbound.text), monkeypatch)
    await shop.run(said("a", "one", "poison", "two"))
    assert heard == ["one", "two"]
    assert [row.state for row in shop.rows()] == [DONE, QUARANTINED, DONE]
    assert any("2" in text for text in office.deliver())


async def test_a_failing_handler_is_tried_three_times_and_leaves_nothing(office: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug in a handler: the turn is rolled back whole each time, then set aside; the next message is handled."""
    tries: list[str] = []

    def handle(world: World, inbound: Inbound) -> None:
        tries.append(inbound.text)
        if inbound.text == "bug":
            world.session.execute(update(INBOX).values(error="half done"))
            raise RuntimeError("a bug")

    shop = Shop(office, handle, monkeypatch)
    await shop.run(said("a", "bug", "fine"))
    # Between a rollback and its record another worker may try the row once more; never after it was set aside.
    assert 3 <= tries.count("bug") <= 3 * shop.database.threads
    assert tries[-1] == "fine"
    assert tries.count("fine") == 1
    assert [(row.state, row.error) for row in shop.rows()] == [(QUARANTINED, "RuntimeError"), (DONE, None)]


async def test_an_overtaken_turn_is_done_again(office: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another turn changed the case meanwhile: this one is redone, and counts as no failure."""
    tries: list[int] = []

    def handle(world: World, inbound: Inbound) -> None:
        tries.append(1)
        if len(tries) < 6:
            raise ConversationMoved

    shop = Shop(office, handle, monkeypatch)
    await shop.run(said("a", "x"))
    assert len(tries) == 6
    assert [row.state for row in shop.rows()] == [DONE]
