"""`linli demo`: the local messenger and the real bot process, seeded with the demo community; a dead bot is restarted."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import webbrowser
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.errors import BadUsage, PortTaken, SandboxFailed

TOKEN = "990101:sandbox-demo"
PROFILES = ("perfect", "realistic", "bad-day")
READY_SECONDS = 60.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _get(url: str, seconds: float = 2.0) -> Any:
    with urllib.request.urlopen(url, timeout=seconds) as answer:
        return json.load(answer)


@dataclass
class Demo:
    """One run of the demo."""

    port: int
    data: Path
    browser: bool = True
    fresh: bool = False
    clock: str | None = None
    sample: bool = False
    speed: float = 1.0
    profile: str = "realistic"
    stop: threading.Event = field(default_factory=threading.Event)
    url: str = ""
    bot: subprocess.Popen[bytes] | None = None
    sandbox: subprocess.Popen[str] | None = None

    def run(self) -> int:
        """Until SIGINT or SIGTERM. Raises PortTaken, SandboxFailed."""
        if self.profile not in PROFILES:
            raise BadUsage(f"--profile is one of {', '.join(PROFILES)}")
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: self.stop.set())
        self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        (self.data / "log").mkdir(exist_ok=True)
        if self.fresh:
            self._clear()
        try:
            self._start_sandbox()
            web_port = free_port()
            self._seed()
            self._tell_sandbox(web_port)
            self._keep_bot(web_port)
        finally:
            self._end()
        return 0

    def _clear(self) -> None:
        from bot.database import hold_data_folder

        hold_data_folder(self.data).close()
        for name in ("linli.db", "linli.db-wal", "linli.db-shm", "sandbox.db", "sandbox.db-wal", "sandbox.db-shm"):
            (self.data / name).unlink(missing_ok=True)
        for folder in ("media", "keys"):
            shutil.rmtree(self.data / folder, ignore_errors=True)

    def _start_sandbox(self) -> None:
        command = [sys.executable, "-m", "sandbox", "--port", str(self.port), "--data", str(self.data), "--profile", self.profile]
        command += ["--speed", str(self.speed), "--parent", str(os.getpid())]
        command += ["--clock", self.clock] if self.clock else []
        command += ["--fresh"] if self.fresh else []
        errors = (self.data / "log" / "sandbox.log").open("ab")
        self.sandbox = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
        line = self.sandbox.stdout.readline() if self.sandbox.stdout else ""
        if not line.startswith("ready "):
            code = self.sandbox.wait(5)
            if code == 69:
                raise PortTaken(f"Port {self.port} is taken; choose another with --port, or --port 0 for any free one")
            raise SandboxFailed(f"The local messenger did not start (exit code {code}); see {self.data}/log/sandbox.log")
        self.url = line.split()[1].strip()

    def _seed(self) -> None:
        from bot.commands.seed import seed_demo

        seed_demo(self.data, _get(f"{self.url}/sim/world"), sample=self.sample)

    def _tell_sandbox(self, web_port: int) -> None:
        body = json.dumps({"readyz": f"http://127.0.0.1:{web_port}/readyz"}).encode()
        request = urllib.request.Request(f"{self.url}/sim/bot", body, {"Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=5).close()

    def _start_bot(self, web_port: int) -> None:
        token_file = self.data / "token"
        token_file.touch(mode=0o600)
        token_file.write_text(TOKEN, encoding="ascii")
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("LINLI_")},
            "LINLI_TOKEN_FILE": str(token_file),
            "LINLI_API_BASE": self.url,
            "LINLI_DATA": str(self.data),
            "LINLI_CLOCK_URL": f"{self.url}/sim/clock",
            "LINLI_WEB_PORT": str(web_port),
            "LINLI_PACE": str(self.speed),
        }
        if "LINLI_DATABASE_URL" in os.environ:
            environment["LINLI_DATABASE_URL"] = os.environ["LINLI_DATABASE_URL"]
        with (self.data / "log" / "bot.log").open("ab") as log:
            self.bot = subprocess.Popen([sys.executable, "-m", "bot", "run"], stdout=log, stderr=log, env=environment)

    def _keep_bot(self, web_port: int) -> None:
        """Start the bot, say when it is online, start it again when it dies; leave on a signal or when the messenger ends."""
        told = False
        started = 0.0
        deadline = time.monotonic() + READY_SECONDS
        while not self.stop.is_set():
            if self.sandbox is not None and self.sandbox.poll() is not None:
                raise SandboxFailed(f"The local messenger ended; see {self.data}/log/sandbox.log")
            if self.bot is None or self.bot.poll() is not None:
                if self.bot is not None and not told and time.monotonic() - started < 3:
                    raise SandboxFailed(f"The bot did not start; see {self.data}/log/bot.log")
                started = time.monotonic()
                self._start_bot(web_port)
            if not told and self._online():
                told = True
                print(f"ready {self.url}", flush=True)
                if self.browser and (os.environ.get("DISPLAY") or sys.platform in ("darwin", "win32")):
                    webbrowser.open(self.url)
            if not told and time.monotonic() > deadline:
                raise SandboxFailed(f"The bot did not come online; see {self.data}/log/bot.log")
            self.stop.wait(0.1)

    def _online(self) -> bool:
        with contextlib.suppress(OSError, urllib.error.URLError, ValueError):
            return bool(_get(f"{self.url}/sim/world")["bot"]["online"])
        return False

    def _end(self) -> None:
        for process in (self.bot, self.sandbox):
            if process is not None and process.poll() is None:
                process.terminate()
        for process in (self.bot, self.sandbox):
            if process is not None:
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()
