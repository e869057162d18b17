"""The world's clock, settling, and walking forward past everything that falls due."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
from aiohttp import web

from tests.sandbox.conftest import CheckedSandbox
from tests.sandbox_process import Json, Refused, running


class FakeBot:
    """A bot that follows the world's clock and notes what it wakes for. Its /readyz is all the sandbox sees of it."""

    def __init__(self, wakes: list[datetime]) -> None:
        self.wakes = wakes
        self.woken: list[tuple[datetime, datetime]] = []
        self.state: Json = {"ready": True, "inbox": 0, "outbox": 0, "next_wake": None, "clock_version": 0}

    async def follow(self, sandbox: CheckedSandbox) -> None:
        version = 0
        while True:
            clock = await sandbox.get("/sim/clock", after=version)
            version, now = clock["version"], datetime.fromisoformat(clock["now"])
            while self.wakes and self.wakes[0] <= now:
                self.woken.append((self.wakes.pop(0), now))
            self.state["next_wake"] = self.wakes[0].isoformat() if self.wakes else None
            self.state["clock_version"] = version

    async def readyz(self, request: web.Request) -> web.Response:
        return web.json_response(self.state)


@pytest.fixture
async def bot(empty: CheckedSandbox) -> AsyncIterator[FakeBot]:
    """A fake bot with its /readyz known to the sandbox."""
    fake = FakeBot([])
    app = web.Application()
    app.router.add_get("/readyz", fake.readyz)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    await empty.post("/sim/bot", {"readyz": f"http://127.0.0.1:{port}/readyz"})
    task = asyncio.create_task(fake.follow(empty))
    yield fake
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await runner.cleanup()


async def now_of(sandbox: CheckedSandbox) -> datetime:
    return datetime.fromisoformat((await sandbox.get("/sim/clock"))["now"])


async def test_the_world_starts_on_its_first_morning_and_runs(fresh: CheckedSandbox) -> None:
    """At real speed, with the offset of the place."""
    clock = await fresh.get("/sim/clock")
    began = datetime.fromisoformat(clock["now"])
    assert clock["now"].startswith("2026-11-23T08:00:0")
    assert clock["now"].endswith("+08:00")
    await asyncio.sleep(0.2)
    assert timedelta(seconds=0.15) < await now_of(fresh) - began < timedelta(seconds=5)


async def test_another_start_can_be_chosen() -> None:
    """--clock takes any ISO time."""
    async with running("--empty", "--clock", "2027-02-05T23:59:00+08:00") as sandbox:
        assert (await sandbox.get("/sim/clock"))["now"].startswith("2027-02-05T23:59:0")


async def test_the_clock_jumps_and_tells_its_followers(empty: CheckedSandbox) -> None:
    """The version grows; a long poll returns at once; message dates are the world's."""
    before = await empty.get("/sim/clock")
    poll = asyncio.create_task(empty.get("/sim/clock", after=before["version"], wait=20))
    await asyncio.sleep(0.05)
    told = await empty.post("/sim/clock", {"advance": 86400})
    assert told["settled"] is True
    assert (await poll)["version"] == before["version"] + 1
    assert datetime.fromisoformat(told["now"]) - datetime.fromisoformat(before["now"]) >= timedelta(days=1)
    _, chat = await empty.newcomer()
    sent = await empty.api("sendMessage", chat_id=chat, text="x")
    assert abs(sent["date"] - datetime.fromisoformat(told["now"]).timestamp()) < 5


@pytest.mark.parametrize("seconds", [-1, "soon", 10**9])
async def test_bad_jumps_are_refused(demo: CheckedSandbox, seconds: object) -> None:
    """Time runs forward, by a number, and not out of the century."""
    with pytest.raises(Refused, match="400"):
        await demo.post("/sim/clock", {"advance": seconds})


async def test_settled_means_that_every_update_is_confirmed(demo: CheckedSandbox) -> None:
    """Not while one waits, nor while one was only fetched; only when the bot polls past it."""
    await demo.act("wang", "send", text="x")
    assert await demo.post("/sim/settle", {"timeout": 0.05}) == {"settled": False}
    (update,) = await demo.api("getUpdates")
    assert await demo.post("/sim/settle", {"timeout": 0.05}) == {"settled": False}
    waiting = asyncio.create_task(demo.post("/sim/settle", {"timeout": 10}))
    await demo.api("getUpdates", offset=update["update_id"] + 1)
    assert await waiting == {"settled": True}


async def test_an_act_can_settle_at_once(demo: CheckedSandbox) -> None:
    """`settle` does it after the act and says how it went."""
    act = asyncio.create_task(demo.act("wang", "send", text="x", settle=True))
    await demo.updates()
    assert (await act)["settled"] is True


async def test_settled_means_that_the_bot_says_nothing_is_due(empty: CheckedSandbox, bot: FakeBot) -> None:
    """Inbox, outbox and an old clock all keep it waiting; a bot that doesn't answer does too."""
    assert (await empty.post("/sim/settle", {"timeout": 5}))["settled"] is True
    for field in ("inbox", "outbox"):
        bot.state[field] = 1
        assert (await empty.post("/sim/settle", {"timeout": 0.05}))["settled"] is False
        bot.state[field] = 0
    await empty.post("/sim/bot", {"readyz": "http://127.0.0.1:9/readyz"})
    assert (await empty.post("/sim/settle", {"timeout": 0.05}))["settled"] is False
    with pytest.raises(Refused, match="this machine"):
        await empty.post("/sim/bot", {"readyz": "http://example.com/readyz"})


async def test_fast_forward_stops_at_every_due_moment(empty: CheckedSandbox, bot: FakeBot) -> None:
    """Nothing is skipped or merged: each wake finds the clock at its own time, not at the end of the jump."""
    start = await now_of(empty)
    bot.wakes = [start + timedelta(minutes=minutes) for minutes in (5, 20, 21, 59, 90)]
    bot.state["next_wake"] = bot.wakes[0].isoformat()
    wanted = list(bot.wakes[:4])
    told = await empty.post("/sim/clock", {"advance": 3600})
    assert told["settled"] is True
    assert [due for due, _ in bot.woken] == wanted
    assert all(timedelta(0) <= at - due < timedelta(seconds=3) for due, at in bot.woken)
    assert timedelta(hours=1) <= await now_of(empty) - start < timedelta(hours=1, seconds=10)


async def test_machine_time_does_not_jump(empty: CheckedSandbox) -> None:
    """Updates don't expire because the world was sent forward."""
    persona, _ = await empty.newcomer()
    await empty.act(persona, "send", text="x")
    await empty.post("/sim/clock", {"advance": 10 * 86400, "timeout": 0.05})
    assert [one["message"]["text"] for one in await empty.updates("message")] == ["x"]


async def test_two_jumps_at_once_follow_each_other(empty: CheckedSandbox) -> None:
    """Together they take the sum."""
    start = await now_of(empty)
    began = time.monotonic()
    await asyncio.gather(*(empty.post("/sim/clock", {"advance": 600}) for _ in range(3)))
    passed = (await now_of(empty) - start).total_seconds() - (time.monotonic() - began)
    assert abs(passed - 1800) < 1
