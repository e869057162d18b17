"""pre_notice_shown. There is no way down: an update that fails is undone by restoring the backup."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.base import Utc, type_json
from models.seal import Sealed

revision = "0006"
down_revision = "0005"

__all__ = ["Sealed", "Utc", "type_json"]


def upgrade() -> None:
    op.add_column("notice", sa.Column("shown", sa.String(length=80), server_default="", nullable=False))
