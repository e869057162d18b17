"""The persona API over HTTP: /sim/… for those who drive the world from outside. The table of routes is at the end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

from sandbox import peopling, personas, taps
from sandbox.access import GENERAL_TOPIC
from sandbox.ask import Ask, answer, read_ask
from sandbox.box import Box, load
from sandbox.errors import SimError
from sandbox.model import Json, Message, User
from sandbox.settle import DEFAULT_TIMEOUT, Settler
from sandbox.views import transcript, view_chat

_LONGEST_WAIT = 60.0
_CLOCK_WAIT = 25.0
_MOST_SECONDS = 400 * 86400


# people act -----------------------------------------------------------------------------------------------------------


async def _told(ask: Ask, result: Json) -> object:
    """The answer to an act, after settling if that was asked for."""
    if ask.wish.get("settle"):
        result = {**result, "settled": await ask.settler.settle(ask.number("timeout", DEFAULT_TIMEOUT))}
    return result


def _where(message: Message) -> Json:
    return {"message_id": message.id, "chat_id": message.chat_id}


def _act(what: Callable[[Box, User, Json], object]) -> Callable[[Ask], Awaitable[object]]:
    async def act(ask: Ask) -> object:
        done = what(ask.box, personas.person_named(ask.box, ask.name), ask.wish)
        return await _told(ask, _where(done) if isinstance(done, Message) else {"ok": True})

    return act


async def post_tap(ask: Ask) -> object:
    return await _told(ask, await taps.tap(ask.box, personas.person_named(ask.box, ask.name), ask.wish))


def _deactivate(box: Box, person: User, wish: Json) -> None:
    person.deactivated = True
    box.world.changed(person)


def _vote(box: Box, person: User, wish: Json) -> None:
    raise SimError(409, "polls are not modelled yet")


# looking --------------------------------------------------------------------------------------------------------------


async def get_chat(ask: Ask) -> object:
    world = ask.box.world
    name, as_text = ask.name.removesuffix(".txt"), ask.name.endswith(".txt")
    chat = personas.chat_named(ask.box, name)
    thread = int(ask.number("thread", 0)) if ask.query.get("thread") else None
    thread = 0 if thread == GENERAL_TOPIC else thread
    if "after" in ask.query:
        after, deadline = int(ask.number("after", 0)), time.monotonic() + min(ask.number("wait", 0), _LONGEST_WAIT)
        while chat.rev <= after and (left := deadline - time.monotonic()) > 0:
            await world.grown.wait(left)
    if as_text:
        return web.Response(text=transcript(world, chat, thread), content_type="text/plain", charset="utf-8")
    return view_chat(world, chat, thread, int(ask.number("since", 0)))


async def get_media(ask: Ask) -> object:
    file = ask.box.world.files.get(ask.name)
    if file is None:
        raise SimError(404, "there is no such file")
    # A document may hold anything, a page with a script too: the browser must not run it.
    headers = {"Cache-Control": "max-age=86400", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}
    return web.Response(body=file.data, content_type=file.mime.split(";")[0], headers=headers)


async def get_calls(ask: Ask) -> object:
    calls = ask.box.calls
    return [calls.view(record) for record in calls.since(int(ask.number("since", 0)), ask.query.get("method", ""))]


async def get_plays(ask: Ask) -> object:
    return load("plays.toml")["play"]


# the world's course ---------------------------------------------------------------------------------------------------


async def post_settle(ask: Ask) -> object:
    return {"settled": await ask.settler.settle(ask.number("timeout", DEFAULT_TIMEOUT))}


async def get_clock(ask: Ask) -> object:
    clock = ask.box.clock
    if "after" in ask.query:
        after, deadline = int(ask.number("after", 0)), time.monotonic() + min(ask.number("wait", _CLOCK_WAIT), _LONGEST_WAIT)
        while clock.version <= after and (left := deadline - time.monotonic()) > 0:
            await clock.changed.wait(left)
    return {"now": clock.iso(), "version": clock.version, "speed": ask.box.profile.speed}


async def post_clock(ask: Ask) -> object:
    seconds = ask.number("advance", -1)
    if not 0 <= seconds <= _MOST_SECONDS:
        raise SimError(400, "advance is a number of seconds, not negative and at most 400 days")
    settled = await ask.settler.advance(seconds, ask.number("timeout", DEFAULT_TIMEOUT))
    return {"now": ask.box.clock.iso(), "settled": settled, "version": ask.box.clock.version}


async def post_fault(ask: Ask) -> object:
    return {"id": ask.box.faults.add(ask.wish).id}


async def get_faults(ask: Ask) -> object:
    return ask.box.faults.view()


async def delete_faults(ask: Ask) -> object:
    ask.box.faults.remove(ask.name or ask.query.get("id") or ask.wish.get("id"))
    return {"ok": True}


async def post_reset(ask: Ask) -> object:
    ask.box.faults.remove()
    ask.box.calls.clear()
    return {"ok": True}


async def post_bot(ask: Ask) -> object:
    """Where the bot's /readyz is; only this machine is ever asked."""
    url = ask.wish.get("readyz")
    if url is not None and (not isinstance(url, str) or urlsplit(url).hostname not in ("127.0.0.1", "localhost", "::1")):
        raise SimError(400, "readyz is an address on this machine, or null")
    ask.box.readyz = url
    return {"ok": True}


