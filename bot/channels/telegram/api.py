"""Bot API calls over HTTP, raw JSON in and out, with the faults of transport told apart.

aiogram's own session maps every network fault to one exception and costs more than the whole durable turn
(docs/decisions/transport.md); its types are used where an update is read.
"""

from __future__ import annotations

import json
from typing import Any

import aiohttp

Json = dict[str, Any]

CONNECT_SECONDS = 5.0
CALL_SECONDS = 20.0


class ApiError(Exception):
    """The messenger refused a call"""

    def __init__(self, code: int, description: str, parameters: Json | None = None) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.parameters = parameters or {}


class NotWritten(Exception):
    """The call never left: it may be repeated without harm"""


class FateUnknown(Exception):
    """The call left, but no answer came: it may have been carried out"""


class Api:
    """A thin client of one bot's API. The token stays inside: it appears in no exception, log or repr."""

    def __init__(self, base: str, token: str, connections: int = 64) -> None:
        self._base = base.rstrip("/")
        self._token = token
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    def __repr__(self) -> str:
        return f"Api({self._base})"

    @property
    def session(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, ttl_dns_cache=300),
                timeout=aiohttp.ClientTimeout(total=CALL_SECONDS, connect=CONNECT_SECONDS),
                json_serialize=lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":")),
            )
        return self._session

    async def call(self, method: str, seconds: float = CALL_SECONDS, **params: Any) -> Any:
        """The `result` of a call. Raises ApiError, NotWritten, FateUnknown."""
        given = {name: value for name, value in params.items() if value is not None}
        timeout = aiohttp.ClientTimeout(total=seconds, connect=CONNECT_SECONDS)
        return await self._request(method, timeout, json=given)

    async def upload(self, method: str, field: str, name: str, content: bytes, **params: Any) -> Any:
        """A call that carries one file."""
        form = aiohttp.FormData()
        for key, value in params.items():
            if value is not None:
                form.add_field(key, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        form.add_field(field, content, filename=name)
        return await self._request(method, aiohttp.ClientTimeout(total=60, connect=CONNECT_SECONDS), data=form)

    async def _request(self, method: str, limits: aiohttp.ClientTimeout, **body: Any) -> Any:
        try:
            async with self.session.post(f"{self._base}/bot{self._token}/{method}", timeout=limits, **body) as answer:
                raw = await answer.read()
                status = answer.status
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotWritten(type(error).__name__) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise FateUnknown(type(error).__name__) from None
        return self._result(status, raw)

    @staticmethod
    def _result(status: int, raw: bytes) -> Any:
        try:
            told = json.loads(raw)
        except ValueError:
            # A proxy's HTML page: with 2xx the call may have been carried out, else the server is ill.
            if status < 300:
                raise FateUnknown("answer is no JSON") from None
            raise ApiError(status, "answer is no JSON") from None
        if not isinstance(told, dict) or not told.get("ok"):
            told = told if isinstance(told, dict) else {}
            raise ApiError(int(told.get("error_code") or status), str(told.get("description", "")), told.get("parameters"))
        return told["result"]

    async def download(self, path: str, limit: int) -> bytes:
        """A file by its `file_path`, at most `limit` bytes. Raises NotWritten; the token never shows in the error."""
        try:
            async with self.session.get(f"{self._base}/file/bot{self._token}/{path}") as answer:
                if answer.status != 200:
                    raise NotWritten(f"HTTP {answer.status}")
                content = await answer.content.read(limit + 1)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise NotWritten(type(error).__name__) from None
        if len(content) > limit:
            raise NotWritten("too big")
        return content

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
