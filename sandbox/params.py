"""A request as the Bot API reads it: query, form, multipart or JSON, every value a string, numbers lenient and clamped."""

from __future__ import annotations

import binascii
import json
import re
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

from sandbox.errors import ApiError, refuse

_STRAY = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_NUMBER = re.compile(r"-?\d+")
INT32 = 2**31 - 1
MAX_UPLOAD = 50 * 1024 * 1024


@dataclass(slots=True)
class Upload:
    """A file that came with the request."""

    name: str
    mime: str
    data: bytes


@dataclass(slots=True)
class Call:
    """One call of a method. `method` is lower case, as the server compares it."""

    method: str
    params: dict[str, str] = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        return self.params.get(name, "")

    def required(self, name: str) -> str:
        value = self.params.get(name, "")
        if not value:
            raise refuse(f'Parameter "{name}" is required')
        return value

    def integer(self, name: str, default: int = 0, low: int = -INT32 - 1, high: int = INT32) -> int:
        """The number at the start of the value, 0 when there is none, clamped: the server never refuses a number."""
        value = self.params.get(name, "")
        if not value:
            return min(max(default, low), high)
        found = _NUMBER.match(value)
        return min(max(int(found[0]) if found else 0, low), high)

    def flag(self, name: str) -> bool:
        return self.params.get(name, "").strip().lower() in ("true", "yes", "1")

    def json(self, name: str, complaint: str) -> Any:
        """The decoded JSON of a parameter, None when it is absent. Raises ApiError with `complaint` when it is not JSON."""
        value = self.params.get(name, "")
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise refuse(complaint) from None

    def message_ids(self, most: int = 100) -> list[int]:
        """The ids of `message_ids`. Raises ApiError in the server's words."""
        ids = self.json("message_ids", "Can't parse message_ids JSON object")
        if ids is None:
            raise refuse("Message identifiers are not specified")
        if not isinstance(ids, list):
            raise refuse("Expected an Array of message identifiers")
        if len(ids) > most:
            raise refuse("Too many message identifiers specified")
        result = []
        for one in ids:
            if isinstance(one, bool) or not isinstance(one, int | str):
                raise refuse("Message identifier must be a Number")
            if not re.fullmatch(r"-?\d+", str(one)):
                raise refuse("Can't parse message identifier as a Number")
            if int(one) <= 0:
                raise refuse("Invalid message identifier specified")
            result.append(int(one))
        if not result:
            raise refuse("Message identifiers are not specified")
        return result


async def read_call(method: str, request: web.BaseRequest) -> Call:
    """The call that an HTTP request makes. Raises ApiError: 400 for a body that can't be read, 413 for one too large."""
    call = Call(method.lower())
    if "?" in request.raw_path:
        call.params.update(read_form(request.raw_path.partition("?")[2].encode()))
    if request.method == "GET":
        return call
    kind = request.content_type
    try:
        if kind == "multipart/form-data":
            await _read_multipart(call, request)
        else:
            body = await request.read()
            if kind == "application/json":
                _take_json(call, body)
            elif body:
                call.params.update(read_form(body))
    except web.HTTPRequestEntityTooLarge:
        raise ApiError(413, "Request Entity Too Large") from None
    except ValueError:  # bytes that are no UTF-8, a broken multipart
        raise refuse("can't parse the request") from None
    return call


def read_form(body: bytes) -> dict[str, str]:
    """An urlencoded form. With Chinese text the standard library's way would be half of a call's cost.

    Raises ValueError for bytes that are no UTF-8.
    """
    fields = {}
    for pair in body.replace(b"+", b" ").split(b"&"):
        name, _, value = pair.partition(b"=")
        if name:
            fields[_unescape(name)] = _unescape(value)
    return fields


def _unescape(value: bytes) -> str:
    if b"%" in value:
        # Quoted-printable is the same with another sign, and its decoder is C.
        value = binascii.a2b_qp(_STRAY.sub(b"=25", value.replace(b"=", b"=3D")).replace(b"%", b"="))
    return value.decode()


async def _read_multipart(call: Call, request: web.BaseRequest) -> None:
    size = 0
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.name is None:
            continue
        data = bytes(await part.read(decode=True))
        size += len(data)
        if size > MAX_UPLOAD:
            raise ApiError(413, "Request Entity Too Large")
        if part.filename is None:
            call.params[part.name] = data.decode()
        else:
            call.files[part.name] = Upload(part.filename, part.headers.get("Content-Type", "application/octet-stream"), data)


def _take_json(call: Call, body: bytes) -> None:
    if not body.strip():
        return
    try:
        values = json.loads(body)
    except ValueError:
        raise refuse("Can't parse request body as JSON object") from None
    if not isinstance(values, dict):
        raise refuse("Can't parse request body as JSON object")
    for name, value in values.items():
        if value is not None:
            call.params[name] = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
