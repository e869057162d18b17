"""What Alembic runs: the revisions of versions/, in the transaction that `models.migrate.upgrade` has opened.

To write a new one: `python -m models.migrations.write pre_what_it_does`.
"""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

from models import tables
from models.base import Base, Utc, type_json
from models.seal import Sealed

assert tables.ALL


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Our column types by their own names, so that a revision reads like the tables."""
    if kind == "type" and isinstance(item, Utc | Sealed):
        return f"{type(item).__name__}()"
    if kind == "type" and item is type_json:
        return "type_json"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_item=render_item,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
