"""One request to the persona API: its body and query, read strictly, and the JSON that goes back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote

from aiohttp import web

from sandbox.box import Box
from sandbox.errors import SimError
from sandbox.model import Json
from sandbox.settle import Settler
from sandbox.wire import encode

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

    def text(self, name: str, default: str = "") -> str:
        """A text of the body. Raises SimError 400."""
        value = self.wish.get(name)
        if value is not None and not isinstance(value, str):
            raise SimError(400, f"{name} is a text")
        return default if value is None else value

    def whole(self, name: str) -> int:
        """A whole number of the body, 0 when it is absent. Raises SimError 400."""
        value = self.wish.get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise SimError(400, f"{name} is a whole number")
        return value or 0

    def words(self, name: str) -> list[str]:
        """A list of texts of the body. Raises SimError 400."""
        value = self.wish.get(name)
        if value is not None and not (isinstance(value, list) and all(isinstance(one, str) for one in value)):
            raise SimError(400, f"{name} is a list of texts")
        return value or []


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
