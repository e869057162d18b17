"""The demo community: reads community.toml into an empty world."""

from __future__ import annotations

from sandbox.box import load
from sandbox.model import Chat, User
from sandbox.world import World


def settle_in(world: World) -> None:
    """Everybody and every chat of the fixture, as on the first morning."""
    plan = load("community.toml")
    world.bot.name, world.bot.username = plan["bot"]["name"], plan["bot"]["username"]
    for key, person in plan["persona"].items():
        world.add_person(
            User(
                person["user_id"], person["name"], person.get("username"), person.get("language", plan["language"]),
                persona=key, roles=person.get("roles", []), started=person.get("started", True),
            )
        )  # fmt: skip
    for key, chat in plan["chat"].items():
        place = Chat(chat["id"], chat.get("type", "supergroup"), chat["title"], key, chat.get("username"), chat.get("forum", False))
        members = world.personas if chat.get("everybody") else chat.get("members", [])
        for name in members:
            person = world.personas[name]
            if person.started:
                place.members[person.id] = "member"
        for name in plan["administrators"]:
            place.members[world.personas[name].id] = "administrator"
        place.members[world.bot.id] = chat.get("bot", "administrator")
        world.add_chat(place)
