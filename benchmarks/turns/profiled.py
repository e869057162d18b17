"""Run a module under cProfile, its database threads and its main thread apart: `python -m benchmarks.turns.profiled PREFIX MODULE …`.

CPU time of the thread, not wall time: two threads share one core here, and waiting for each other is no cost of either.
"""

from __future__ import annotations

import cProfile
import runpy
import sys
import threading
import time

DATABASE_THREADS = "db-"


def main() -> None:
    """Profile until the module ends; a file for each thread."""
    prefix, module = sys.argv[1], sys.argv[2]
    sys.argv = sys.argv[2:]
    plain_run = threading.Thread.run

    def run(self: threading.Thread) -> None:
        if not self.name.startswith(DATABASE_THREADS):
            plain_run(self)
            return
        profile = cProfile.Profile(time.thread_time)
        profile.runcall(plain_run, self)
        profile.dump_stats(f"{prefix}.{self.name}.prof")

    threading.Thread.run = run  # type: ignore[method-assign]
    profile = cProfile.Profile(time.thread_time)
    try:
        profile.runcall(runpy.run_module, module, run_name="__main__", alter_sys=True)
    finally:
        profile.dump_stats(f"{prefix}.main.prof")


if __name__ == "__main__":
    main()