ROUTES: dict[str, Callable[[Ask], Awaitable[object]]] = {
    "GET sim/world": peopling.get_world,
    "POST sim/personas": peopling.post_persona,
    "POST sim/chats": peopling.post_chat,
    "POST sim/chats/*/bot": peopling.post_chat_bot,
    "POST sim/as/*/send": _act(personas.send),
    "POST sim/as/*/tap": post_tap,
    "POST sim/as/*/start": _act(personas.start),
    "POST sim/as/*/edit": _act(personas.edit),
    "POST sim/as/*/delete": _act(personas.delete),
    "POST sim/as/*/react": _act(personas.react),
    "POST sim/as/*/vote": _act(_vote),
    "POST sim/as/*/block": _act(lambda box, person, wish: personas.set_blocked(box, person, blocked=True)),
    "POST sim/as/*/unblock": _act(lambda box, person, wish: personas.set_blocked(box, person, blocked=False)),
    "POST sim/as/*/join": _act(personas.join),
    "POST sim/as/*/leave": _act(personas.leave),
    "POST sim/as/*/deactivate": _act(_deactivate),
    "GET sim/chats/*": get_chat,
    "GET sim/media/*": get_media,
    "GET sim/calls": get_calls,
    "GET sim/plays": get_plays,
    "POST sim/settle": post_settle,
    "GET sim/clock": get_clock,
    "POST sim/clock": post_clock,
    "POST sim/faults": post_fault,
    "GET sim/faults": get_faults,
    "DELETE sim/faults": delete_faults,
    "DELETE sim/faults/*": delete_faults,
    "POST sim/reset": post_reset,
    "POST sim/bot": post_bot,
}


async def serve(box: Box, settler: Settler, request: web.BaseRequest, path: str) -> web.StreamResponse:
    """Answers a request to /sim/…; every refusal is {"error"}."""
    parts = path.strip("/").split("/")
    route = ROUTES.get(f"{request.method} {'/'.join(parts)}")
    name = ""
    if route is None and len(parts) >= 3:
        name = parts[2]
        route = ROUTES.get(f"{request.method} {'/'.join([*parts[:2], '*', *parts[3:]])}")
    try:
        if route is None:
            raise SimError(404, f"there is nothing at {request.method} /{'/'.join(parts)}")
        result = await route(await read_ask(box, settler, request, name))
    except SimError as error:
        return answer({"error": str(error)}, error.status)
    except asyncio.CancelledError:
        raise
    return result if isinstance(result, web.StreamResponse) else answer(result)
