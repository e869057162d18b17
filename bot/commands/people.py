"""`linli import community | invite | codes`: who belongs to the community, and with which rights."""

from __future__ import annotations

import tomllib
from pathlib import Path

from bot.commands.open_data import OpenData
from bot.errors import BadUsage
from handlers.community import BadCommunity, StartupRefused, import_community
from handlers.meeting import INVITE_PREFIX
from handlers.people import UnknownRole, UnknownScope, make_codes, make_invite


def import_community_file(file: Path, data: Path | None) -> int:
    """Bring a community in, or up to date. Says what it found, and who waits for an account."""
    try:
        described = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadUsage(f"{file} can't be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadUsage(f"{file} is no TOML: {error}") from None
    with OpenData(data) as store:
        try:
            report = store.do(lambda world: import_community(world, described))
        except (BadCommunity, UnknownScope) as error:
            raise BadUsage(f"{file}: {error}") from None
        except StartupRefused:
            raise BadUsage(f"{file} has no [emergency_numbers]: without them nobody in danger could be helped") from None
    for what, count in report.counts.items():
        print(f"{what}: {count}, of them new: {report.made[what]}")
    if report.waiting:
        print(f"without an account yet (they come in by `linli invite` or by themselves): {', '.join(report.waiting)}")
    return 0


def print_invite(role: str, scope: str, data: Path | None) -> int:
    """Print a single-use link; the link is the secret, so it goes to one person only."""
    with OpenData(data) as store:
        store.needs_community()
        try:
            token = store.do(lambda world: make_invite(world, role, scope))
        except UnknownRole:
            raise BadUsage(f"There is no role {role!r}") from None
        except UnknownScope:
            raise BadUsage(f"There is no scope {scope!r}: name a building, a grid's or party's code, or `community`") from None
        username = _username(store)
    payload = f"{INVITE_PREFIX}{token}"
    print(f"https://t.me/{username}?start={payload}" if username else f"/start {payload}")
    return 0


def _username(store: OpenData) -> str:
    """The bot's name as the messenger tells it, "" when it can't be asked from here."""
    if store.settings.token_file is None:
        return ""
    import asyncio

    from bot.channels.telegram.api import Api, ApiError, FateUnknown, NotWritten

    async def ask() -> str:
        api = Api(store.settings.api_base, store.settings.token())
        try:
            return str((await api.call("getMe")).get("username", ""))
        except (ApiError, NotWritten, FateUnknown):
            return ""
        finally:
            await api.close()

    return asyncio.run(ask())


def print_codes(building: str, data: Path | None) -> int:
    """Print one line per home: unit, room, code. Earlier unused codes of the building no longer work."""
    with OpenData(data) as store:
        store.needs_community()
        try:
            codes = store.do(lambda world: make_codes(world, building))
        except UnknownScope:
            raise BadUsage(f"There is no building {building!r}") from None
    for code in codes:
        print(f"{building}-{code.unit}-{code.room}\t{code.code}")
    return 0
