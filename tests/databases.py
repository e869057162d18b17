"""Databases that are filled once a session and copied for each test: migrations and the demo community are slow, a copy is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import psycopg
from sqlalchemy import Engine

from models.base import make_engine

T = TypeVar("T")

_made: dict[tuple[str, str], tuple[object, Engine | str]] = {}


def prepare(engine: Engine, what: str, fill: Callable[[Engine], T]) -> T:
    """Make the empty database of `engine` a copy of one that `fill` has filled → what `fill` returned.

    `what` names the content. Nothing may have been asked of `engine` before.
    """
    if engine.dialect.name == "sqlite":
        return _prepare_sqlite(engine, what, fill)
    return _prepare_postgres(engine, what, fill)


def _prepare_sqlite(engine: Engine, what: str, fill: Callable[[Engine], T]) -> T:
    if ("sqlite", what) not in _made:
        model = make_engine("sqlite://")
        _made["sqlite", what] = fill(model), model
    told, kept = _made["sqlite", what]
    assert isinstance(kept, Engine)
    source, target = kept.raw_connection(), engine.raw_connection()
    try:
        source.driver_connection.backup(target.driver_connection)  # type: ignore[union-attr]
    finally:
        source.close()
        target.close()
    if engine.url.database:
        engine.dispose()  # The next connection makes the copy a write-ahead log again.
    return told  # type: ignore[return-value]


def _prepare_postgres(engine: Engine, what: str, fill: Callable[[Engine], T]) -> T:
    name = engine.url.database
    server = engine.url.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
    if (server, what) not in _made:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE model_{what}")
        model = make_engine(engine.url.set(database=f"model_{what}").render_as_string(hide_password=False))
        told = fill(model)
        model.dispose()
        _made[server, what] = told, f"model_{what}"
    told, kept = _made[server, what]  # type: ignore[assignment]
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name}")
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {kept}")
    return told
