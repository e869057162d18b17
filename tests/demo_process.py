"""The demo as its user starts it, as a process: sandbox and bot; and the persona API to play it over HTTP."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

Json = dict[str, Any]


class Refused(AssertionError):
    """The sandbox refused a call"""


class RunningWorld:
    """A running sandbox with its bot, and the data folder of the bot: what tests ask and tell them over HTTP."""

    def __init__(self, url: str, data: Path, database_url: str = "") -> None:
        self.url = url
        self.data = data
        self.database_url = database_url

    def logs(self) -> str:
        return "".join(path.read_text(errors="replace") for path in sorted((self.data / "log").glob("*.log")))

    def get(self, path: str, **query: Any) -> Any:
        text = urllib.parse.urlencode({name: value for name, value in query.items() if value is not None})
        return self._call("GET", path + (f"?{text}" if text else ""), None)

    def post(self, path: str, body: Json | None = None) -> Any:
        return self._call("POST", path, body or {})

    def delete(self, path: str) -> Any:
        return self._call("DELETE", path, None)

    def _call(self, method: str, path: str, body: Json | None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                raw = answer.read()
        except urllib.error.HTTPError as error:
            detail = error.read().decode(errors="replace")
            error.close()
            raise Refused(f"{error.code} {method} {path}: {detail}") from None
        return json.loads(raw) if raw[:1] in (b"{", b"[") else raw.decode()

    def calls(self, since: int = 0, method: str | None = None) -> list[Json]:
        return list(self.get("/sim/calls", since=since, method=method))

    def settle(self, seconds: float = 15) -> None:
        told = self.post("/sim/settle", {"timeout": seconds})
        assert told["settled"], f"not settled after {seconds} s: {self.get('/sim/world')['bot']} {self.logs()[-2000:]}"

    def advance(self, seconds: float) -> None:
        told = self.post("/sim/clock", {"advance": seconds})
        assert told["settled"], "the world did not settle while its clock was moved"

    def now(self) -> str:
        return str(self.get("/sim/clock")["now"])

    def wait_for(self, look: Any, seconds: float = 10, why: str = "") -> Any:
        """Poll `look` until it is truthy."""
        deadline = time.monotonic() + seconds
        while True:
            found = look()
            if found:
                return found
            if time.monotonic() > deadline:
                raise AssertionError(f"waited {seconds} s in vain: {why}")
            time.sleep(0.03)


class DemoProcess(RunningWorld):
    """`linli demo` in a folder of its own; ended with everything it started."""

    def __init__(
        self,
        data: Path,
        database_url: str = "",
        *,
        speed: float = 1,
        profile: str = "perfect",
        clock: str = "",
        extra: tuple[str, ...] = (),
    ) -> None:
        super().__init__("", data, database_url)
        command = [sys.executable, "-m", "bot", "demo", "--port", "0", "--data", str(data), "--no-browser"]
        command += ["--speed", str(speed), "--profile", profile, *(["--clock", clock] if clock else []), *extra]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("LINLI_")}
        if database_url:
            environment["LINLI_DATABASE_URL"] = database_url
        self._command, self._environment = command, environment
        self.restart()

    def restart(self) -> None:
        """Start it (again, after `end`) on the same folder."""
        self.process = subprocess.Popen(self._command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self._environment)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line.startswith("ready "):
            assert self.process.stderr is not None
            log = self.data / "log" / "bot.log"
            raise AssertionError(
                f"demo did not start: {line}{self.process.stderr.read()}\n{log.read_text()[-3000:] if log.exists() else ''}"
            )
        self.url = line.split()[1]

    def end(self) -> int:
        """Stop it as Ctrl-C does; the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait(5)
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()
        return code

    def kill_bot(self) -> None:
        """kill -9 of the bot process only."""
        pid = int((self.data / "bot.pid").read_text() or "0")
        if pid:
            os.kill(pid, signal.SIGKILL)
