"""The demo community for use cases: see tests/models/stage.py."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from models.base import make_engine
from tests.models.conftest import stage
from tests.models.stage import Stage

__all__ = ["demo", "stage"]


@pytest.fixture
def demo() -> Iterator[Stage]:
    """The demo community in memory, for one test."""
    engine = make_engine("sqlite://")
    yield Stage(engine).set_up()
    engine.dispose()
