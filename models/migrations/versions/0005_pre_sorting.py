"""pre_sorting. There is no way down: an update that fails is undone by restoring the backup."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.base import Utc
from models.seal import Sealed

revision = "0005"
down_revision = "0004"

__all__ = ["Sealed", "Utc"]


def upgrade() -> None:
    op.create_table(
        "own_category",
        sa.Column("community_id", sa.String(length=22), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "code", name=op.f("pk_own_category")),
    )
    op.create_table(
        "sorting_case",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("community_id", sa.String(length=22), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("words", Sealed(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sorting_case")),
        sa.UniqueConstraint("community_id", "key", name=op.f("uq_sorting_case_community_id_key")),
    )
    op.create_table(
        "sorting_version",
        sa.Column("community_id", sa.String(length=22), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("arrays", sa.LargeBinary(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "version", name=op.f("pk_sorting_version")),
    )
