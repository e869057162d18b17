"""The HTTP server: which part answers which path, who may ask, the page and its stream of events."""

from __future__ import annotations

import asyncio
import mimetypes
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from aiohttp import web

from sandbox import botapi, peopling, personas, sim
from sandbox.ask import Ask, answer
from sandbox.box import Box
from sandbox.errors import SimError
from sandbox.events import Listener, frame
from sandbox.model import Chat
from sandbox.params import MAX_UPLOAD
from sandbox.settle import Settler
from sandbox.world import MEMBERS

_PAGE = Path(__file__).parent / "page"
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_ALIVE_SECONDS = 15.0
_ROOM_FOR_FORM = 1 << 20
_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self' data: blob:; style-src 'self' 'unsafe-inline';"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class Server:
    """Answers every request of one box."""

    def __init__(self, box: Box, settler: Settler) -> None:
        self._box, self._settler = box, settler

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.raw_path.partition("?")[0]
        if path.startswith("/bot"):
            return await botapi.serve(self._box, request, path[4:])
        if path.startswith("/file/bot"):
            return await botapi.serve_file(self._box, request, path[9:])
        if not _from_here(request):
            return answer({"error": "only this machine's own page and programs may ask"}, 403)
        if path.startswith("/sim/"):
            return await sim.serve(self._box, self._settler, request, path)
        if path == "/events":
            return await self._events(request)
        return _page(path)

    async def _events(self, request: web.BaseRequest) -> web.StreamResponse:
        """The stream of one persona's page."""
        box = self._box
        query = parse_qs(request.query_string)
        try:
            person = personas.person_named(box, query.get("as", [""])[0])
        except SimError as error:
            return answer({"error": str(error)}, error.status)

        def sees(chat: Chat) -> bool:
            return chat.id == person.id or chat.type == "channel" or (chat.id < 0 and chat.members.get(person.id) in MEMBERS)

        listener = Listener(person, query.get("calls", [""])[0] == "1", sees)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        world = await peopling.get_world(Ask(box, self._settler, "", {}, {}))
        hello = {"world": world, "me": person.persona, "chats": [chat.id for chat in box.world.visible(person)]}
        listener.give(frame("hello", hello))
        box.bus.listeners.add(listener)
        try:
            while True:
                try:
                    line = await asyncio.wait_for(listener.queue.get(), _ALIVE_SECONDS)
                except TimeoutError:
                    line = b": alive\n\n"
                if line is None:
                    return response
                await response.write(line)
        except ConnectionError:
            return response
        finally:
            box.bus.listeners.discard(listener)


async def watch_bot(box: Box) -> None:
    """Tells the pages when the bot comes and goes."""
    was = False
    while True:
        online = box.bot_online()
        if online != was:
            box.bus.all("bot", {"online": online})
            was = online
        await asyncio.sleep(0.25)


def web_server(server: Server) -> web.Server:
    """The aiohttp server. It is the low-level one: a router and middlewares would halve the calls a second."""

    def make_request(message, payload, protocol, writer, task):  # type: ignore[no-untyped-def]
        return web.BaseRequest(
            message, payload, protocol, writer, task, asyncio.get_running_loop(), client_max_size=MAX_UPLOAD + _ROOM_FOR_FORM
        )

    return web.Server(server.handle, request_factory=make_request, handler_cancellation=True, access_log=None)


def _from_here(request: web.BaseRequest) -> bool:
    """A page of another site must not steer the sandbox through the visitor's browser, nor by a name that points here."""
    if urlsplit(f"//{request.headers.get('Host', '')}").hostname not in _LOOPBACK:
        return False
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("Host")


def _page(path: str) -> web.StreamResponse:
    name = "index.html" if path == "/" else unquote(path).removeprefix("/page/")
    file = (_PAGE / name.replace("\0", "")).resolve()
    if not (path == "/" or path.startswith("/page/")) or not file.is_relative_to(_PAGE) or not file.is_file():
        return web.Response(status=404, text="Not Found")
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    charset = "utf-8" if kind.startswith("text/") or kind.endswith(("javascript", "json")) else None
    return web.Response(body=file.read_bytes(), content_type=kind, charset=charset, headers=headers)
