"""Sealed columns: AES-256-GCM under a data key per person, each data key wrapped by the installation's master key.

A sealed value reads `v1|<key id>|<nonce 12 bytes><cipher text>`; its additional data is `table:column:row`, so that a value
copied to another row or column does not open (reliability.md 6.1). Destroying one data key shreds one person's content,
backups included. The only importer of cryptography.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
from collections import OrderedDict
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Dialect, LargeBinary, String, Table, bindparam, event, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.types import TypeDecorator

from models.base import Base
from models.prepared import Prepared

PREFIX = b"v1|"
KEY_BYTES = 32
NONCE_BYTES = 12
CACHED_KEYS = 4096


class PlainInSealed(ValueError):
    """Plain text was about to be stored in a sealed column"""


class SealBroken(ValueError):
    """A sealed value does not open: wrong key, wrong row, or altered"""


class KeyDestroyed(KeyError):
    """The data key of this person has been destroyed"""


class Sealed(TypeDecorator[bytes]):
    """A column that takes only what `KeyRing.seal` made; plain text is refused rather than stored."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        if value is not None and not value.startswith(PREFIX):
            raise PlainInSealed
        return value


class DataKey(Base):
    """One wrapped data key; `owner` is a person id or the name of a shared purpose (inbox, outbox, community)."""

    __tablename__ = "data_key"
    id: Mapped[str] = mapped_column(String(22), primary_key=True)
    owner: Mapped[str] = mapped_column(String(64), unique=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)


_KEYS: Table = DataKey.__table__  # type: ignore[assignment]
_BY_OWNER = Prepared(select(_KEYS).where(_KEYS.c.owner == bindparam("owner")))
_BY_ID = Prepared(select(_KEYS).where(_KEYS.c.id == bindparam("key")))
_NEW_KEY = {
    name: Prepared(make(_KEYS).on_conflict_do_nothing().returning(_KEYS.c.id), ("id", "owner", "wrapped"))
    for name, make in (("postgresql", pg_insert), ("sqlite", sqlite_insert))
}


def load_master_key(folder: Path) -> bytes:
    """The installation's master key in `folder/master.key`, made with mode 0600 on first use."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / "master.key"
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(AESGCM.generate_key(bit_length=256))
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise SealBroken
    return key


class KeyRing:
    """Opens and makes sealed values; holds recently used data keys in memory."""

    def __init__(self, master: bytes) -> None:
        self._master = AESGCM(master)
        self._mac_key = hmac.digest(master, b"button mac", hashlib.sha256)
        self._index_key = hmac.digest(master, b"blind index", hashlib.sha256)
        self._by_id: OrderedDict[str, AESGCM] = OrderedDict()
        self._id_of: OrderedDict[str, str] = OrderedDict()

    def _remember(self, key_id: str, owner: str, key: AESGCM) -> AESGCM:
        self._by_id[key_id] = key
        self._id_of[owner] = key_id
        while len(self._by_id) > CACHED_KEYS:
            self._by_id.popitem(last=False)
        while len(self._id_of) > CACHED_KEYS:
            self._id_of.popitem(last=False)
        return key

    def _unwrap(self, row: Any) -> AESGCM:
        try:
            plain = self._master.decrypt(row.wrapped[:NONCE_BYTES], row.wrapped[NONCE_BYTES:], f"data_key:{row.id}".encode())
        except InvalidTag as error:
            raise SealBroken from error
        return self._remember(row.id, row.owner, AESGCM(plain))

    def _key_for(self, session: Session, owner: str) -> tuple[str, AESGCM]:
        known = self._id_of.get(owner)
        if known is not None and known in self._by_id:
            return known, self._by_id[known]
        # A key made in this transaction stays with it: were it cached and the transaction rolled back, later rows
        # would be sealed under a key that no table holds, and nobody could ever open them.
        fresh: dict[str, tuple[str, AESGCM]] = session.info.setdefault("fresh_data_keys", {})
        if owner in fresh:
            return fresh[owner]
        row = _BY_OWNER.first(session, owner=owner)
        if row is None:
            key_id = os.urandom(8).hex()
            plain = AESGCM.generate_key(bit_length=256)
            nonce = os.urandom(NONCE_BYTES)
            wrapped = nonce + self._master.encrypt(nonce, plain, f"data_key:{key_id}".encode())
            # Two replicas may meet the same owner first: the unique key decides whose key it is.
            mine = _NEW_KEY[session.get_bind().dialect.name]
            if mine.first(session, id=key_id, owner=owner, wrapped=wrapped) is not None:
                fresh[owner] = key_id, AESGCM(plain)
                event.listen(session, "after_commit", lambda _: self._remember(key_id, owner, fresh[owner][1]), once=True)
                return fresh[owner]
            row = _BY_OWNER.first(session, owner=owner)
        return row.id, self._unwrap(row)

    def seal(self, session: Session, owner: str, place: str, row: str | int, value: Any) -> bytes:
        """Seal JSON `value` for `place` (`table:column`) of `row`, under the data key of `owner` (made when missing)."""
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        return self.seal_bytes(session, owner, place, row, text)

    def seal_bytes(self, session: Session, owner: str, place: str, row: str | int, content: bytes) -> bytes:
        """As `seal`, for content that is no JSON (pictures, voices)."""
        key_id, key = self._key_for(session, owner)
        nonce = os.urandom(NONCE_BYTES)
        return PREFIX + key_id.encode() + b"|" + nonce + key.encrypt(nonce, content, f"{place}:{row}".encode())

    def open(self, session: Session, place: str, row: str | int, sealed: bytes) -> Any:
        """The JSON value inside `sealed`. Raises SealBroken or KeyDestroyed."""
        return json.loads(self.open_bytes(session, place, row, sealed).decode("utf-8", "surrogatepass"))

    def open_bytes(self, session: Session, place: str, row: str | int, sealed: bytes) -> bytes:
        """The content that `seal_bytes` sealed."""
        _, key_id_bytes, body = sealed.split(b"|", 2)
        key_id = key_id_bytes.decode()
        key = self._by_id.get(key_id)
        if key is None:
            key = next((k for i, k in session.info.get("fresh_data_keys", {}).values() if i == key_id), None)
        if key is None:
            data_key = _BY_ID.first(session, key=key_id)
            if data_key is None:
                raise KeyDestroyed(key_id)
            key = self._unwrap(data_key)
        try:
            return key.decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], f"{place}:{row}".encode())
        except InvalidTag as error:
            raise SealBroken from error

    def destroy(self, session: Session, owner: str) -> None:
        """Shred everything sealed under the data key of `owner`."""
        row = session.scalar(select(DataKey).where(DataKey.owner == owner))
        if row is not None:
            self._by_id.pop(row.id, None)
            self._id_of.pop(owner, None)
            session.delete(row)

    def blind_index(self, value: str) -> str:
        """A keyed fingerprint of a normalised value (a phone number), to find it without storing it."""
        return hmac.new(self._index_key, value.encode(), hashlib.sha256).hexdigest()[:32]

    def mac(self, text: str) -> str:
        """A 72-bit signature (12 characters) for button data, which travels through the messenger."""
        return base64.urlsafe_b64encode(hmac.digest(self._mac_key, text.encode(), hashlib.sha256)[:9]).decode()
