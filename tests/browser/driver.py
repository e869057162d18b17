"""What the browser tests hold in their hands: a running sandbox, and a bot that is played by the test itself."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Self

TOKEN = "990101:sandbox-demo"
START_SECONDS = 20.0

Json = dict[str, Any]


class Sandbox:
    """A sandbox process of its own on a free port, in memory, without limits and delays."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "sandbox", "--port", "0", "--profile", "perfect"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.startswith("ready "):
            self.stop()
            raise RuntimeError(f"the sandbox did not start: {line!r}")
        self.url = line.split()[1]
        self._offset = 0

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(5)
        finally:
            self._process.kill()
            if self._process.stdout:
                self._process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def ask(self, path: str, body: Json | None = None) -> Any:
        """POST with a body, GET without one. Answers of a refusal come back too."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {"content-type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refusal:
            with refusal:
                return json.load(refusal)

    def act(self, persona: str, verb: str, **wish: Any) -> Json:
        """The persona API."""
        answer: Json = self.ask(f"/sim/as/{persona}/{verb}", wish)
        return answer

    def bot(self, method: str, **params: Any) -> Any:
        """A Bot API call as the demo bot. Raises RuntimeError with Telegram's own words when it is refused."""
        answer = self.ask(f"/bot{TOKEN}/{method}", params)
        if not answer["ok"]:
            raise RuntimeError(answer["description"])
        return answer["result"]

    def hear(self, kind: str, seconds: float = 10.0) -> Json:
        """The next update of this kind; those before it are dropped. Raises TimeoutError."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for update in self.bot("getUpdates", offset=self._offset, limit=1, timeout=2):
                self._offset = update["update_id"] + 1
                if kind in update:
                    found: Json = update[kind]
                    return found
        raise TimeoutError(f"no {kind} within {seconds} s")

    def confirm_all(self) -> None:
        """Takes every waiting update, as a bot that is up to date would have."""
        for update in self.bot("getUpdates", offset=-1):
            self._offset = update["update_id"] + 1
        self.bot("getUpdates", offset=self._offset)


def keys(*rows: list[str]) -> Json:
    """An inline keyboard whose buttons carry their own label as data."""
    return {"inline_keyboard": [[{"text": label, "callback_data": label} for label in row] for row in rows]}
