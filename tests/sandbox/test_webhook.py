"""Updates posted to an address: the secret, the order, what is tried again, and what setWebhook refuses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from tests.sandbox.conftest import CheckedSandbox
from tests.sandbox_process import Json

SECRET = "s" * 40
HOOKED = "409 Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


@dataclass
class Office:
    """Somebody who takes updates. `says` decides the status of the answer to each; "hold" waits until it is let go."""

    url: str = ""
    says: Callable[[Json], int] = lambda _: 200
    taken: list[Json] = field(default_factory=list)
    tries: list[str] = field(default_factory=list)
    secrets: set[str] = field(default_factory=set)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def serve(self, request: web.Request) -> web.Response:
        update: Json = await request.json()
        self.secrets.add(request.headers.get("X-Telegram-Bot-Api-Secret-Token", ""))
        status = self.says(update)
        self.tries.append(words(update))
        if status == 200:
            self.taken.append(update)
        async with self.news:
            self.news.notify_all()
        return web.Response(status=status)

    async def until(self, enough: Callable[[Office], bool]) -> None:
        async with self.news:
            await asyncio.wait_for(self.news.wait_for(lambda: enough(self)), 10)


def words(update: Json) -> str:
    return str(update.get("message", {}).get("text", ""))


@asynccontextmanager
async def office() -> AsyncIterator[Office]:
    """An office that is open on a free port."""
    desk = Office()
    site = web.Application()
    site.router.add_post("/hook", desk.serve)
    runner = web.AppRunner(site, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    desk.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield desk
    await runner.cleanup()


async def settled(sandbox: CheckedSandbox) -> int:
    """Wait until nothing is pending; how many are, after all."""
    await sandbox.post("/sim/settle", {"timeout": 10})
    return await sandbox.pending()


async def people(sandbox: CheckedSandbox, *names: str) -> None:
    for name in names:
        await sandbox.post("/sim/personas", {"id": name, "name": name})
        await sandbox.act(name, "start")


async def test_updates_are_posted_with_the_secret_and_in_order(fresh: CheckedSandbox) -> None:
    """What waited before and what comes after; each has the header; nothing is left, and getUpdates is refused meanwhile."""
    await people(fresh, "a")
    await fresh.act("a", "send", text="1")
    async with office() as desk:
        assert (await fresh.call("setWebhook", url=desk.url, secret_token=SECRET))[1]["description"] == "Webhook was set"
        assert (await fresh.call("setWebhook", url=desk.url, secret_token=SECRET))[1]["description"] == "Webhook is already set"
        for number in range(2, 6):
            await fresh.act("a", "send", text=str(number))
        await desk.until(lambda d: len(d.taken) == 6)
        assert [words(update) for update in desk.taken] == ["/start", "1", "2", "3", "4", "5"]
        assert desk.secrets == {SECRET}
        assert await settled(fresh) == 0
        assert await fresh.refusal("getUpdates") == HOOKED
        assert (await fresh.get("/sim/world"))["bot"]["online"]
        assert (await fresh.call("deleteWebhook"))[1]["description"] == "Webhook was deleted"
        assert (await fresh.call("deleteWebhook"))[1]["description"] == "Webhook is already deleted"
        await fresh.act("a", "send", text="6")
        assert [words(update) for update in await fresh.updates()] == ["6"]


async def test_a_failure_is_tried_again_and_holds_up_its_own_chat_only(fresh: CheckedSandbox) -> None:
    """The first retry is at once; what follows in that chat waits its turn, another chat does not; the fault is told."""
    await people(fresh, "a", "b")
    await fresh.forget_updates()
    async with office() as desk:
        broken = {"1": 2}

        def refuse_twice(update: Json) -> int:
            left = broken.get(words(update), 0)
            broken[words(update)] = left - 1
            return 503 if left > 0 else 200

        desk.says = refuse_twice
        await fresh.api("setWebhook", url=desk.url)
        await fresh.act("a", "send", text="1")
        await desk.until(lambda d: d.tries.count("1") == 2)
        await fresh.act("a", "send", text="2")
        await fresh.act("b", "send", text="other")
        await desk.until(lambda d: "other" in d.tries)
        assert "2" not in desk.tries, "the order of a chat is kept"
        info = await fresh.api("getWebhookInfo")
        assert (info["url"], info["pending_update_count"], info["max_connections"]) == (desk.url, 2, 40)
        assert info["last_error_message"] == "Wrong response from the webhook: 503 Service Unavailable"
        await desk.until(lambda d: len(d.taken) == 3)
        assert [words(update) for update in desk.taken] == ["other", "1", "2"]
        assert await settled(fresh) == 0


async def test_a_poll_that_waits_is_ended(fresh: CheckedSandbox) -> None:
    """setWebhook during a poll: the poll is answered 409 in the real server's words."""
    async with office() as desk:
        poll = asyncio.create_task(fresh.refusal("getUpdates", timeout=20))
        while not (await fresh.get("/sim/world"))["bot"]["online"]:  # noqa: ASYNC110 - it tells only who asks
            await asyncio.sleep(0)
        await fresh.api("setWebhook", url=desk.url)
        assert await poll == "409 Conflict: terminated by setWebhook request"


@pytest.mark.parametrize(
    ("told", "refusal"),
    [
        ({"url": "http://x.example/hook"}, "400 Bad Request: bad webhook: An HTTPS URL must be provided for webhook"),
        ({"url": "https://x.example:444/"}, "400 Bad Request: bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"),
        ({"url": "https://x.example/"}, "400 Bad Request: bad webhook: Failed to resolve host: Name or service not known"),
        ({"url": "http://127.0.0.1/", "secret_token": "x" * 257}, "400 Bad Request: secret token is too long"),
        ({"url": "http://127.0.0.1/", "secret_token": "a b"}, "400 Bad Request: secret token contains unallowed characters"),
    ],
)
async def test_what_set_webhook_refuses(empty: CheckedSandbox, told: Json, refusal: str) -> None:
    """In the real server's words; nothing changes, and no other host is asked."""
    assert await empty.refusal("setWebhook", **told) == refusal
    assert (await empty.api("getWebhookInfo"))["url"] == ""
