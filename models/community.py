"""A community and what it is made of: its org tree, the parties that work for it, its numbers and its chats."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, String, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.keys import Id, ref
from models.prepared import Prepared

CHAT_KINDS = ("mc", "mc-s", "gw", "lc", "vc", "pc", "bg")


class Community(Base):
    """One residents' community served by the bot. `contacts` holds the numbers texts refer to (pm, gas, lift, area_suffix)."""

    __tablename__ = "community"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    alias: Mapped[str] = mapped_column(String(3), unique=True)
    """Two or three letters that begin its case numbers."""
    code: Mapped[str] = mapped_column(String(12), unique=True)
    name_zh: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(60))
    zone: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(8))
    contacts: Mapped[dict[str, Any]]


class EmergencyNumber(Base):
    """A number that is shown in danger; `last_checked` is when a person last confirmed that it answers."""

    __tablename__ = "emergency_number"
    community_id: Mapped[str] = mapped_column(ref("community.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    number: Mapped[str] = mapped_column(String(32))
    last_checked: Mapped[datetime]


class OrgNode(Base):
    """A district, street, community or grid. Buildings hang on a grid, but are places (models/place.py)."""

    __tablename__ = "org_node"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    community_id: Mapped[str] = mapped_column(ref("community.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    """district, street, community, grid"""
    code: Mapped[str] = mapped_column(String(20))
    parent_id: Mapped[str | None] = mapped_column(ref("org_node.id"))
    name_zh: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(60))
    __table_args__ = (UniqueConstraint("community_id", "code"),)


class Party(Base):
    """Somebody who handles cases: the property firm, a utility, a grid, the community's own desk, the street, a department.

    `kind` is the letter code of domain.md 3.5 (PM, GL, CM, …). `node_id` is the org node a grid, desk or street party stands for.
    """

    __tablename__ = "party"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    community_id: Mapped[str] = mapped_column(ref("community.id"), index=True)
    code: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(4))
    node_id: Mapped[str | None] = mapped_column(ref("org_node.id"))
    name_zh: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(60))
    phone: Mapped[str] = mapped_column(String(32), default="")
    __table_args__ = (UniqueConstraint("community_id", "code"),)

    @property
    def name(self) -> dict[str, str]:
        return {"zh": self.name_zh, "en": self.name_en}


class Responsibility(Base):
    """A community's own entry of the responsibility matrix, before the category's default; inherited downwards from `node_id`."""

    __tablename__ = "responsibility"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    community_id: Mapped[str] = mapped_column(ref("community.id"), index=True)
    category: Mapped[str] = mapped_column(String(8))
    node_id: Mapped[str] = mapped_column(ref("org_node.id"))
    lead_id: Mapped[str] = mapped_column(ref("party.id"))
    co_ids: Mapped[list[Any]]
    backup_id: Mapped[str | None] = mapped_column(ref("party.id"))
    __table_args__ = (UniqueConstraint("category", "node_id"),)


class Chat(Base):
    """A group chat the bot works in. `scope_id` is the grid of a gw chat or the building of a bg chat."""

    __tablename__ = "chat"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    community_id: Mapped[str] = mapped_column(ref("community.id"), index=True)
    account: Mapped[str] = mapped_column(String(32))
    chat: Mapped[str] = mapped_column(String(48))
    kind: Mapped[str] = mapped_column(String(8))
    scope_id: Mapped[str | None] = mapped_column(Id)
    forum: Mapped[bool] = mapped_column(Boolean, default=False)
    __table_args__ = (UniqueConstraint("account", "chat"),)


# Rows with the columns of their class, for reading only: these are asked for in every turn.
_COMMUNITY = Prepared(select(Community.__table__).where(Community.id == bindparam("community")))
_CHAT = Prepared(select(Chat.__table__).where(Chat.account == bindparam("account"), Chat.chat == bindparam("chat")))
_OF_KIND = Prepared(
    select(Chat.__table__).where(Chat.community_id == bindparam("community"), Chat.kind == bindparam("kind")).order_by(Chat.id)
)


def community_of(session: Session, community_id: str) -> Community:
    """The community as a row, to be read."""
    return _COMMUNITY.first(session, community=community_id)  # type: ignore[no-any-return]


def find_chat(session: Session, community_id: str, kind: str, scope_id: str | None = None) -> Chat | None:
    """The bound chat of `kind` (for gw and bg: of that grid or building), None when none is bound."""
    found = _OF_KIND.all(session, community=community_id, kind=kind)
    return next((chat for chat in found if scope_id is None or chat.scope_id == scope_id), None)


def chat_of(session: Session, account: str, chat: str) -> Chat | None:
    """What is known of the group `chat`, None for a private or unbound one."""
    return _CHAT.first(session, account=account, chat=chat)  # type: ignore[no-any-return]


def numbers_of(session: Session, community_id: str) -> dict[str, str]:
    """The emergency numbers by kind ("110", "119", "gas", "lift" …)."""
    rows = session.scalars(select(EmergencyNumber).where(EmergencyNumber.community_id == community_id))
    return {row.kind: row.number for row in rows}
