"""${message}. There is no way down: an update that fails is undone by restoring the backup."""
# ruff: noqa: PLR0915 - written by a program, column by column

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.base import Utc, type_json
from models.seal import Sealed

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}

__all__ = ["Sealed", "Utc", "type_json"]


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}
