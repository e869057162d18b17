"""The process: starting, ending, and a world that outlives it."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sandbox_process import ROOT, Sandbox, SandboxProcess


def start_failing(*arguments: str) -> tuple[int, str]:
    done = subprocess.run([sys.executable, "-m", "sandbox", *arguments], capture_output=True, text=True, cwd=ROOT, timeout=20, check=False)
    return done.returncode, done.stderr


def test_a_taken_port_is_one_sentence_and_69() -> None:
    """Nobody has to read a traceback."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, errors = start_failing("--port", str(taken.getsockname()[1]), "--empty")
    assert code == 69
    assert len(errors.strip().splitlines()) == 1


@pytest.mark.parametrize("arguments", [("--host", "0.0.0.0"), ("--clock", "yesterday"), ("--speed", "0"), ("--profile", "nice")])
def test_bad_arguments_are_usage_errors(arguments: tuple[str, ...]) -> None:
    """Only loopback is accepted, and only what makes sense."""
    assert start_failing("--port", "0", *arguments)[0] == 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_ends_though_people_wait(number: signal.Signals) -> None:
    """Open long polls and event streams don't hold it; a process that had to be killed would have another code."""
    process = SandboxProcess()
    async with Sandbox(process.url) as sandbox:
        polls = [
            asyncio.create_task(sandbox.call("getUpdates", timeout=50)),
            asyncio.create_task(sandbox.get("/events", **{"as": "wang"})),
            asyncio.create_task(sandbox.get("/sim/clock", after=1, wait=50)),
        ]
        await asyncio.sleep(0.3)
        process.process.send_signal(number)
        code, errors = await asyncio.to_thread(process.stop)
        assert (code, errors) == (0, "")
        await asyncio.gather(*polls, return_exceptions=True)


def test_it_ends_with_its_parent() -> None:
    """No orphan is left when the one who started it is killed."""
    code = (
        "import os, subprocess, sys, time;"
        "subprocess.Popen([sys.executable, '-m', 'sandbox', '--port', '0', '--empty', '--parent', str(os.getpid())]);"
        "time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert parent.stdout is not None
    assert parent.stdout.readline().startswith("ready ")
    parent.kill()
    parent.wait()
    # The pipe ends when the last process that holds it is gone.
    assert parent.stdout.read() == ""
    parent.stdout.close()


async def test_the_world_goes_on_after_a_kill(tmp_path: Path) -> None:
    """Messages, keyboards, topics, files, queue, commands and clock survive kill -9 a second later."""
    process = SandboxProcess("--data", str(tmp_path), "--profile", "perfect")
    async with Sandbox(process.url) as sandbox:
        await sandbox.api("setMyCommands", commands=[{"command": "menu", "description": "菜单"}])
        await sandbox.post("/sim/personas", {"id": "bo", "name": "波"})
        await sandbox.act("bo", "send", text="没送到的")
        await sandbox.act("wang", "send", photo="sample")
        await sandbox.act("wang", "block")
        topic = await sandbox.api("createForumTopic", chat_id=-1001000000001, name="话题")
        await sandbox.post("/sim/clock", {"advance": 7200, "timeout": 0})
        before = [await sandbox.get(f"/sim/chats/{chat}") for chat in ("bo", "wang", "mc")]
        update = (await sandbox.api("getUpdates"))[0]
        clock = await sandbox.get("/sim/clock")
        await asyncio.sleep(1.6)
    assert (tmp_path / "sandbox.pid").read_text().strip() == str(process.process.pid)
    process.process.kill()
    process.stop()
    process = SandboxProcess("--data", str(tmp_path), "--profile", "perfect")
    async with Sandbox(process.url) as sandbox:
        after = [await sandbox.get(f"/sim/chats/{chat}") for chat in ("bo", "wang", "mc")]
        assert after == before
        again = await sandbox.get("/sim/clock")
        assert again["version"] > clock["version"]
        assert again["now"] > clock["now"]
        assert again["now"][:13] == "2026-11-23T10"
        assert (await sandbox.api("getUpdates"))[0] == update
        assert await sandbox.refusal("sendMessage", chat_id=700001, text="x") == "403 Forbidden: bot was blocked by the user"
        assert (await sandbox.api("getMyCommands"))[0]["command"] == "menu"
        async with sandbox.session.get(sandbox.url + after[1]["messages"][-1]["media"]["url"]) as answer:
            assert (await answer.read())[:2] == b"\xff\xd8"
        sent = await sandbox.api("sendMessage", chat_id=-1001000000001, message_thread_id=topic["message_thread_id"], text="x")
        assert sent["message_id"] > topic["message_thread_id"]
    process.stop()


async def test_the_last_changes_are_kept_at_a_clean_end(tmp_path: Path) -> None:
    """What was said just before the signal is there; --fresh begins anew."""
    process = SandboxProcess("--data", str(tmp_path), "--empty")
    async with Sandbox(process.url) as sandbox:
        await sandbox.post("/sim/personas", {"id": "bo", "name": "波"})
        await sandbox.act("bo", "send", text="最后一句")
    assert process.stop()[0] == 0
    process = SandboxProcess("--data", str(tmp_path))
    async with Sandbox(process.url) as sandbox:
        assert (await sandbox.messages("bo"))[-1]["text"] == "最后一句"
        assert [one["id"] for one in (await sandbox.get("/sim/world"))["personas"]] == ["bo"]
    process.stop()
    process = SandboxProcess("--data", str(tmp_path), "--fresh")
    async with Sandbox(process.url) as sandbox:
        assert "wang" in [one["id"] for one in (await sandbox.get("/sim/world"))["personas"]]
    process.stop()


def test_a_world_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    """A broken file, or a folder that is none."""
    (tmp_path / "sandbox.db").write_bytes(b"no database" * 100)
    (tmp_path / "file").write_text("")
    for folder in (tmp_path, tmp_path / "file"):
        code, errors = start_failing("--port", "0", "--data", str(folder))
        assert code == 78
        assert len(errors.strip().splitlines()) == 1


def test_a_folder_has_one_sandbox(tmp_path: Path) -> None:
    """A second one on the same data refuses to start, with 75."""
    process = SandboxProcess("--data", str(tmp_path), "--empty")
    code, errors = start_failing("--port", "0", "--data", str(tmp_path))
    process.stop()
    assert code == 75
    assert "Another sandbox" in errors
