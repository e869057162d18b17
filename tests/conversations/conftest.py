"""Running demos, the real processes on both databases: one for a whole file, or one of its own for a test that needs it so."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.conftest import DATABASES, new_database
from tests.demo_process import DemoProcess

StartDemo = Callable[..., DemoProcess]
SPEED = 30.0


@pytest.fixture(scope="module", params=DATABASES)
def database(request: pytest.FixtureRequest) -> str:
    """The kind of database that a file's demos run on."""
    return str(request.param)


@pytest.fixture(scope="module")
def start_demo(database: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartDemo]:
    """Starts `linli demo` with the given options; every one started is ended, and must end in order."""
    running: list[DemoProcess] = []

    def start(**options: object) -> DemoProcess:
        url = new_database(request.getfixturevalue("postgres_server")) if database == "postgres" else ""
        demo = DemoProcess(tmp_path_factory.mktemp("demo"), url, **{"speed": SPEED, **options})  # type: ignore[arg-type]
        running.append(demo)
        return demo

    yield start
    ends = [demo.end() for demo in running]
    assert ends == [0] * len(running)
    for demo in running:
        assert "Traceback" not in demo.logs(), demo.logs()[-4000:]


@pytest.fixture(scope="module")
def demo(start_demo: StartDemo) -> DemoProcess:
    """One demo for the whole file: each test plays people of its own, in a building of its own."""
    return start_demo()
