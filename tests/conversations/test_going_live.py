"""Going live as README says: an invite makes the first administrator, /bind gives a group its purpose, codes verify homes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

from tests.demo_process import DemoProcess
from tests.people import Persona
from tests.world import rows

StartDemo = Callable[..., DemoProcess]


def linli(demo: DemoProcess, *words: str) -> str:
    """A command on the demo's data; the embedded database has one writer, so the demo is stopped meanwhile."""
    environment = {**os.environ, "LINLI_TOKEN_FILE": str(demo.data / "token"), "LINLI_API_BASE": demo.url}
    if demo.database_url:
        environment["LINLI_DATABASE_URL"] = demo.database_url
    told = subprocess.run(
        [sys.executable, "-m", "bot", *words, "--data", str(demo.data)], capture_output=True, text=True, env=environment, check=False, timeout=60
    )
    assert told.returncode == 0, told.stderr
    return told.stdout


def test_an_invite_works_once_and_gives_the_right_to_bind(start_demo: StartDemo) -> None:
    """The link makes an administrator of whoever opens it first; a second person gets nothing; strangers can't bind a group."""
    demo = start_demo()
    if not demo.database_url:
        assert demo.end() == 0
        link = linli(demo, "invite", "admin", "community").strip()
        demo.restart()
    else:
        link = linli(demo, "invite", "admin", "community").strip()
    payload = link.rsplit("start", 1)[1].lstrip("= ")
    group = demo.post("/sim/chats", {"title": "11栋新群", "key": "fresh", "members": ["li", "new"], "admins": ["new"]})
    li = Persona(demo, "li", "fresh")
    li.says("/bind bg 11")
    demo.settle()
    assert "fresh" in str(group) or group
    assert not rows(demo, "SELECT id FROM chat WHERE kind = 'bg' AND chat = :chat", chat=str(_chat(demo, "fresh")))

    new = Persona(demo, "new")
    new.starts(payload)
    new.hears("service.invite_taken")
    assert [r["role"] for r in rows(demo, "SELECT role FROM role_assignment WHERE source LIKE 'invite%'")] == ["admin"]
    li_private = Persona(demo, "li")
    li_private.starts(payload)
    li_private.hears("service.invite_bad")

    Persona(demo, "new", "fresh").says("/bind bg 11")
    demo.settle()
    assert rows(demo, "SELECT id FROM chat WHERE kind = 'bg' AND chat = :chat", chat=str(_chat(demo, "fresh")))


def _chat(demo: DemoProcess, key: str) -> int:
    return int(next(c["id"] for c in demo.get("/sim/world")["chats"] if c["key"] == key))
