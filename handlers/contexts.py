"""What a dialog is handed: who the person is now, and the community's places and numbers (kept for a minute)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dialogs.context import Context, Who
from dialogs.understand import Places
from handlers.world import World
from models.community import community_of, numbers_of
from models.person import settings_of
from models.place import home_of, layout
from models.role import roles_of

KEPT = timedelta(seconds=60)

_known: dict[str, tuple[datetime, Places, dict[str, str], ZoneInfo, str]] = {}
"""Per community: read at, places, numbers, zone, language. Reading them each turn would cost more than the turn."""


def forget_communities() -> None:
    """After an import: the next turn reads places and numbers anew."""
    _known.clear()


def community_facts(world: World) -> tuple[Places, dict[str, str], ZoneInfo, str]:
    """Places, numbers, zone and language of the community, at most a minute old."""
    kept = _known.get(world.community_id)
    if kept is not None and abs(world.now - kept[0]) < KEPT:
        return kept[1:]
    community = community_of(world.session, world.community_id)
    places = Places.from_data(layout(world.session, world.community_id))
    contacts = {**{k: str(v) for k, v in community.contacts.items()}, **numbers_of(world.session, world.community_id)}
    fresh = (world.now, places, contacts, ZoneInfo(community.zone), community.language)
    _known[world.community_id] = fresh
    return fresh[1:]


def who_is(world: World, person_id: str, met: bool = True) -> Who:
    """The person as a dialog may know them, read once in a turn (`forget_person` after a change)."""
    known: Who | None = world.kept.get(person_id)
    if known is not None:
        return known if known.met == met else replace(known, met=met)
    world.kept[person_id] = who = _read_person(world, person_id, met)
    return who


def forget_person(world: World, person_id: str) -> None:
    """A wish has changed the person."""
    world.kept.pop(person_id, None)


def _read_person(world: World, person_id: str, met: bool) -> Who:
    person = settings_of(world.session, person_id)
    roles = tuple(dict.fromkeys(row.role for row in roles_of(world.session, person_id, world.now)))
    home = home_of(world.session, person_id, world.now)
    language = person.language or community_facts(world)[3]
    return Who(person_id, language, person.elder, person.consent_version, home, roles, met)


def context_for(world: World, person_id: str, met: bool) -> Context:
    """The whole context of a turn."""
    places, contacts, zone, _ = community_facts(world)
    profile: dict[str, Any] = world.book.settings.get("profile", {})
    return Context(
        now=world.now.astimezone(zone),
        who=who_is(world, person_id, met),
        lexicon=world.book.lexicon,
        places=places,
        categories=world.book.categories,
        settings=world.book.settings,
        contacts=contacts,
        profile=profile,
    )
