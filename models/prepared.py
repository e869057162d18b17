"""Statements compiled once and run on the driver itself: the hot path of every turn.

SQLAlchemy writes the SQL and converts the values; what is saved is its work at each execution, which was two thirds of a turn
(docs/decisions/journals.md). They run in the session's own transaction, after what the session still held back.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Dialect, Executable
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql import visitors
from sqlalchemy.sql.base import ColumnCollection

DRIVER = "driver"
"""Key of `Session.info`: the driver's connection of the running transaction, put there by whoever began it."""


@dataclass
class _Ready:
    """A statement for one database: its SQL, the values it always takes, and how values go in and come out."""

    dialect: Any
    sql: str
    order: Sequence[str] | None
    given: Mapping[str, Any]
    into: Mapping[str, Any]
    row: Any
    types: Sequence[Any]
    out: Sequence[tuple[int, Any]] | None = None

    def rows(self, cursor: Any) -> list[Any]:
        """What the cursor found, converted as its columns' types ask for."""
        if self.out is None:
            self.out = self._converters(cursor.description)
        make = self.row._make
        found = cursor.fetchall()
        if not self.out:
            return [make(row) for row in found]
        result = []
        for row in found:
            values = list(row)
            for number, convert in self.out:
                values[number] = convert(values[number])
            result.append(make(values))
        return result

    def _converters(self, description: Any) -> Sequence[tuple[int, Any]]:
        made = [
            (number, kind.dialect_impl(self.dialect).result_processor(self.dialect, description[number][1]))
            for number, kind in enumerate(self.types)
        ]
        return [(number, convert) for number, convert in made if convert is not None]

    def bound(self, values: Mapping[str, Any]) -> Any:
        """`values` and those always given, as the driver takes them."""
        into = self.into
        bound = dict(self.given)
        for name, value in values.items():
            bound[name] = into[name](value) if name in into else value
        return bound if self.order is None else [bound[name] for name in self.order]


class Prepared:
    """`statement` with `bindparam`s; `columns` names the values of an insert."""

    def __init__(self, statement: Executable, columns: Sequence[str] | None = None) -> None:
        self._statement = statement
        self._columns = list(columns) if columns is not None else None
        self._ready: dict[str, _Ready] = {}

    def all(self, session: Session, **values: Any) -> list[Any]:
        """Every row, with columns as attributes."""
        dialect, driver = _door(session)
        ready = self._for(dialect)
        try:
            return ready.rows(driver.execute(ready.sql, ready.bound(values)))
        except dialect.loaded_dbapi.Error as error:
            raise _told(ready, error) from error

    def first(self, session: Session, **values: Any) -> Any:
        """The first row, None when there is none."""
        found = self.all(session, **values)
        return found[0] if found else None

    def run(self, session: Session, **values: Any) -> int:
        """Execute it; returns how many rows it touched."""
        dialect, driver = _door(session)
        ready = self._for(dialect)
        try:
            return int(driver.execute(ready.sql, ready.bound(values)).rowcount)
        except dialect.loaded_dbapi.Error as error:
            raise _told(ready, error) from error

    def many(self, session: Session, rows: Iterable[Mapping[str, Any]]) -> int:
        """Execute it for each row; returns how many rows were touched in all."""
        dialect, driver = _door(session)
        ready = self._for(dialect)
        bound = [ready.bound(row) for row in rows]
        if not bound:
            return 0
        try:
            cursor = driver.cursor()
            cursor.executemany(ready.sql, bound)
            return int(cursor.rowcount)
        except dialect.loaded_dbapi.Error as error:
            raise _told(ready, error) from error

    def _for(self, dialect: Dialect) -> _Ready:
        ready = self._ready.get(dialect.name)
        if ready is None:
            ready = self._ready[dialect.name] = _compiled(self._statement, dialect, self._columns)
        return ready


@contextmanager
def savepoint(session: Session) -> Iterator[None]:
    """What happens inside is undone when it raises. A session begins its savepoint at its first use of the connection, so it is used."""
    with session.begin_nested():
        session.connection()
        yield


def _door(session: Session) -> tuple[Any, Any]:
    """The dialect and the driver's connection of the running transaction."""
    if not session._is_clean():
        session.flush()
    return session.info.get(DRIVER) or open_door(session)


def open_door(session: Session) -> tuple[Any, Any]:
    """The same for a session whose transaction may only begin now."""
    connection = session.connection()
    return connection.dialect, connection.connection.driver_connection


def _compiled(statement: Executable, dialect: Dialect, columns: list[str] | None) -> _Ready:
    options: dict[str, Any] = {"column_keys": columns} if columns is not None else {}
    # Constants stand in the SQL: a partial index ("where state = 'queued'") is only used when the database can see the value.
    written: Any = visitors.replacement_traverse(statement, {}, _literal)  # type: ignore[call-overload]
    compiled: Any = written.compile(dialect=dialect, **options)
    later = [name for name, parameter in compiled.binds.items() if parameter.required]
    expanded = compiled.construct_expanded_state(dict.fromkeys(later))
    into = {name: make for name, p in compiled.binds.items() if (make := p.type.dialect_impl(dialect).bind_processor(dialect)) is not None}
    given = {name: value for name, value in expanded.parameters.items() if name not in later}
    given = {name: into[name](value) if name in into else value for name, value in given.items()}
    order = expanded.positiontup if compiled.positional else None
    exported: ColumnCollection[Any, Any] | Sequence[Any] = getattr(statement, "exported_columns", ())
    kept = list(exported)
    row = namedtuple("Row", [column.key for column in kept], rename=True) if kept else None
    return _Ready(dialect, expanded.statement, order, given, into, row, [column.type for column in kept])


def _literal(part: Any) -> Any:
    """A constant is written out; a value that comes later stays a parameter."""
    return part.render_literal_execute() if isinstance(part, BindParameter) and not part.required and part.value is not None else None


def _told(ready: _Ready, error: Exception) -> Exception:
    """The driver's error as SQLAlchemy tells it, without the values: they may be a resident's words."""
    kind = ready.dialect.loaded_dbapi.Error
    return DBAPIError.instance(ready.sql, None, error, kind, hide_parameters=True, dialect=ready.dialect)
