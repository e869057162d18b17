"""The persona API over HTTP: /sim/… for those who drive the world from outside. The table of routes is at the end."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from aiohttp import web

from sandbox import personas, shapes
from sandbox.access import GENERAL_TOPIC
from sandbox.box import ONLINE_SECONDS, Box, load
from sandbox.errors import SimError
from sandbox.model import Chat, Json, Message, User
from sandbox.settle import DEFAULT_TIMEOUT, Settler
from sandbox.views import transcript, view_chat, view_person, view_place, view_world
from sandbox.wire import encode

_LONGEST_WAIT = 60.0
_CLOCK_WAIT = 25.0
_MOST_SECONDS = 400 * 86400
_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Ask:
    """One request. `name` is the part of the path that varies."""

    box: Box
    settler: Settler
    name: str
    query: dict[str, str]
    wish: Json

    def number(self, name: str, default: float) -> float:
        """A number of the query or body. Raises SimError 400."""
        value = self.query.get(name) or self.wish.get(name, default)
        try:
            return float(str(value))
        except (TypeError, ValueError):
            raise SimError(400, f"{name} is a number") from None


async def read_ask(box: Box, settler: Settler, request: web.BaseRequest, name: str) -> Ask:
    """Raises SimError 400 for a body that is no JSON object."""
    query = {key: values[-1] for key, values in parse_qs(request.query_string, keep_blank_values=True).items()}
    body = await request.read() if request.method != "GET" else b""
    try:
        wish = json.loads(body) if body.strip() else {}
    except ValueError:
        raise SimError(400, "the body is not JSON") from None
    if not isinstance(wish, dict):
        raise SimError(400, "the body is not a JSON object")
    return Ask(box, settler, unquote(name), query, wish)


def answer(data: object, status: int = 200) -> web.Response:
    return web.Response(status=status, body=encode(data), content_type=_JSON, headers={"Cache-Control": "no-store"})


# the world ------------------------------------------------------------------------------------------------------------


async def get_world(ask: Ask) -> object:
    box = ask.box
    view = view_world(box.world, box.queue.online(ONLINE_SECONDS))
    return {**view, "profile": box.profile.name, "speed": box.profile.speed}


async def post_persona(ask: Ask) -> object:
    world, wish = ask.box.world, ask.wish
    key, name = wish.get("id"), wish.get("name")
    if not isinstance(key, str) or not key or not key.replace("-", "").replace("_", "").isalnum() or key.isdigit():
        raise SimError(400, "id is a short word of letters, digits, - and _")
    if not isinstance(name, str) or not name:
        raise SimError(400, "name is missing")
    if key in world.personas or key in world.keys:
        raise SimError(409, f"{key} is taken")
    number = wish.get("user_id") or world.free_user_id
    person = User(number, name, wish.get("username"), wish.get("language", "zh-hans"), persona=key, roles=wish.get("roles") or [])
    try:
        world.add_person(person)
    except ValueError:
        raise SimError(409, f"the user id {number} is taken") from None
    if ask.box.bus.listeners:  # thousands may be made for a test, and the world is long
        ask.box.bus.all("world", await get_world(ask))
    return view_person(person)


async def post_chat(ask: Ask) -> object:
    """Beyond the stable API: a new group, for tests in an empty world."""
    box, wish = ask.box, ask.wish
    kind = wish.get("type", "supergroup")
    if kind not in ("supergroup", "channel") or not wish.get("title"):
        raise SimError(400, "a chat has a title and the type supergroup or channel")
    chat = Chat(wish.get("id") or box.world.free_chat_id, kind, wish["title"], wish.get("key", ""), forum=bool(wish.get("forum")))
    for key in wish.get("members", []):
        chat.members[personas.person_named(box, key).id] = "member"
    for key in wish.get("admins", []):
        chat.members[personas.person_named(box, key).id] = "administrator"
    chat.members[box.world.bot.id] = wish.get("bot", "administrator")
    try:
        box.world.add_chat(chat)
    except ValueError as taken:
        raise SimError(409, f"{taken} is taken") from None
    return view_place(box.world, chat)


async def post_chat_bot(ask: Ask) -> object:
    """Beyond the stable API: somebody makes the bot a member, an administrator, or throws it out."""
    box = ask.box
    chat = personas.chat_named(box, ask.name)
    status = ask.wish.get("status", chat.members.get(box.world.bot.id, "left"))
    if chat.type == "private" or status not in ("administrator", "member", "restricted", "left", "kicked"):
        raise SimError(400, "status is administrator, member, restricted, left or kicked, in a group")
    by = personas.person_named(box, ask.wish["by"]) if ask.wish.get("by") else next(iter(box.world.personas.values()))
    old = shapes.member(box.world, chat, box.world.bot.id)
    chat.rights = ask.wish.get("rights")
    box.world.set_member(chat, box.world.bot.id, status)
    box.feed.member(chat, by, box.world.bot.id, old)
    return view_place(box.world, chat)


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
    return await _told(ask, await personas.tap(ask.box, personas.person_named(ask.box, ask.name), ask.wish))


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
    "GET sim/world": get_world,
    "POST sim/personas": post_persona,
    "POST sim/chats": post_chat,
    "POST sim/chats/*/bot": post_chat_bot,
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
