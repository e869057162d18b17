"""A look into the demo's own database, for facts that no message shows: due dates, classes, followers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection

from models.base import make_engine
from tests.demo_process import RunningWorld


@contextmanager
def look(demo: RunningWorld) -> Iterator[Connection]:
    """A read-only connection to the running demo's database (SQLite readers never disturb the one writer)."""
    if demo.database_url:
        engine = make_engine(demo.database_url)
    else:
        path = Path(demo.data / "linli.db")
        engine = create_engine(f"sqlite:///file:{path}?mode=ro&uri=true")
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def rows(demo: RunningWorld, sql: str, **values: Any) -> list[dict[str, Any]]:
    """Rows of a query as dicts."""
    with look(demo) as connection:
        return [dict(row._mapping) for row in connection.execute(text(sql), values)]


def cases_of(demo: RunningWorld, persona: str) -> list[dict[str, Any]]:
    """The cases that a persona has reported, oldest first."""
    query = 'SELECT "case".* FROM "case" JOIN address ON address.person_id = reporter_id WHERE address.address = :user ORDER BY number'
    return rows(demo, query, user=str(user_id(demo, persona)))


def user_id(demo: RunningWorld, persona: str) -> int:
    """The number by which the messenger knows a persona, also of their private chat."""
    return int(next(p["user_id"] for p in demo.get("/sim/world")["personas"] if p["id"] == persona))


def topics_of(demo: RunningWorld, persona: str) -> list[str]:
    """The names of the desk's topics that stand for this persona's cases."""
    numbers = [case["number"] for case in cases_of(demo, persona)]
    return [topic["name"] for topic in demo.get("/sim/chats/mc")["topics"] if any(number in topic["name"] for number in numbers)]


def case_of(demo: RunningWorld, number: str) -> dict[str, Any]:
    """The case row with this public number."""
    (found,) = rows(demo, 'SELECT * FROM "case" WHERE number = :number', number=number)
    return found
