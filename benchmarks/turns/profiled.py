"""Run a module with its database threads and its event loop under cProfile: `python -m benchmarks.turns.profiled PREFIX MODULE …`.

CPU time of the thread, not wall time: the threads share one core here, and waiting for each other is no cost of either.
"""

from __future__ import annotations

import asyncio
import cProfile
import runpy
import sys
import threading
import time
from typing import Any

DATABASE_THREADS = "db-"


def main() -> None:
    """Profile until the module ends; a file for each thread."""
    prefix, module = sys.argv[1], sys.argv[2]
    sys.argv = sys.argv[2:]
    plain_run, plain_loop = threading.Thread.run, asyncio.run

    def run_thread(self: threading.Thread) -> None:
        if not self.name.startswith(DATABASE_THREADS):
            plain_run(self)
            return
        _profiled(f"{prefix}.{self.name}.prof", plain_run, self)

    def run_loop(*given: Any, **options: Any) -> Any:
        return _profiled(f"{prefix}.loop.prof", plain_loop, *given, **options)

    threading.Thread.run = run_thread  # type: ignore[method-assign]
    asyncio.run = run_loop
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _profiled(file: str, work: Any, *given: Any, **options: Any) -> Any:
    profile = cProfile.Profile(time.thread_time)
    try:
        return profile.runcall(work, *given, **options)
    finally:
        profile.dump_stats(file)


if __name__ == "__main__":
    main()
