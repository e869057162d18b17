"""The bot behind a webhook: a small conversation, what a forged update meets, and the way back to polling."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.commands.demo import TOKEN, free_port
from bot.commands.seed import seed_demo
from tests.demo_process import RunningWorld
from tests.people import Persona
from tests.sandbox_process import SandboxProcess
from tests.world import cases_of, rows

SECRET = "only-the-messenger-knows-this-sentence"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


class Behind(RunningWorld):
    """`linli run` beside a sandbox, as an operator sets it up."""

    def __init__(self, data: Path) -> None:
        self.sandbox = SandboxProcess("--profile", "perfect", "--speed", "30")
        super().__init__(self.sandbox.url, data)
        self.port = free_port()
        self.hook = f"http://127.0.0.1:{self.port}/webhook"
        seed_demo(data, self.get("/sim/world"), sample=False)
        (data / "log").mkdir()
        (data / "token").write_text(TOKEN)
        (data / "secret").write_text(SECRET)
        self.post("/sim/bot", {"readyz": f"http://127.0.0.1:{self.port}/readyz"})
        self.bot: subprocess.Popen[str] | None = None

    def run(self, **more: str) -> None:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("LINLI_")},
            "LINLI_TOKEN_FILE": str(self.data / "token"),
            "LINLI_API_BASE": self.url,
            "LINLI_CLOCK_URL": f"{self.url}/sim/clock",
            "LINLI_DATA": str(self.data),
            "LINLI_WEB_PORT": str(self.port),
            "LINLI_PACE": "30",
            **more,
        }
        log = (self.data / "log" / "bot.log").open("a")
        self.bot = subprocess.Popen([sys.executable, "-m", "bot", "run"], stdout=subprocess.PIPE, stderr=log, text=True, env=environment)
        log.close()
        assert self.bot.stdout is not None
        assert self.bot.stdout.readline().startswith("serving "), self.logs()

    def info(self) -> dict[str, Any]:
        return dict(self.get(f"/bot{TOKEN}/getWebhookInfo")["result"])

    def stop(self) -> int:
        assert self.bot is not None
        self.bot.terminate()
        self.bot.communicate(timeout=20)
        return self.bot.returncode

    def forge(self, update: dict[str, Any], *secrets: str) -> int:
        """Post an update as somebody who has found the address; the status of the answer."""
        request = urllib.request.Request(self.hook, json.dumps(update).encode(), method="POST")
        for secret in secrets:
            request.add_header(HEADER, secret)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            error.close()
            return error.code


@pytest.fixture
def behind(tmp_path: Path) -> Iterator[Behind]:
    world = Behind(tmp_path)
    yield world
    if world.bot is not None and world.bot.poll() is None:
        world.stop()
    world.sandbox.stop()
    assert "Traceback" not in world.logs(), world.logs()[-4000:]


def test_a_conversation_through_the_webhook(behind: Behind) -> None:
    """A request is filed as when polling; a wrong secret or none is refused and leaves no trace; polling takes over again."""
    behind.run(LINLI_WEBHOOK_URL=behind.hook, LINLI_WEBHOOK_SECRET_FILE=str(behind.data / "secret"))
    behind.wait_for(lambda: behind.info()["url"] == behind.hook, 10, "the webhook to be set")
    wang = Persona(behind, "wang")
    wang.says("2栋1单元3楼楼道灯不亮了。", settle=True)
    wang.taps("提交", settle=True)
    wang.hears("SMY-")
    assert [case["category"] for case in cases_of(behind, "wang")] == ["PR01"]
    told = behind.info()
    assert (told["pending_update_count"], told.get("last_error_message")) == (0, None)
    polls = [call for call in behind.calls() if call["method"] == "getUpdates"]
    assert polls == []

    before = rows(behind, "SELECT count(*) AS n FROM inbox")
    forged = {"update_id": 1, "message": {"message_id": 1, "date": 1, "chat": {"id": 700001, "type": "private"}, "text": "着火了"}}
    assert [behind.forge(forged), behind.forge(forged, "x" * 40), behind.forge(forged, "")] == [401, 401, 401]
    assert rows(behind, "SELECT count(*) AS n FROM inbox") == before
    assert SECRET not in behind.logs()

    assert behind.stop() == 0
    wang.says("进度")
    assert behind.info()["pending_update_count"] == 1
    behind.run()
    wang.hears("SMY-")
    assert behind.info()["url"] == ""
