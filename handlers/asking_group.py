"""A question put to the bot in a group: a general answer may be public, a personal one never (domain.md 3.3).

Facts of the community are for everybody. Where somebody told of illness or aid before their neighbours, nothing of it is repeated
there, and the moderators are asked to have the message removed.
"""

from __future__ import annotations

from dialogs.policy_quote import excerpt
from dialogs.policy_signs import asks_policy, heard, is_rumour, local_topic
from dialogs.policy_wishes import FindPolicy, LookUp
from dialogs.words import Refused
from handlers.asking import find_policy
from handlers.asking_facts import look_up
from handlers.contexts import context_for
from handlers.inbound import Inbound
from handlers.post import post
from handlers.rooms import staff_language
from handlers.world import Button, Letter, World
from models.community import Chat, find_chat
from models.person import Known
from models.place import Building


def answer_in_group(world: World, inbound: Inbound, person: Known, room: Chat | None) -> bool:
    """Answer a general question where it was asked; says whether it was (else the private chat is offered)."""
    text = _without_mention(world, inbound.text)
    ctx = context_for(world, person.id, True)
    if room is not None and room.kind == "bg" and heard(text, "exposed", ctx):
        _ask_to_remove(world, inbound, room)
        return False
    language = person.language or staff_language(world)
    topic = local_topic(text, ctx)
    if topic and topic != "grid":
        told = look_up(world, person.id, LookUp(topic, text))
        if not isinstance(told, Refused):
            _post(world, inbound, f"policy.local.{topic}", told.value, language)
            return True
    if not asks_policy(text, ctx) or heard(text, "personal", ctx) or is_rumour(text, ctx):
        return False
    found = find_policy(world, person.id, FindPolicy(text))
    if isinstance(found, Refused) or found.value["outcome"] != "answer":
        return False
    best = found.value["passages"][0]
    quote = excerpt(best["text"], text, int(world.book.settings["asking"]["group_characters"]))
    facts = {name: best[name] for name in ("title", "section", "source", "issued", "valid_until")}
    _post(world, inbound, "policy.group.answer", {**facts, "quote": quote, "as_of": found.value["as_of"]}, language)
    return True


def _without_mention(world: World, text: str) -> str:
    settings = world.book.settings
    for name in (
        f"@{settings.get('bot_username', '')}",
        *(f"@{alias}" for alias in settings.get("bot_aliases", ())),
        *settings.get("bot_aliases", ()),
    ):
        text = text.replace(name, " ")
    return text.strip(" ，,：:")


def _post(world: World, inbound: Inbound, key: str, data: dict[str, object], language: str) -> None:
    username = world.book.settings.get("bot_username", "")
    button = Button(key="service.private_button", url=f"https://t.me/{username}?start=group")
    letter = Letter(
        chat=inbound.chat, key=key, data=data, rows=((button,),), language=language, reply_to=str(inbound.message_id or ""), weight="reminder",
    )  # fmt: skip
    post(world, letter)


def _ask_to_remove(world: World, inbound: Inbound, room: Chat) -> None:
    """The moderators hear where it stands, not what it says."""
    desk = find_chat(world.session, world.community_id, "mc")
    building = world.session.get(Building, room.scope_id) if room.scope_id else None
    if desk is not None:
        data = {"building": f"{building.number}" if building is not None else ""}
        post(
            world,
            Letter(chat=desk.chat, key="policy.group.exposed", data=data, language=staff_language(world), lane="staff", weight="reminder"),
        )
