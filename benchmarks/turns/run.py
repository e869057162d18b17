"""One contender's run: start the stand-in and the bot on their cores, play each number of people, end both."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import tomllib
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.turns.contenders import Contender, Launch
from benchmarks.turns.machine import cores, cpu_seconds, memory_mb, on_core

Json = dict[str, Any]
FORM = tomllib.loads((Path(__file__).parent / "form.toml").read_text(encoding="utf-8"))
ROOT = Path(__file__).parent.parent.parent
START_SECONDS = 120
WARM_UP_USERS = 20


class ContenderFailed(RuntimeError):
    """A contender did not start, or ended while it was measured"""


def measure(contender: Contender, folder: Path, users: Sequence[int], seconds: float, profile: str = "") -> list[Json]:
    """A record per number of people. Raises ContenderFailed."""
    api_core, bot_core = cores()
    records: list[Json] = []
    with tempfile.TemporaryDirectory(dir=folder, prefix=f"{contender.key}-") as name, _messenger(api_core) as base:
        room = Path(name)
        with on_core(bot_core), contender.prepare(room, base) as launch:
            with _bot(launch, room, base, profile) as bot:
                steps, first, filed = FORM[contender.script], 0, 0
                for count, length in ((min(WARM_UP_USERS, max(users)), min(1.0, seconds / 2)), *((count, seconds) for count in users)):
                    watched = {"bot": bot.pid, **launch.beside}
                    before = {part: cpu_seconds(pid) for part, pid in watched.items()}
                    order = {"users": count, "seconds": length, "steps": steps, "people": launch.people, "first": first}
                    played = _ask(f"{base}/play", order)
                    if bot.poll() is not None:
                        raise ContenderFailed(f"{contender.key} ended with {bot.returncode}: {_tail(room)}")
                    first, filed = first + played["began"], filed + played["forms"]
                    if played["stuck"]:
                        print(f"{contender.key} left forms unfinished; the end of its log:\n{_tail(room)}", file=sys.stderr)
                    cpu = {part: cpu_seconds(pid) - before[part] for part, pid in watched.items()}
                    records.append(_record(contender, played, cpu, memory_mb(bot.pid)))
            _check(records[1:], launch.stored(), filed)
    return records[1:]


def _record(contender: Contender, played: Json, cpu: dict[str, float], memory: float) -> Json:
    forms, seconds = max(played["forms"], 1), max(played["seconds"], 0.001)
    return {
        "contender": contender.key, "title": contender.title, "users": played["users"], "forms": played["forms"],
        "forms_per_second": played["forms"] / seconds, "turns_per_second": played["turns"] / seconds, "seconds": seconds,
        "behind_seconds": played["behind_seconds"], "all_sent_forms_per_second": played["forms"] / (seconds + played["behind_seconds"]),
        "reply_ms": _percentiles(played["turn_seconds"]), "submit_ms": _percentiles(played["submit_seconds"]),
        "turns_per_form": played["turns"] / forms, "calls_per_form": {name: count / forms for name, count in sorted(played["calls"].items())},
        "cpu_ms_per_form": {part: spent * 1000 / forms for part, spent in cpu.items()}, "memory_mb": memory,
        "stuck": played["stuck_count"], "stuck_at": played["stuck"], "unknown_calls": played["unknown"],
        "load_average": os.getloadavg()[0],
    }  # fmt: skip


def _percentiles(seconds: Sequence[float]) -> dict[str, float]:
    ranked = sorted(seconds) or [0.0]
    return {f"p{share}": ranked[min(len(ranked) - 1, len(ranked) * share // 100)] * 1000 for share in (50, 95, 99)}


def _check(records: list[Json], stored: int | None, filed: int) -> None:
    """Work that was claimed must be there: a fast contender that lost requests is none."""
    for record in records:
        record["stored"], record["filed"] = stored, filed
        record["lost"] = 0 if stored is None else max(0, filed - stored)


@contextmanager
def _messenger(core: int) -> Iterator[str]:
    with on_core(core):
        process = subprocess.Popen((sys.executable, "-m", "benchmarks.turns.messenger"), stdout=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        line = process.stdout.readline() if process.stdout else ""
        if not line.startswith("port "):
            raise ContenderFailed("The stand-in did not start")
        yield f"http://127.0.0.1:{line.split()[1]}"
    finally:
        process.kill()
        process.wait()


@contextmanager
def _bot(launch: Launch, room: Path, base: str, profile: str) -> Iterator[subprocess.Popen[bytes]]:
    """The bot on its core, polling."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LINLI_")} | launch.environment
    arguments = list(launch.arguments)
    if profile:
        arguments[1:2] = ["-m", "benchmarks.turns.profiled", profile]
    with (room / "bot.log").open("wb") as log:
        process = subprocess.Popen(arguments, stdout=log, stderr=log, env=environment, cwd=ROOT)
    try:
        limit = time.monotonic() + START_SECONDS
        while not _polled(base):
            if process.poll() is not None or time.monotonic() > limit:
                raise ContenderFailed(f"It did not start (exit code {process.returncode}): {_tail(room)}")
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _polled(base: str) -> bool:
    try:
        urllib.request.urlopen(f"{base}/polled", timeout=0.5).close()
    except (TimeoutError, OSError):
        return False
    return True


def _ask(url: str, order: Json) -> Json:
    request = urllib.request.Request(url, json.dumps(order).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=600) as answer:
        played: Json = json.load(answer)
    return played


def _tail(room: Path) -> str:
    return (room / "bot.log").read_text(encoding="utf-8", errors="replace")[-2000:]
