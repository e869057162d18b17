"""Occurrences: a unique row (job, local wall time) lets one replica run each firing, whatever clocks and restarts do."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Occurrence(Base):
    """One firing of one job."""

    __tablename__ = "occurrence"
    job: Mapped[str] = mapped_column(String(40), primary_key=True)
    wall: Mapped[str] = mapped_column(String(20), primary_key=True)
    """Local wall date and time: a daily job fires once on the day that has an hour twice (reliability.md 3.4)."""
    fired_at: Mapped[datetime]
