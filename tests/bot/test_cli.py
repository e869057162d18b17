"""The command line as scripts drive it: exit codes, one sentence each, lines in and lines out."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bot.database import hold_data_folder

FIXTURE = Path(__file__).resolve().parents[2] / "bot" / "demo_community.toml"


def linli(*words: str, said: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command with a clean environment."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LINLI_")}
    command = [sys.executable, "-m", "bot", *words]
    return subprocess.run(command, input=said, capture_output=True, text=True, env={**clean, **environment}, check=False, timeout=90)


def test_no_token_is_one_sentence_and_78(tmp_path: Path) -> None:
    """Production without a token says what to set, and leaves with 78."""
    told = linli("run", LINLI_DATA=str(tmp_path))
    assert (told.returncode, told.stdout) == (78, "")
    assert told.stderr.strip().count("\n") == 0
    assert "LINLI_TOKEN_FILE" in told.stderr


def test_no_community_is_78(tmp_path: Path) -> None:
    """A bot without a community, and so without emergency numbers, refuses to start."""
    (tmp_path / "token").write_text("990101:sandbox-x")
    told = linli("run", LINLI_DATA=str(tmp_path / "data"), LINLI_TOKEN_FILE=str(tmp_path / "token"))
    assert told.returncode == 78
    assert "linli import community" in told.stderr


def test_an_unreachable_messenger_is_69(tmp_path: Path) -> None:
    """Nothing listens there: 69, and the token is in no line."""
    (tmp_path / "token").write_text("990101:sandbox-secret-canary")
    data = str(tmp_path / "data")
    assert linli("import", "community", str(FIXTURE), "--data", data).returncode == 0
    told = linli("run", LINLI_DATA=data, LINLI_TOKEN_FILE=str(tmp_path / "token"), LINLI_API_BASE="http://127.0.0.1:9")
    assert told.returncode == 69
    assert "canary" not in told.stderr + told.stdout


def test_data_in_use_is_75(tmp_path: Path) -> None:
    """A second writer is refused."""
    lock = hold_data_folder(tmp_path)
    try:
        assert linli("migrate", "--data", str(tmp_path)).returncode == 75
    finally:
        lock.close()


def test_a_taken_port_is_69(tmp_path: Path) -> None:
    """The demo says which port is taken."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        told = linli("demo", "--port", str(port), "--data", str(tmp_path), "--no-browser")
    assert told.returncode == 69
    assert str(port) in told.stderr


@pytest.mark.parametrize("words", [("nonsense",), ("demo", "--profile", "sunny", "--no-browser"), ("classify",), ("restore", "/nowhere.tgz")])
def test_bad_usage_is_2(words: tuple[str, ...], tmp_path: Path) -> None:
    """What can't be understood leaves with 2."""
    data = ("--data", str(tmp_path)) if words[0] != "nonsense" else ()
    assert linli(*words, *data).returncode == 2


def test_classify_answers_line_by_line(tmp_path: Path) -> None:
    """In order, one line each; a bad line is told as such, the rest goes on, and the exit code is 1."""
    lines = ['{"id": 1, "text": "3栋2单元楼道灯不亮"}', "no json", '{"id": "b"}', "[1]", '{"id": 4, "text": "厨房闻到煤气"}', '{"id": 5, "text": "12栋没水"}']
    told = linli("classify", "--jsonl", "--data", str(tmp_path), said="\n".join(lines))
    rows = [json.loads(line) for line in told.stdout.splitlines()]
    assert told.returncode == 1
    assert [row["id"] for row in rows] == [1, None, "b", None, 4, 5]
    assert all(("error" in row) == (index in (1, 2, 3)) for index, row in enumerate(rows))
    light, gas, water = rows[0], rows[4], rows[5]
    assert set(light) == {"id", "emergency", "check", "categories", "place"}
    assert (light["categories"][0], light["emergency"], light["check"]) == ("PR01", None, False)
    assert light["place"] == {"building": "3", "unit": "2", "floor": None, "room": None, "known": True}
    assert (gas["emergency"], gas["check"]) == ("SF01", False)
    assert water["place"]["known"] is False
    assert linli("classify", "--jsonl", "--data", str(tmp_path), said=lines[0]).returncode == 0


def test_backup_and_restore_hold_what_was_queued(tmp_path: Path) -> None:
    """A backup comes back whole in an empty folder, and refuses to overwrite one."""
    data, file = tmp_path / "data", tmp_path / "copy.tgz"
    assert linli("import", "community", str(FIXTURE), "--data", str(data)).returncode == 0
    assert linli("backup", str(file), "--data", str(data)).returncode == 0
    assert file.stat().st_mode & 0o077 == 0
    assert linli("restore", str(file), "--data", str(tmp_path / "again")).returncode == 0
    assert linli("restore", str(file), "--data", str(data)).returncode == 2
    codes = linli("codes", "3", "--data", str(tmp_path / "again"))
    assert len(codes.stdout.splitlines()) == 72


def test_doctor_names_what_is_missing(tmp_path: Path) -> None:
    """Unfit: 78, with each missing thing on a line."""
    assert linli("import", "community", str(FIXTURE), "--data", str(tmp_path)).returncode == 0
    told = linli("doctor", "--data", str(tmp_path))
    assert told.returncode == 78
    assert "/bind mc" in told.stdout
    assert "LINLI_TOKEN_FILE" in told.stdout
