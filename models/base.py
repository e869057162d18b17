"""The declarative base, column types that mean the same on SQLite and PostgreSQL, and the engines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Engine, MetaData, create_engine, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import StaticPool
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

type_json = JSON().with_variant(JSONB(), "postgresql")

NewId = Callable[[], str]
"""Makes an unguessable id (22 characters); handed in, never made below bot/."""


class NaiveTime(ValueError):
    """A moment without a time zone was about to be stored"""


class Utc(TypeDecorator[datetime]):
    """A moment: aware in Python, UTC in the database (SQLite keeps no zone, so it is put back on reading)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise NaiveTime(value.isoformat())
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: Utc(), dict[str, Any]: type_json, list[Any]: type_json}  # noqa: RUF012


def sqlite_engine(path: Path | None) -> Engine:
    """The embedded engine: WAL, every commit on the disk (`synchronous=FULL`), explicit BEGIN IMMEDIATE.

    Exactly one connection writes (reliability.md 0.6), so the pool holds one; `path` None is a database in memory.
    """
    url = f"sqlite:///{path}" if path else "sqlite://"
    engine = create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False, "isolation_level": None})

    @event.listens_for(engine, "connect")
    def _set_up(dbapi: DBAPIConnection, _record: object) -> None:
        cursor = dbapi.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def postgres_engine(url: str, pool_size: int = 8) -> Engine:
    """PostgreSQL through psycopg 3, for several replicas; `url` as SQLAlchemy or libpq writes it."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            url = "postgresql+psycopg://" + url.removeprefix(prefix)
    return create_engine(url, pool_size=pool_size, max_overflow=4, pool_pre_ping=True)


def make_engine(url: str) -> Engine:
    """The engine for a database URL (`sqlite:///file`, `sqlite://`, `postgresql://…`)."""
    if url.startswith("sqlite"):
        name = url.removeprefix("sqlite://").removeprefix("/")
        return sqlite_engine(Path(name) if name else None)
    return postgres_engine(url)
