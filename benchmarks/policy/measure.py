"""One contender on one knowledge base, in a process of its own on one core, so that memory and time are its own."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.policy.contenders import CONTENDERS
from benchmarks.policy.score import Asked

Json = dict[str, Any]
WARM = 20


def measured(name: str, docs: Sequence[Json], learn: Sequence[Json], questions: Sequence[Json], chinese: bool) -> tuple[list[Asked], Json]:
    """What was answered; seconds to bring everything in, and MB of resident memory that it takes."""
    context = multiprocessing.get_context("spawn")
    mine, theirs = context.Pipe()
    process = context.Process(target=_run, args=(theirs, name, docs, learn, questions, chinese))
    process.start()
    theirs.close()
    try:
        return mine.recv()
    finally:
        process.join()


def _run(pipe: Any, name: str, docs: Sequence[Json], learn: Sequence[Json], questions: Sequence[Json], chinese: bool) -> None:
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    _imported(name)
    before = memory()
    began = time.perf_counter()
    contender = CONTENDERS[name](docs, learn, chinese)
    took = time.perf_counter() - began
    for row in questions[:WARM]:
        contender.ask(row["question"])
    asked = []
    for row in questions:
        begin = time.thread_time()
        found, sure, answered = contender.ask(row["question"])
        seconds = time.thread_time() - begin
        asked.append(Asked(tuple(row["gold"]), tuple(found), sure, answered, seconds))
    pipe.send((asked, {"import_s": took, "mb": memory() - before, "peak_mb": peak()}))


def _imported(name: str) -> None:
    """The program itself is not what its knowledge base takes."""
    if name == "ours":
        import bot.commands.policies  # noqa: F401
    elif name == "bm25s":
        import bm25s  # noqa: F401
    else:
        import jieba

        jieba.initialize()


def memory() -> float:
    """Resident memory of this process, MB."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def peak() -> float:
    """The most this process ever held, MB."""
    line = next(line for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1e3
