"""What the rules of cases are handed by a use case: the open transaction, the moment, new ids, keys and data; and who acts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from models.base import NewId
from models.seal import KeyRing


class Data(Protocol):
    """The program's fixed data as far as cases need it (locales/categories.toml, calendar)."""

    @property
    def categories(self) -> Mapping[str, dict[str, Any]]: ...
    @property
    def sla(self) -> Mapping[str, Any]: ...
    @property
    def settings(self) -> Mapping[str, Any]: ...


class Scene(Protocol):
    """One transaction of one community."""

    @property
    def session(self) -> Session: ...
    @property
    def now(self) -> datetime: ...
    @property
    def new_id(self) -> NewId: ...
    @property
    def ring(self) -> KeyRing: ...
    @property
    def account(self) -> str: ...
    @property
    def community_id(self) -> str: ...
    @property
    def book(self) -> Data: ...


@dataclass(frozen=True)
class Actor:
    """Who acts on a case: `may` are the capacities found by models/access.py, `role` is what people are shown."""

    person_id: str | None
    role: str
    may: frozenset[str]


TIMER = Actor(None, "timer", frozenset({"timer"}))
RULE = Actor(None, "rule", frozenset({"rule"}))


@dataclass
class Act:
    """One move while its effect is worked out."""

    world: Scene
    actor: Actor
    before: str
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        return self.world.now
