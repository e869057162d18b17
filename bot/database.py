"""One door from asyncio to the database: plain functions over a Session run in threads, each in one transaction.

SQLite gets exactly one thread, because a second writing connection only waits and, in old versions, could corrupt the
file (reliability.md 0.6); PostgreSQL gets a few. Urgent work goes first.
"""

from __future__ import annotations

import asyncio
import itertools
import queue
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from models.prepared import DRIVER, open_door

T = TypeVar("T")
Work = Callable[[Session], T]

URGENT, NORMAL, LATER = 0, 1, 2
ATTEMPTS = 3


class DataInUse(RuntimeError):
    """Another process is writing to this data folder"""


class Database:
    """Runs `work(session)` in a thread: commits when it returns, rolls back when it raises."""

    def __init__(self, engine: Engine, threads: int | None = None) -> None:
        self.engine = engine
        self.is_postgres = engine.dialect.name == "postgresql"
        self._jobs: queue.PriorityQueue[tuple[int, int, Any]] = queue.PriorityQueue()
        self._order = itertools.count()
        count = threads or (4 if self.is_postgres else 1)
        self._threads = [threading.Thread(target=self._serve, name=f"db-{n}", daemon=True) for n in range(count)]
        for thread in self._threads:
            thread.start()

    @property
    def threads(self) -> int:
        return len(self._threads)

    async def run(self, work: Work[T], priority: int = NORMAL) -> T:
        """The result of `work`, after its transaction has been committed."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._jobs.put((priority, next(self._order), (work, loop, future)))
        return await future

    def now(self, work: Work[T]) -> T:
        """The same without a loop, for batch commands: in the calling thread."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            session.info[DRIVER] = open_door(session)
            return work(session)

    def _serve(self) -> None:
        while True:
            _, _, job = self._jobs.get()
            if job is None:
                return
            work, loop, future = job
            try:
                result = self._attempt(work)
            except BaseException as error:
                self._hand_over(loop, future, None, error)
            else:
                self._hand_over(loop, future, result, None)

    def _attempt(self, work: Work[T]) -> T:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self.now(work)
            except OperationalError:
                # A dead connection or a deadlock: the transaction is gone, so it may be done again from the start.
                if attempt == ATTEMPTS or not self.is_postgres:
                    raise
        raise AssertionError

    @staticmethod
    def _hand_over(loop: asyncio.AbstractEventLoop, future: asyncio.Future[Any], result: Any, error: BaseException | None) -> None:
        def settle() -> None:
            if future.cancelled():
                return
            if error is not None:
                future.set_exception(error)
            else:
                future.set_result(result)

        if not loop.is_closed():
            loop.call_soon_threadsafe(settle)

    async def close(self) -> None:
        """Finish what is queued, then end the threads and the connections."""
        for _ in self._threads:
            self._jobs.put((LATER + 1, next(self._order), None))
        for thread in self._threads:
            await asyncio.to_thread(thread.join, 10)
        self.engine.dispose()


def hold_data_folder(folder: Path) -> IO[str]:
    """Lock the data folder for this process. Raises DataInUse: a second writer would double what it sends."""
    import fcntl

    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = (folder / "bot.pid").open("a+", encoding="ascii")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        handle.close()
        raise DataInUse(str(folder)) from None
    import os

    handle.seek(0)
    handle.truncate()
    handle.write(f"{os.getpid()}\n")
    handle.flush()
    return handle
