"""The demo community on both databases, and quickly on SQLite in memory where the database is not the point."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from models.base import make_engine
from tests.models.stage import Stage


@pytest.fixture
def stage(database_url: str) -> Iterator[Stage]:
    """The demo community on a fresh database of each kind."""
    engine = make_engine(database_url)
    yield Stage(engine).set_up()
    engine.dispose()


@pytest.fixture(scope="module")
def shared_stage() -> Iterator[Stage]:
    """One demo community in memory for a whole file; what a test writes it rolls back."""
    engine = make_engine("sqlite://")
    yield Stage(engine).set_up()
    engine.dispose()
