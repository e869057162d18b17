"""What the machine tells about processes and its disk: cores, CPU time, memory, the price of an fsync. Linux only."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
FSYNCS = 200
BLOCK = 4096


class NotLinux(RuntimeError):
    """Pinning to cores and CPU time per process are read the Linux way; run the benchmark there"""


def cores() -> tuple[int, int]:
    """(the messenger's core, the bot's core): two different ones where there are two. Raises NotLinux."""
    if not hasattr(os, "sched_getaffinity") or not Path("/proc/self/stat").exists():
        raise NotLinux(NotLinux.__doc__)
    allowed = sorted(os.sched_getaffinity(0))
    return allowed[0], allowed[-1]


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """Processes started inside inherit this core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def family(pid: int) -> list[int]:
    """`pid` and all its living descendants."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            fields = _stat(int(entry.name))
            if fields:
                parents.setdefault(int(fields[1]), []).append(int(entry.name))
    found = [pid]
    for parent in found:
        found.extend(parents.get(parent, ()))
    return found


def cpu_seconds(pid: int) -> float:
    """User and system time of a process, its children and those it has already reaped."""
    total = 0
    for member in family(pid):
        fields = _stat(member)
        if fields:
            total += sum(int(field) for field in fields[11:15])
    return total / TICK


def memory_mb(pid: int) -> float:
    """Resident memory of a process alone, in MB."""
    return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * PAGE / 1e6


def _stat(pid: int) -> list[str]:
    """Fields of /proc/PID/stat from the state on; [] when the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return []


def fsync_cost(folder: Path) -> dict[str, float]:
    """Milliseconds of an fsync after a 4 KB write in `folder`: median and 95th percentile of 200."""
    path = folder / "fsync"
    block, took = os.urandom(BLOCK), []
    with path.open("wb", buffering=0) as file:
        for _ in range(FSYNCS):
            file.write(block)
            began = time.perf_counter()
            os.fsync(file.fileno())
            took.append((time.perf_counter() - began) * 1000)
    path.unlink()
    return {"p50_ms": statistics.median(took), "p95_ms": sorted(took)[int(FSYNCS * 0.95)]}
