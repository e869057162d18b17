"""The alarm clock, and the only importer of APScheduler: memory store, coalescing, no misfire limit. It only wakes.

Truth is in the database (occurrences, wake_at): a job store of APScheduler's own fired doubles with two processes and keeps
pickles (reliability.md 0.8, 3.4).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from scheduler import JOBS, Job


class Ticking:
    """Calls `fire(job)` for every line of the timetable, each at its own pace."""

    def __init__(self, fire: Callable[[Job], Awaitable[None]], jobs: tuple[Job, ...] = JOBS) -> None:
        self._scheduler = AsyncIOScheduler()
        for job in jobs:
            trigger = IntervalTrigger(seconds=job.every)
            self._scheduler.add_job(fire, trigger, args=[job], id=job.name, coalesce=True, max_instances=1, misfire_grace_time=None)

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
