"""A running demo per test: the real processes on a fresh world, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import DATABASES, new_database
from tests.demo_process import DemoProcess
from tests.people import Persona

StartDemo = Callable[..., DemoProcess]


@pytest.fixture(params=DATABASES)
def start_demo(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StartDemo]:
    """Starts `linli demo` with the given options; every one started is ended, and must end in order."""
    running: list[DemoProcess] = []

    def start(**options: object) -> DemoProcess:
        url = new_database(request.getfixturevalue("postgres_server")) if request.param == "postgres" else ""
        demo = DemoProcess(tmp_path / f"demo{len(running)}", url, **{"speed": 30, **options})  # type: ignore[arg-type]
        running.append(demo)
        return demo

    yield start
    for demo in running:
        assert demo.end() == 0
        assert "Traceback" not in demo.logs(), demo.logs()[-4000:]


@pytest.fixture
def person() -> Callable[[DemoProcess, str], Persona]:
    return Persona
