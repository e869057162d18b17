"""A data folder opened by a batch command: locked, made and migrated when missing; each piece of work is one transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.book import read_book
from bot.clock import SystemClock
from bot.database import hold_data_folder
from bot.errors import NotReady
from bot.ids import new_id
from bot.settings import read_settings
from handlers.world import World
from models.base import make_engine
from models.community import Community
from models.migrate import upgrade
from models.seal import KeyRing, load_master_key

T = TypeVar("T")


class OpenData:
    """Use as a context manager. Raises DataInUse when another process writes there."""

    def __init__(self, data: Path | None, *, account: str = "", database_url: str | None = None, reads: bool = False) -> None:
        self.settings = read_settings(data=data, database_url=database_url)
        # Who only reads may do so beside a running bot; a database that isn't there yet is still made under the lock.
        self._reads = reads and (self.settings.data / "linli.db").exists()
        self._given_account = account
        self._lock: IO[str] | None = None

    def __enter__(self) -> OpenData:
        if self.settings.is_embedded and not self._reads:
            self._lock = hold_data_folder(self.settings.data)
        self.settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.engine = make_engine(self.settings.url)
        if not self._reads:
            upgrade(self.engine)
        self.ring = KeyRing(load_master_key(self.settings.data / "keys"))
        self.book, _ = read_book()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.engine.dispose()
        if self._lock is not None:
            self._lock.close()

    @property
    def account(self) -> str:
        """The bot account: as given, or that of the configured token, or "tg" before there is one."""
        if self._given_account:
            return self._given_account
        return f"tg{self.settings.token().partition(':')[0]}" if self.settings.token_file else "tg"

    def do(self, work: Callable[[World], T], now: datetime | None = None, cause: str = "") -> T:
        """Run `work` in a transaction of its own."""
        moment = now or SystemClock().now()
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            community = session.scalars(select(Community.id)).first() or ""
            return work(World(session, moment, new_id, self.ring, self.account, community, self.book, cause or f"cli:{new_id()}"))

    def needs_community(self) -> None:
        """Raises NotReady when none has been imported."""
        with Session(self.engine) as session:
            if session.scalars(select(Community.id)).first() is None:
                raise NotReady("No community is known yet: run `linli import community FILE.toml` first")
