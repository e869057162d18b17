"""What past cases taught the sorting: the cases, the community's own categories, and the trained versions.

Cases hold people's words and are sealed (owner `SORTING`). A trained version holds only runs of one or two characters that occur in
two cases at least, and numbers. A row written before any community was known has `community_id` "" and serves everybody.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.keys import Id
from models.seal import Sealed

SORTING = "sorting"
"""Owner of the data key under which learned cases are sealed."""
LONGEST_CATEGORY = 40


class SortingCase(Base):
    """A case whose category is known: imported, or closed by the desk."""

    __tablename__ = "sorting_case"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    community_id: Mapped[str] = mapped_column(String(22))
    key: Mapped[str] = mapped_column(String(160))
    """The imported line or the closed case that taught it: the same again teaches nothing twice."""
    category: Mapped[str] = mapped_column(String(LONGEST_CATEGORY))
    words: Mapped[bytes] = mapped_column(Sealed)
    at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("community_id", "key"),)


class OwnCategory(Base):
    """A category that the built-in list lacks: it came with past cases, its code is its name."""

    __tablename__ = "own_category"
    community_id: Mapped[str] = mapped_column(String(22), primary_key=True)
    code: Mapped[str] = mapped_column(String(LONGEST_CATEGORY), primary_key=True)
    at: Mapped[datetime]


class SortingVersion(Base):
    """A trained version; the highest number is in use, earlier ones stay so that one can go back."""

    __tablename__ = "sorting_version"
    community_id: Mapped[str] = mapped_column(String(22), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    cases: Mapped[int] = mapped_column(Integer)
    arrays: Mapped[bytes] = mapped_column(LargeBinary)
    """A numpy .npz without objects (models/sorting_model.py)."""
    at: Mapped[datetime]
