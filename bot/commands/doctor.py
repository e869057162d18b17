"""`linli doctor`: what is set, what can be reached, what is missing. 0 = fit to run, 78 = not."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.__main__ import BAD_CONFIG, OK
from bot.channels.telegram.api import Api, ApiError, FateUnknown, NotWritten
from bot.settings import BadSettings, Settings, read_settings
from models.base import make_engine
from models.community import Chat, Community, EmergencyNumber
from models.role import RoleAssignment

NEEDED_CHATS = ("mc", "mc-s")
NEEDED_ROLES = ("admin", "community_staff", "duty")
SHOWN = ("api_base", "data", "webhook_url", "clock_url", "web_host", "web_port", "replica", "pace", "log_level")


@dataclass(frozen=True)
class Check:
    """One line of the report. `vital`: without it the bot must not run."""

    fit: bool
    words: str
    vital: bool = True

    def __str__(self) -> str:
        return f"{'ok     ' if self.fit else 'MISSING' if self.vital else 'note   '} {self.words}"


def examine(data: Path | None) -> int:
    """Print the report."""
    settings = read_settings(data=data)
    print("\n".join(f"        {name} = {getattr(settings, name)}" for name in SHOWN))
    print(f"        database = {'embedded SQLite' if settings.is_embedded else 'PostgreSQL'}")
    checks = [*_token(settings), *_store(settings)]
    print("\n".join(str(check) for check in checks))
    return OK if all(check.fit or not check.vital for check in checks) else BAD_CONFIG


def _token(settings: Settings) -> Iterator[Check]:
    try:
        token = settings.token()
    except BadSettings as error:
        yield Check(False, error.sentences[0])
        return
    mode = settings.token_file.stat().st_mode & 0o077 if settings.token_file else 0
    yield Check(mode == 0, "the token file can be read by its owner alone", vital=False)
    yield asyncio.run(_messenger(settings, token))


async def _messenger(settings: Settings, token: str) -> Check:
    api = Api(settings.api_base, token)
    try:
        me = await api.call("getMe")
        return Check(True, f"the messenger answers as @{me.get('username', '')}")
    except ApiError as error:
        return Check(False, f"the messenger refuses the token ({error.code})")
    except (NotWritten, FateUnknown) as error:
        return Check(False, f"the messenger at {settings.api_base} can't be reached ({error})")
    finally:
        await api.close()


def _store(settings: Settings) -> Iterator[Check]:
    if settings.is_embedded and not (settings.data / "linli.db").exists():
        yield Check(False, f"no database in {settings.data} yet: run `linli migrate` and `linli import community FILE.toml`")
        return
    engine = make_engine(settings.url)
    try:
        with Session(engine) as session:
            session.execute(text("SELECT 1"))
            yield Check(True, "the database answers")
            yield from _community(session)
    except SQLAlchemyError as error:
        yield Check(False, f"the database can't be used ({type(error).__name__}); run `linli migrate`")
    finally:
        engine.dispose()


def _community(session: Session) -> Iterator[Check]:
    community = session.scalars(select(Community)).first()
    if community is None:
        yield Check(False, "no community is known: run `linli import community FILE.toml`")
        return
    yield Check(True, f"community {community.alias}")
    numbers = session.scalars(select(EmergencyNumber.kind)).all()
    yield Check(bool(numbers), f"emergency numbers: {', '.join(numbers) or 'none, and nobody in danger could be helped'}")
    bound = set(session.scalars(select(Chat.kind)))
    for kind in NEEDED_CHATS:
        yield Check(
            kind in bound, f"a group is bound as {kind}" if kind in bound else f"no group is bound as {kind}: write /bind {kind} in it"
        )
    yield Check("bg" in bound, "building groups are bound" if "bg" in bound else "no building group is bound yet", vital=False)
    held = set(session.scalars(select(RoleAssignment.role).where(RoleAssignment.until.is_(None))))
    for role in NEEDED_ROLES:
        yield Check(
            role in held,
            f"somebody is {role}" if role in held else f"nobody is {role}: `linli invite {role} community`",
            vital=role == "admin",
        )
