"""Server-sent events and the page's files."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientResponse

from tests.sandbox.conftest import CheckedSandbox

Events = asyncio.Queue[tuple[str, Any]]


@asynccontextmanager
async def listening(sandbox: CheckedSandbox, query: str) -> AsyncIterator[Events]:
    """The events of one page, as they come."""
    events: Events = asyncio.Queue()
    async with sandbox.session.get(f"{sandbox.url}/events?{query}") as answer:
        assert answer.content_type == "text/event-stream"
        task = asyncio.create_task(_read(answer, events))
        try:
            yield events
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def _read(answer: ClientResponse, events: Events) -> None:
    kind = ""
    async for line in answer.content:
        field, _, value = line.decode().rstrip("\n").partition(": ")
        if field == "event":
            kind = value
        elif field == "data":
            events.put_nowait((kind, json.loads(value)))


async def wait_for(events: Events, kind: str) -> Any:
    while True:
        name, data = await asyncio.wait_for(events.get(), 5)
        if name == kind:
            return data


async def test_a_page_is_greeted_and_told_of_everything_in_its_chats(demo: CheckedSandbox) -> None:
    """Messages, edits, deletions, typing; other people's chats stay out of sight."""
    persona, chat = await demo.newcomer()
    async with listening(demo, f"as={persona}") as events:
        hello = await wait_for(events, "hello")
        assert (hello["me"], hello["chats"][0]) == (persona, chat)
        assert {"personas", "chats", "bot", "clock"} <= set(hello["world"])
        await demo.api("sendMessage", chat_id=700002, text="给别人的")
        await demo.api("sendChatAction", chat_id=chat, action="typing")
        assert await wait_for(events, "action") == {"chat": chat, "action": "typing", "thread": None}
        sent = await demo.api("sendMessage", chat_id=chat, text="您好")
        told = await wait_for(events, "message")
        assert (told["chat"], told["message"]) == (chat, (await demo.messages(persona))[-1])
        await demo.api("deleteMessage", chat_id=chat, message_id=sent["message_id"])
        assert (await wait_for(events, "message"))["message"]["deleted"] is True


async def test_groups_topics_members_clock_and_commands(demo: CheckedSandbox) -> None:
    """Each has its event."""
    group = await demo.group("zhao", forum=True, admins=["qian"])
    async with listening(demo, "as=zhao") as events:
        assert group in (await wait_for(events, "hello"))["chats"]
        topic = await demo.api("createForumTopic", chat_id=group, name="话题")
        told = (await wait_for(events, "topic"))["topic"]
        assert (told["thread"], told["name"], told["closed"]) == (topic["message_thread_id"], "话题", False)
        await demo.act("wang", "join", chat=group)
        assert await wait_for(events, "member") == {"chat": group, "persona": "wang", "status": "member"}
        await demo.api("setMyCommands", commands=[{"command": "menu", "description": "菜单"}])
        assert (await wait_for(events, "commands"))["commands"][0]["command"] == "menu"
        await demo.post("/sim/clock", {"advance": 1, "timeout": 0})
        assert set(await wait_for(events, "clock")) == {"now", "version"}


async def test_calls_are_shown_only_to_those_who_ask(demo: CheckedSandbox) -> None:
    """As in the list of calls."""
    async with listening(demo, "as=wang&calls=1") as watching, listening(demo, "as=wang") as plain:
        await demo.api("getMe")
        assert await wait_for(watching, "call") == (await demo.calls())[-1]
        await demo.api("sendMessage", chat_id=700001, text="x")
        kinds = set()
        while "message" not in kinds:
            kinds.add((await asyncio.wait_for(plain.get(), 5))[0])
        assert "call" not in kinds


async def test_the_bot_coming_online_is_told(fresh: CheckedSandbox) -> None:
    """Within a moment."""
    await fresh.post("/sim/personas", {"id": "bo", "name": "波"})
    async with listening(fresh, "as=bo") as events:
        await fresh.api("getUpdates")
        assert await wait_for(events, "bot") == {"online": True}


async def test_nobody_has_no_events(demo: CheckedSandbox) -> None:
    """404 with a sentence."""
    async with demo.session.get(f"{demo.url}/events?as=nobody") as answer:
        assert (answer.status, "error" in await answer.json()) == (404, True)


async def test_the_page_may_ask_no_other_host(demo: CheckedSandbox) -> None:
    """Its policy says so; files outside its folder are not served."""
    async with demo.session.get(demo.url + "/") as answer:
        assert (answer.status, answer.content_type) == (200, "text/html")
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    for path in ("/page/..%2fserver.py", "/page/%2e%2e/server.py", "/page/none.js", "/page/%00", "/page/"):
        async with demo.session.get(demo.url + path) as answer:
            assert answer.status == 404
