"""People as the service knows them: a language, a consent, sealed names, and the channel accounts that reach them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Boolean, String, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.keys import Id, ref
from models.prepared import Prepared
from models.seal import KeyRing, Sealed


class Person(Base):
    """One human being. Name and phone are sealed under their own data key; the phone is found by a blind index."""

    __tablename__ = "person"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    community_id: Mapped[str] = mapped_column(ref("community.id"), index=True)
    language: Mapped[str | None] = mapped_column(String(8))
    """None until chosen: then the group's or the community's holds."""
    elder: Mapped[bool] = mapped_column(Boolean, default=False)
    consent_version: Mapped[str] = mapped_column(String(16), default="")
    consent_at: Mapped[datetime | None]
    name: Mapped[bytes | None] = mapped_column(Sealed)
    phone: Mapped[bytes | None] = mapped_column(Sealed)
    phone_index: Mapped[str | None] = mapped_column(String(32), index=True)
    name_public: Mapped[bool] = mapped_column(Boolean, default=False)
    """Opted in to being shown by name; else only the role is shown (domain.md 3.1)."""
    blocked: Mapped[bool] = mapped_column(Boolean, default=False)
    """Has blocked the bot, so that nothing can be delivered."""
    created_at: Mapped[datetime]


class Address(Base):
    """A person's account in one messenger; their private chat has the same number."""

    __tablename__ = "address"
    account: Mapped[str] = mapped_column(String(32), primary_key=True)
    address: Mapped[str] = mapped_column(String(48), primary_key=True)
    person_id: Mapped[str] = mapped_column(ref("person.id"), index=True)
    __table_args__ = (UniqueConstraint("account", "person_id"),)


# Built once: it runs in every turn, and building a statement costs more than running it.
_BY_ADDRESS = (
    select(Person)
    .join(Address, Address.person_id == Person.id)
    .where(Address.account == bindparam("account"), Address.address == bindparam("address"))
)


_KNOWN = Prepared(
    select(Person.id, Person.language, Person.elder, Person.consent_version, Person.blocked)
    .join(Address, Address.person_id == Person.id)
    .where(Address.account == bindparam("account"), Address.address == bindparam("address"))
)
_SETTINGS = Prepared(select(Person.language, Person.elder, Person.consent_version).where(Person.id == bindparam("person")))


class Known(Protocol):
    """What every turn asks of a person, read and not changed."""

    @property
    def id(self) -> str: ...
    @property
    def language(self) -> str | None: ...
    @property
    def blocked(self) -> bool: ...


def known_person(session: Session, account: str, address: str) -> Known | None:
    """Who acts from `address`, None for somebody never met."""
    return _KNOWN.first(session, account=account, address=address)  # type: ignore[no-any-return]


def settings_of(session: Session, person_id: str) -> Any:
    """`language` (None until chosen), `elder` and `consent_version` of a person."""
    return _SETTINGS.first(session, person=person_id)


def find_person(session: Session, account: str, address: str) -> Person | None:
    """Who acts from `address`, None for somebody never met."""
    return session.scalar(_BY_ADDRESS, {"account": account, "address": address})


def chat_of_person(session: Session, account: str, person_id: str) -> str | None:
    """The private chat of a person, None when they have no account here."""
    return session.scalar(select(Address.address).where(Address.account == account, Address.person_id == person_id))


def name_of(session: Session, ring: KeyRing, person: Person) -> str:
    """The name as it was given, "" when none."""
    return str(ring.open(session, "person:name", person.id, person.name)) if person.name else ""


def phone_of(session: Session, ring: KeyRing, person: Person) -> str:
    """The phone number, "" when none."""
    return str(ring.open(session, "person:phone", person.id, person.phone)) if person.phone else ""


def set_name(session: Session, ring: KeyRing, person: Person, name: str) -> None:
    person.name = ring.seal(session, person.id, "person:name", person.id, name)


def set_phone(session: Session, ring: KeyRing, person: Person, phone: str) -> None:
    """Store a number sealed, and its fingerprint so that it can be found."""
    digits = "".join(c for c in phone if c.isdigit())
    person.phone = ring.seal(session, person.id, "person:phone", person.id, phone)
    person.phone_index = ring.blind_index(digits)
