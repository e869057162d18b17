"""How domain tables name their rows and each other: app-made ids, and references that are checked at commit."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String

Id = String(22)
"""An unguessable name of a row, made by the program (`NewId`)."""


def ref(target: str) -> ForeignKey:
    """A foreign key to `target` ("table.column"), checked at commit: rows of one turn may be written in any order."""
    return ForeignKey(target, deferrable=True, initially="DEFERRED")
