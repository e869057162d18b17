"""A stand-in for the Bot API that only serves load: small, fast, without limits or state. A process of its own.

`python -m benchmarks.turns.messenger` prints `port N`. It is no sandbox: it checks nothing and knows only the calls that the
contenders make; any other is answered 404 and named in the result. POST /play runs one measurement and answers its figures.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections import Counter, deque
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from benchmarks.turns.players import Players, Step

Json = dict[str, Any]

BOT: Json = {
    "id": 4200000042, "is_bot": True, "first_name": "小助手", "username": "bench_bot", "can_join_groups": True,
    "can_read_all_group_messages": True, "supports_inline_queries": False,
}  # fmt: skip
TRUE_METHODS = frozenset(
    ("answercallbackquery", "sendchataction", "setmycommands", "deletewebhook", "deletemycommands", "closeforumtopic", "pinchatmessage")
)
MESSAGE_METHODS = frozenset(("sendmessage", "editmessagetext", "editmessagereplymarkup"))
QUIET_SECONDS = 0.7
"""So long without a call, and the contender has done all it was going to do."""
DRAIN_SECONDS = 60.0


class Messenger:
    """Updates out, calls in."""

    def __init__(self) -> None:
        self.waiting: deque[Json] = deque()
        self.poller: asyncio.Future[None] | None = None
        self.polled = asyncio.Event()
        self.players: Players | None = None
        self.calls: Counter[str] = Counter()
        self.unknown: Counter[str] = Counter()
        self.last_call = 0.0
        self.last_send = 0.0
        self._updates = itertools.count(3_000_000)
        self._ids = itertools.count(1_000_000)

    def push(self, update: Json) -> None:
        """Hand an update into the queue."""
        self.waiting.append({"update_id": next(self._updates), **update})
        if self.poller is not None and not self.poller.done():
            self.poller.set_result(None)

    async def get_updates(self, params: Json) -> list[Json]:
        """Long poll: everything below the offset is confirmed."""
        offset = int(params.get("offset") or 0)
        while self.waiting and self.waiting[0]["update_id"] < offset:
            self.waiting.popleft()
        self.polled.set()
        if not self.waiting:
            self.poller = asyncio.get_running_loop().create_future()
            try:
                await asyncio.wait_for(self.poller, float(params.get("timeout") or 0))
            except TimeoutError:
                return []
        return list(itertools.islice(self.waiting, int(params.get("limit") or 100)))

    def answer(self, method: str, params: Json) -> Any:
        """The result of any other call; None = not known here."""
        now = time.perf_counter()
        self.last_call = now
        self.calls[method] += 1
        if method.startswith("send") or method == "createforumtopic":
            self.last_send = now
        if method in TRUE_METHODS:
            return True
        if method == "getme":
            return BOT
        if method == "createforumtopic":
            return {"message_thread_id": next(self._ids), "name": params["name"], "icon_color": 7322096}
        if method not in MESSAGE_METHODS:
            self.unknown[method] += 1
            return None
        return self._message(method, params)

    def _message(self, method: str, params: Json) -> Json:
        chat_id = int(params["chat_id"])
        kind = {"type": "private", "first_name": "居民"} if chat_id > 0 else {"type": "supergroup", "title": "mc", "is_forum": True}
        number = int(params.get("message_id") or next(self._ids))
        message: Json = {"message_id": number, "date": int(time.time()), "from": BOT, "chat": {"id": chat_id, **kind}}
        message["text"] = params.get("text") or "…"
        markup = params.get("reply_markup")
        if markup:
            message["reply_markup"] = json.loads(markup) if isinstance(markup, str) else markup
        if method == "sendmessage" and self.players is not None:
            if chat_id > 0:
                self.players.hear(chat_id, message)
            else:
                self.calls["to staff"] += 1
        return message

    async def play(self, order: Json) -> Json:
        """Play for so many seconds, let everybody finish, wait until nothing more is sent; the figures."""
        self.calls.clear()
        steps = [Step(**step) for step in order["steps"]]
        players = Players(steps, order["people"], order["users"], self.push, order["first"])
        self.players = players
        began = time.perf_counter()
        self.last_call = self.last_send = began
        players.start()
        await asyncio.sleep(order["seconds"])
        players.open = False
        limit = time.perf_counter() + DRAIN_SECONDS
        while time.perf_counter() < limit:
            await asyncio.sleep(0.05)
            if time.perf_counter() - self.last_call > QUIET_SECONDS and (not players.seated or players.stuck()):
                break
        self.players = None
        return {
            "users": order["users"], "began": players.began, "forms": players.forms, "turns": len(players.turns),
            "seconds": players.last_reply - began, "behind_seconds": max(0.0, self.last_send - players.last_reply),
            "turn_seconds": players.turns, "submit_seconds": players.submits, "beside": players.beside,
            "stuck": players.stuck()[:5], "stuck_count": len(players.seated), "calls": dict(self.calls), "unknown": dict(self.unknown),
        }  # fmt: skip


async def read_params(request: web.BaseRequest) -> Json:
    """Parameters as clients send them: JSON, a form, or the query."""
    if request.content_type == "application/json":
        return dict(json.loads(await request.read() or b"{}"))
    if request.content_type == "application/x-www-form-urlencoded":
        return dict(parse_qsl((await request.read()).decode()))
    return {**request.query, **(await request.post())}


def json_answer(value: Json, status: int = 200) -> web.Response:
    return web.Response(body=json.dumps(value, ensure_ascii=False).encode(), status=status, content_type="application/json")


async def serve() -> None:
    """Serve until the process is ended."""
    messenger = Messenger()

    async def handle(request: web.BaseRequest) -> web.Response:
        params = await read_params(request)
        if request.path == "/play":
            return json_answer(await messenger.play(params))
        if request.path == "/polled":
            await messenger.polled.wait()
            return json_answer({"ok": True})
        method = request.path.rpartition("/")[2].lower()
        if method == "getupdates":
            return json_answer({"ok": True, "result": await messenger.get_updates(params)})
        result = messenger.answer(method, params)
        if result is None:
            return json_answer({"ok": False, "error_code": 404, "description": "Not Found: method not found"}, 404)
        return json_answer({"ok": True, "result": result})

    runner = web.ServerRunner(web.Server(handle, access_log=None))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(f"port {runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve())
