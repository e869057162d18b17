"""The demo community: the fixture file with the messenger's own numbers filled in, and a handful of past cases when asked for."""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bot.commands.demo import TOKEN
from bot.commands.open_data import OpenData
from bot.commands.seed_knowledge import demo_papers, teach_demo
from handlers.community import import_community, with_accounts
from handlers.policies import import_papers
from handlers.world import World
from models.case import Case
from models.person import find_person

FIXTURE = Path(__file__).resolve().parent.parent / "demo_community.toml"
ACCOUNT = f"tg{TOKEN.partition(':')[0]}"
AGO = timedelta(days=2)


def seed_demo(data: Path, sim_world: dict[str, Any], *, sample: bool) -> None:
    """Import the fixture into the data folder; doing it again changes nothing."""
    fixture = tomllib.loads(FIXTURE.read_text(encoding="utf-8"))
    users = {persona["id"]: persona["user_id"] for persona in sim_world["personas"]}
    chats = {chat["key"]: chat["id"] for chat in sim_world["chats"]}
    now = datetime.fromisoformat(sim_world["clock"]["now"] if isinstance(sim_world["clock"], dict) else sim_world["clock"])
    with OpenData(data, account=ACCOUNT, database_url=None) as store:
        # A role or a home of the fixture must already hold at the world's first second.
        store.do(lambda world: import_community(world, with_accounts(fixture, users, chats)), now - timedelta(seconds=1), "seed")
        store.do(lambda world: _knowledge(world, fixture), now - timedelta(seconds=1), "knowledge")
        if sample:
            store.do(lambda world: _sample_cases(world, fixture, users), now - AGO, "sample")


def _knowledge(world: World, fixture: dict[str, Any]) -> None:
    world.community_id = _community_id(world, fixture)
    import_papers(world, demo_papers())
    teach_demo(world)


def _sample_cases(world: World, fixture: dict[str, Any], users: dict[str, Any]) -> None:
    """File the fixture's past matters as their residents would have, once."""
    from dialogs.wishes import OpenCase
    from handlers.grants import grant

    world.community_id = _community_id(world, fixture)
    if world.session.scalar(select(func.count()).select_from(Case)):
        return
    for number, row in enumerate(fixture.get("sample_cases", ())):
        person = find_person(world.session, world.account, str(users[row["person"]]))
        if person is None:
            continue
        place = {"building": None, "unit": None, "floor": None, "room": None, "spot": None, **row["place"]}
        world.cause = f"sample:{number}"
        grant(world, person.id, OpenCase(row["category"], place, row["words"]))


def _community_id(world: World, fixture: dict[str, Any]) -> str:
    from models.community import Community

    return str(world.session.scalars(select(Community.id).where(Community.alias == fixture["community"]["alias"])).one())
