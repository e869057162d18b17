"""Migrations: what the code says and what the database has are the same, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from models.base import Base, make_engine
from models.migrate import NewerDatabase, differences, upgrade
from models.seal import Sealed


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def test_the_migrations_make_exactly_the_tables_of_the_code(engine: Engine) -> None:
    """No table, column, type, index or unique key is missing or left over."""
    upgrade(engine)
    assert differences(engine) == []
    assert tables(engine) == set(Base.metadata.tables)


def test_migrating_again_changes_nothing(engine: Engine) -> None:
    """Every start migrates; the second time there is nothing to do."""
    upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO cursor VALUES ('tg1', 7, 0)"))
    upgrade(engine)
    with engine.begin() as connection:
        assert connection.execute(text('SELECT "offset" FROM cursor')).scalar_one() == 7


def test_a_migration_that_fails_leaves_nothing_and_can_be_done_again(engine: Engine) -> None:
    """A revision is one transaction: something in its way stops it whole; with that gone it goes through."""
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE topic (in_the_way INTEGER)"))
    with pytest.raises(DBAPIError):
        upgrade(engine)
    assert tables(engine) == {"topic"}
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE topic"))
    upgrade(engine)
    assert differences(engine) == []


def test_a_newer_database_is_refused(engine: Engine) -> None:
    """An old program does not touch what a newer one has written."""
    upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerDatabase):
        upgrade(engine)


def test_two_replicas_that_start_at_once_migrate_once(engine: Engine) -> None:
    """The second waits for the first, and finds the work done."""
    faults: list[BaseException] = []
    other = make_engine(engine.url.render_as_string(hide_password=False))

    def work(mine: Engine) -> None:
        try:
            upgrade(mine)
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=work, args=(one,)) for one in (engine, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.dispose()
    assert faults == []
    assert differences(engine) == []


def test_words_names_and_numbers_of_people_are_sealed_columns() -> None:
    """No column that holds what a person said, is called or lives at is plain."""
    personal = {
        "person": {"name", "phone"}, "case": {"words", "place"}, "case_event": {"text"}, "follower": {"words"}, "inbox": {"raw"},
        "outbox": {"body"}, "conversation": {"state"}, "prompt": {"options"}, "media": {"name"}, "case_task": {"place"},
    }  # fmt: skip
    for table, columns in personal.items():
        for column in columns:
            assert isinstance(Base.metadata.tables[table].c[column].type, Sealed), f"{table}.{column}"
