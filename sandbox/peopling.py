"""The world over HTTP: shown, and peopled with newcomers and groups."""

from __future__ import annotations

from sandbox import personas, shapes
from sandbox.ask import Ask
from sandbox.errors import SimError
from sandbox.model import Chat, User
from sandbox.views import view_person, view_place, view_world

_STANDINGS = ("administrator", "member", "restricted", "left", "kicked")


async def get_world(ask: Ask) -> object:
    box = ask.box
    view = view_world(box.world, box.bot_online())
    return {**view, "profile": box.profile.name, "speed": box.profile.speed}


async def post_persona(ask: Ask) -> object:
    world = ask.box.world
    key, name, language = ask.text("id"), ask.text("name"), ask.text("language", "zh-hans")
    if not key.replace("-", "").replace("_", "").isalnum() or key.isdigit():
        raise SimError(400, "id is a short word of letters, digits, - and _")
    if not name:
        raise SimError(400, "name is missing")
    if key in world.personas or key in world.keys:
        raise SimError(409, f"{key} is taken")
    number = ask.whole("user_id") or world.free_user_id
    person = User(number, name, ask.text("username") or None, language, persona=key, roles=ask.words("roles"))
    try:
        world.add_person(person)
    except ValueError:
        raise SimError(409, f"the user id {number} is taken") from None
    if ask.box.bus.listeners:  # thousands may be made for a test, and the world is long
        ask.box.bus.all("world", await get_world(ask))
    return view_person(person)


async def post_chat(ask: Ask) -> object:
    """Beyond the stable API: a new group, for tests in an empty world."""
    box = ask.box
    kind, title, standing = ask.text("type", "supergroup"), ask.text("title"), ask.text("bot", "administrator")
    if kind not in ("supergroup", "channel") or not title:
        raise SimError(400, "a chat has a title and the type supergroup or channel")
    if standing not in _STANDINGS:
        raise SimError(400, f"bot is one of {', '.join(_STANDINGS)}")
    number = ask.whole("id") or box.world.free_chat_id
    if number > 0:
        raise SimError(400, "the id of a group is negative")
    chat = Chat(number, kind, title, ask.text("key"), forum=bool(ask.wish.get("forum")))
    for status, field in (("member", "members"), ("administrator", "admins")):
        for key in ask.words(field):
            chat.members[personas.person_named(box, key).id] = status
    chat.members[box.world.bot.id] = standing
    try:
        box.world.add_chat(chat)
    except ValueError as taken:
        raise SimError(409, f"{taken} is taken") from None
    return view_place(box.world, chat)


async def post_chat_bot(ask: Ask) -> object:
    """Beyond the stable API: somebody makes the bot a member, an administrator, or throws it out."""
    box = ask.box
    chat = personas.chat_named(box, ask.name)
    status, by, rights = ask.text("status"), ask.text("by"), ask.wish.get("rights")
    if chat.type == "private" or status not in _STANDINGS:
        raise SimError(400, f"status is one of {', '.join(_STANDINGS)}, in a group")
    if rights is not None and not (isinstance(rights, dict) and all(isinstance(one, bool) for one in rights.values())):
        raise SimError(400, "rights is an object of true and false")
    actor = personas.person_named(box, by) if by else box.world.bot
    old = shapes.member(box.world, chat, box.world.bot.id)
    chat.rights = rights
    box.world.set_member(chat, box.world.bot.id, status)
    box.feed.member(chat, actor, box.world.bot.id, old)
    return view_place(box.world, chat)
