"""/bot<token>/<method> and /file/bot<token>/<path>: the one way of every call, from token to answer and the list of calls."""

from __future__ import annotations

import asyncio
import inspect
import random
import re
import sys
import time
from urllib.parse import unquote

from aiohttp import web

from sandbox.access import find_chat
from sandbox.box import Box, Described
from sandbox.errors import ApiError, too_many
from sandbox.faults import Fault
from sandbox.flood import COUNTED
from sandbox.methods import METHODS, NAMES
from sandbox.params import Call, read_call
from sandbox.wire import encode

_REAL_TOKEN = re.compile(r"\d{6,}:(?!sandbox)[A-Za-z0-9_-]{30,}")
_SANDBOX_TOKEN = re.compile(r"([1-9]\d{0,15}):sandbox[A-Za-z0-9_-]*")
_HEADERS = {"Server": "sandbox", "Content-Type": "application/json"}
_NOT_FOUND = {"ok": False, "error_code": 404, "description": "Not Found"}


def check_token(box: Box, token: str) -> None:
    """Raises ApiError 401 for any token but a sandbox one. A real one is never repeated anywhere."""
    if token in box.tokens:
        return
    if ":" not in token or len(token) > 80 or token.startswith("0"):
        raise ApiError(401, "Unauthorized: invalid token specified")
    match = _SANDBOX_TOKEN.fullmatch(token)
    if match is None:
        if _REAL_TOKEN.fullmatch(token):
            print("REFUSED: this looks like a real bot token. It has no business here; if it leaked, revoke it.", file=sys.stderr)
        raise ApiError(401, "Unauthorized")
    box.world.name_bot(int(match[1]))
    box.tokens.add(token)


def _reply(status: int, body: bytes, retry_after: int | None = None) -> web.Response:
    headers = {**_HEADERS, "Retry-After": str(retry_after)} if retry_after is not None else _HEADERS
    return web.Response(status=status, body=body, headers=headers)


def _refusal(error: ApiError) -> tuple[int, bytes]:
    return error.code, encode(error.body())


def _hang_up(request: web.BaseRequest) -> web.Response:
    """Breaks the connection; the answer returned goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def serve(box: Box, request: web.BaseRequest, path: str) -> web.StreamResponse:
    """Answers a call; `path` is what follows /bot."""
    began, at = time.monotonic(), box.clock.now()
    token, _, method = path.partition("/")
    call = Call(method.lower())
    try:
        check_token(box, unquote(token) if "%" in token else token)
        call = await read_call(method, request)
    except ApiError as error:
        status, body = _refusal(error)
        box.calls.add(at, began, method, call, status, body)
        return _reply(status, body)
    name = NAMES.get(call.method)
    fault = box.faults.take(call)
    if fault is not None and fault.delay:
        await asyncio.sleep(fault.delay)
    if fault is not None and fault.drop == "request":
        box.calls.add(at, began, name or method, call, None, None, dropped="request")
        return _hang_up(request)
    if box.profile.delay is not None and call.method != "getupdates":
        await asyncio.sleep(box.profile.pause())
    retry_after = None
    try:
        body = await _run(box, call, fault)
        status = 200
    except ApiError as error:
        status, body = _refusal(error)
        retry_after = error.parameters.get("retry_after")
    if fault is not None and fault.body is not None:
        status, body = fault.code or 200, fault.body.encode()
    lost = (fault is not None and fault.drop == "reply") or _unlucky(box.profile.lost_reply)
    box.calls.add(at, began, name or method, call, status, body, modelled=name is not None, dropped="reply" if lost else None)
    return _hang_up(request) if lost else _reply(status, body, retry_after)


async def _run(box: Box, call: Call, fault: Fault | None) -> bytes:
    """The body of a success. Raises ApiError."""
    error = fault.error() if fault is not None and fault.body is None else None
    if error is not None:
        raise error
    name = NAMES.get(call.method)
    if name is None:
        print(f"NOT MODELLED: {call.method} was answered 404; nothing was done.", file=sys.stderr)
        raise ApiError(404, "Not Found: method not found")
    _bad_luck(box, call)
    _permit(box, call)
    result = METHODS[name](box, call)
    if inspect.isawaitable(result):
        result = await result
    if isinstance(result, bytes):
        return b'{"ok":true,"result":' + result + b"}"
    if isinstance(result, Described):
        return encode({"ok": True, "result": result.result, "description": result.description})
    return encode({"ok": True, "result": result})


def _permit(box: Box, call: Call) -> None:
    """Raises ApiError 429 when there is no permit for a call that counts."""
    if box.flood is None or call.method not in COUNTED:
        return
    chat = find_chat(box.world, call.text("chat_id"))
    if chat is None:
        return
    cost = max(call.text("media").count('"media"'), 1) if call.method == "sendmediagroup" else 1
    wait = box.flood.take(chat.id, cost)
    if wait:
        raise too_many(wait)


def _bad_luck(box: Box, call: Call) -> None:
    """What a bad day does to calls: 429 without cause, and failures of the server. Raises ApiError."""
    if call.method != "getupdates" and _unlucky(box.profile.too_many):
        raise too_many(random.randint(*box.profile.too_many_seconds))
    if _unlucky(box.profile.server_error):
        raise ApiError(502, "Bad Gateway")


def _unlucky(share: float) -> bool:
    return share > 0 and random.random() < share


async def serve_file(box: Box, request: web.BaseRequest, path: str) -> web.StreamResponse:
    """A file by the path that getFile named."""
    began, at = time.monotonic(), box.clock.now()
    token, _, name = path.partition("/")
    call = Call("file", {"file_path": unquote(name)})
    try:
        check_token(box, unquote(token) if "%" in token else token)
    except ApiError as error:
        return _reply(*_refusal(error))
    fault = box.faults.take(call)
    file = box.world.paths.get(unquote(name))
    refusal = fault.error() if fault is not None else None
    if fault is not None and fault.delay:
        await asyncio.sleep(fault.delay)
    if fault is not None and fault.drop:
        return _hang_up(request)
    if file is None or refusal is not None:
        status, body = _refusal(refusal) if refusal is not None else (404, encode(_NOT_FOUND))
        box.calls.add(at, began, "file", call, status, body)
        return _reply(status, body)
    box.calls.add(at, began, "file", call, 200, b'{"bytes":%d}' % len(file.data))
    return web.Response(body=file.data, content_type="application/octet-stream")
