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


def case_of(demo: RunningWorld, number: str) -> dict[str, Any]:
    """The case row with this public number."""
    (found,) = rows(demo, 'SELECT * FROM "case" WHERE number = :number', number=number)
    return found
