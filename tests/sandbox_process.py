"""A sandbox of one's own, as a process, and a client for both its sides: the persona API and the Bot API."""

from __future__ import annotations

import asyncio
import io
import json
import mimetypes
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

from aiohttp import ClientSession, FormData

TOKEN = "990101:sandbox-demo"
ROOT = Path(__file__).resolve().parents[1]
END_SECONDS = 5.0

Json = dict[str, Any]


class Refused(AssertionError):
    """The sandbox refused a call"""

    def __init__(self, status: int, answer: Any) -> None:
        super().__init__(f"{status} {answer}")
        self.status, self.answer = status, answer


class SandboxProcess:
    """`python -m sandbox --port 0 …`, running when it is made. Raises RuntimeError when it doesn't come up."""

    def __init__(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "sandbox", "--port", "0", *arguments]
        # A file, not a pipe: a pipe that nobody reads fills up and stops the writer.
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 - lives as long as the process
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self._errors, text=True, cwd=ROOT)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line.startswith("ready "):
            raise RuntimeError(f"the sandbox did not start: {self.stop()[1]}")
        self.url = line.split()[1]

    def stop(self) -> tuple[int, str]:
        """Ends it as Ctrl-C does; the exit code and what it wrote to stderr."""
        self.process.terminate()
        try:
            self.process.communicate(timeout=END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
        if self._errors.closed:
            return self.process.returncode, ""
        with self._errors:
            self._errors.seek(0)
            return self.process.returncode, self._errors.read()


class Sandbox:
    """A client of a running sandbox. `api` speaks as the bot, `act` as a person."""

    def __init__(self, url: str, token: str = TOKEN) -> None:
        self.url, self.token = url, token
        self._session: ClientSession | None = None
        self._offset = 0

    async def __aenter__(self) -> Self:
        self._session = ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._session is not None
        await self._session.close()

    @property
    def session(self) -> ClientSession:
        assert self._session is not None, "use it in `async with`"
        return self._session

    # as the bot

    async def call(self, method: str, files: dict[str, tuple[str, bytes]] | None = None, **params: Any) -> tuple[int, Json]:
        """HTTP status and body of one Bot API call, sent as clients send it: a form of strings."""
        fields = {name: value if isinstance(value, str) else json.dumps(value) for name, value in params.items()}
        data: Any = fields
        if files:
            data = FormData(fields, quote_fields=False)
            for name, (file, content) in files.items():
                kind = mimetypes.guess_type(file)[0] or "application/octet-stream"
                data.add_field(name, io.BytesIO(content), filename=file, content_type=kind)
        async with self.session.post(f"{self.url}/bot{self.token}/{method}", data=data) as answer:
            return answer.status, await answer.json()

    async def api(self, method: str, files: dict[str, tuple[str, bytes]] | None = None, **params: Any) -> Any:
        """The result of a call. Raises Refused."""
        status, body = await self.call(method, files, **params)
        if not body["ok"]:
            raise Refused(status, body)
        return body["result"]

    async def refusal(self, method: str, files: dict[str, tuple[str, bytes]] | None = None, **params: Any) -> str:
        """ "<code> <description>" of a call that must fail."""
        status, body = await self.call(method, files, **params)
        assert not body["ok"], f"{method} should have been refused: {body}"
        assert body["error_code"] == status
        return f"{status} {body['description']}"

    async def updates(self, kind: str | None = None, *, wait: float = 5) -> list[Json]:
        """All new updates, confirmed; only those of a kind if one is named. Waits for at least one update."""
        found: list[Json] = []
        while batch := await self.api("getUpdates", offset=self._offset, timeout=0 if found else wait):
            found += batch
            self._offset = batch[-1]["update_id"] + 1
        return [update for update in found if kind is None or kind in update]

    async def pending(self) -> int:
        """How many updates wait. A poll with the same offset would be slowed down, as the real server does."""
        return int((await self.api("getWebhookInfo"))["pending_update_count"])

    async def forget_updates(self) -> None:
        await self.api("deleteWebhook", drop_pending_updates=True)

    # as a person, and as the one who watches

    async def get(self, path: str, **query: Any) -> Any:
        async with self.session.get(self.url + path, params={name: str(value) for name, value in query.items()}) as answer:
            body = await answer.json() if answer.content_type == "application/json" else await answer.text()
            if answer.status != 200:
                raise Refused(answer.status, body)
            return body

    async def post(self, path: str, body: Json | None = None) -> Any:
        async with self.session.post(self.url + path, json=body or {}) as answer:
            told = await answer.json()
            if answer.status != 200:
                raise Refused(answer.status, told)
            return told

    async def delete(self, path: str) -> Any:
        async with self.session.delete(self.url + path) as answer:
            told = await answer.json()
            if answer.status != 200:
                raise Refused(answer.status, told)
            return told

    async def act(self, persona: str, verb: str, **wish: Any) -> Json:
        told: Json = await self.post(f"/sim/as/{persona}/{verb}", wish)
        return told

    async def messages(self, chat: str | int, **query: Any) -> list[Json]:
        found: list[Json] = (await self.get(f"/sim/chats/{chat}", **query))["messages"]
        return found

    async def calls(self, method: str = "", since: int = 0) -> list[Json]:
        found: list[Json] = await self.get("/sim/calls", since=since, method=method)
        return found

    async def tap_answered(self, persona: str, message: int, button: Any, **answer: Any) -> tuple[Json, Json]:
        """A tap that this client answers itself as the bot: what the person sees, and the callback_query."""
        chat = {"chat": answer.pop("chat")} if "chat" in answer else {}
        tap = asyncio.create_task(self.act(persona, "tap", message=message, button=button, **chat))
        query: Json = (await self.updates("callback_query"))[0]["callback_query"]
        await self.api("answerCallbackQuery", callback_query_id=query["id"], **answer)
        return await tap, query


@asynccontextmanager
async def running(*arguments: str) -> AsyncIterator[Sandbox]:
    """A process and a client, both ended at the end."""
    process = SandboxProcess(*arguments)
    try:
        async with Sandbox(process.url) as sandbox:
            yield sandbox
    finally:
        process.stop()
