"""Who looked at or changed what: plain inserts, no content. A sealer gives chain positions and hashes later, in batches."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, Integer, String, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.keys import ref


class Audit(Base):
    """One line: person, act, target. `position` and `chain` stay empty until the sealer has passed."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)
    community_id: Mapped[str] = mapped_column(ref("community.id"))
    at: Mapped[datetime]
    person_id: Mapped[str | None] = mapped_column(String(22), index=True)
    act: Mapped[str] = mapped_column(String(32))
    target_kind: Mapped[str] = mapped_column(String(16))
    target_id: Mapped[str] = mapped_column(String(22), index=True)
    data: Mapped[dict[str, Any]]
    position: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    chain: Mapped[str | None] = mapped_column(String(64))
    __table_args__ = (
        Index("ix_audit_unsealed", "id", sqlite_where=text("position IS NULL"), postgresql_where=text("position IS NULL")),
    )


def audit(
    session: Session, community_id: str, at: datetime, person_id: str | None, act: str, target_kind: str, target_id: str, **data: Any
) -> None:
    """Note an act. `data` is codes and ids only, never words of people."""
    session.add(
        Audit(
            community_id=community_id, at=at, person_id=person_id, act=act, target_kind=target_kind, target_id=target_id, data=data
        )
    )  # fmt: skip
