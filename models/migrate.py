"""Bring a database to this version's tables, from the program itself: nobody has to know Alembic to run a desk.

Each revision is a transaction of its own, so an upgrade that was cut off goes on where it stopped. Two replicas that start at
once do it one after the other: SQLite's BEGIN IMMEDIATE and an advisory lock on PostgreSQL see to it.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from models import tables
from models.base import Base

FOLDER = Path(__file__).parent / "migrations"
LOCK = 7_271_100
"""The advisory lock of migrations; any number that nobody else uses."""


class NewerDatabase(RuntimeError):
    """The database was written by a newer version of this program; update the program first"""


def config(connection: Connection | None = None) -> Config:
    """Alembic's settings; with `connection` it works in that transaction instead of opening one."""
    settings = Config()
    settings.set_main_option("script_location", str(FOLDER))
    settings.attributes["connection"] = connection
    return settings


def upgrade(engine: Engine) -> None:
    """Make every table and column that this version needs. Raises NewerDatabase."""
    scripts = ScriptDirectory.from_config(config())
    order = [script.revision for script in scripts.walk_revisions()][::-1]
    for revision in order:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
            current = MigrationContext.configure(connection).get_current_revision()
            if current is not None and current not in order:
                raise NewerDatabase(current)
            if current is None or order.index(current) < order.index(revision):
                command.upgrade(config(connection), revision)


def differences(engine: Engine) -> list[object]:
    """How the database differs from the tables in the code; empty when the migrations are complete."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": _is_ours})
        return list(compare_metadata(context, Base.metadata))


SORTED_INDEXES = frozenset({"ix_inbox_new", "ix_outbox_queued"})
"""Indexes with a descending column: neither database gives its direction back in a form that can be compared."""


def _is_ours(_object: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    return not (kind == "table" and name == "alembic_version") and not (kind == "index" and name in SORTED_INDEXES)


assert tables.ALL, "the tables are imported, so that Base.metadata knows them"
