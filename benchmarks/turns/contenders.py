"""Who runs: each contender with its command, its environment, what it must have stored, and what stands beside it."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Json = dict[str, Any]
PEOPLE = 3000
FIRST_ID = 700_000_001


@dataclass
class Launch:
    """How to start a prepared contender."""

    arguments: Sequence[str]
    environment: dict[str, str]
    people: Sequence[Json]
    stored: Callable[[], int | None] = lambda: None
    """Requests found in its store, once it was stopped; None = it keeps none."""
    beside: dict[str, int] = field(default_factory=dict)
    """Name → process id of what serves it on the same core (a database server)."""


@dataclass(frozen=True)
class Contender:
    """One row of the table."""

    key: str
    title: str
    script: str
    prepare: Callable[[Path, str], AbstractContextManager[Launch]]
    baseline: bool = False
    """Ratios to it are reported."""


def _module(name: str, with_database: bool = False) -> Callable[[Path, str], AbstractContextManager[Launch]]:
    @contextmanager
    def prepare(folder: Path, base: str) -> Iterator[Launch]:
        database = folder / "ordinary.db"
        environment = {"BENCH_API_BASE": base, **({"BENCH_DATABASE": f"sqlite:///{database}"} if with_database else {})}

        def stored() -> int | None:
            return sqlite3.connect(database).execute("SELECT count(*) FROM cases").fetchone()[0] if with_database else None

        people = [{"id": FIRST_ID + number} for number in range(PEOPLE)]
        yield Launch((sys.executable, "-m", f"benchmarks.turns.baselines.{name}"), environment, people, stored)

    return prepare


def _ours(postgres: bool) -> Callable[[Path, str], AbstractContextManager[Launch]]:
    @contextmanager
    def prepare(folder: Path, base: str) -> Iterator[Launch]:
        from benchmarks.turns import ours  # it loads the whole product, which the baselines don't need

        with ours.prepared(folder, base, postgres=postgres) as made:
            yield Launch(made.arguments, made.environment, made.people, made.stored, made.beside)

    return prepare


CONTENDERS = (
    Contender("none", "no framework, nothing kept", "baseline", _module("no_framework")),
    Contender("aiogram", "bare aiogram, state in memory", "baseline", _module("aiogram_bot"), True),
    Contender("ordinary", "aiogram + one SQLAlchemy insert", "baseline", _module("aiogram_bot", True), True),
    Contender("ptb", "bare python-telegram-bot", "baseline", _module("ptb_bot"), True),
    Contender("ours-sqlite", "Linli on SQLite, all durable", "ours", _ours(False)),
    Contender("ours-postgres", "Linli on PostgreSQL, all durable", "ours", _ours(True)),
)
