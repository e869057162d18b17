"""The methods that ask, and those that set up the bot: getMe, chats and members, files, commands."""

from __future__ import annotations

import re
from typing import Any

from sandbox import shapes
from sandbox.access import chat_for
from sandbox.box import Box
from sandbox.errors import ApiError, refuse
from sandbox.media import MOST_DOWNLOAD_BYTES
from sandbox.model import ANONYMOUS_ADMIN, CHANNEL_IDENTITY, Json
from sandbox.params import Call
from sandbox.updates import LONGEST_POLL
from sandbox.world import MEMBERS

HOOKED = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_SCOPES = frozenset(
    ["default", "all_private_chats", "all_group_chats", "all_chat_administrators", "chat", "chat_administrators", "chat_member"]
)


def get_me(box: Box, call: Call) -> Json:
    return {
        **shapes.user(box.world.bot),
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
        "supports_guest_queries": False,
        "supports_join_request_queries": False,
    }


def get_chat(box: Box, call: Call) -> Json:
    return shapes.full_chat(box.world, chat_for(box.world, call, write=False))


def get_chat_member(box: Box, call: Call) -> Json:
    world = box.world
    number = call.integer("user_id", high=2**62)
    if number <= 0:
        raise refuse("Invalid user_id specified")
    chat = chat_for(world, call, write=False)
    if chat.type == "private":
        if number == world.bot.id:
            return shapes.private_member(world, world.users[chat.id])
        if number == chat.id:
            return {"status": "member", "user": shapes.user_of(world, number)}
        raise refuse("member not found")
    if world.user(number) is None or number in (ANONYMOUS_ADMIN, CHANNEL_IDENTITY):
        raise refuse("PARTICIPANT_ID_INVALID")
    return shapes.member(world, chat, number)


def get_chat_administrators(box: Box, call: Call) -> list[Json]:
    chat = chat_for(box.world, call, write=False)
    if chat.type == "private":
        raise refuse("there are no administrators in the private chat")
    return [shapes.member(box.world, chat, number) for number, status in chat.members.items() if status in ("creator", "administrator")]


def get_chat_member_count(box: Box, call: Call) -> int:
    chat = chat_for(box.world, call, write=False)
    return 2 if chat.type == "private" else sum(status in MEMBERS for status in chat.members.values())


def leave_chat(box: Box, call: Call) -> bool:
    world = box.world
    chat = chat_for(world, call, write=False)
    if chat.type == "private":
        raise refuse("CHAT_ID_INVALID")
    old = shapes.member(world, chat, world.bot.id)
    world.set_member(chat, world.bot.id, "left")
    box.feed.member(chat, world.bot, world.bot.id, old)
    return True


def get_file(box: Box, call: Call) -> Json:
    if not call.text("file_id"):
        raise refuse("file_id not specified")
    file = box.world.files.get(call.text("file_id"))
    if file is None:
        raise refuse("wrong file_id or the file is temporarily unavailable")
    if len(file.data) > MOST_DOWNLOAD_BYTES:
        raise refuse("file is too big")
    return {"file_id": file.id, "file_unique_id": file.unique_id, "file_size": len(file.data), "file_path": file.path}


def _scope(call: Call) -> str:
    """One key for a scope and language, "default" for the plain one."""
    scope = call.json("scope", "Can't parse BotCommandScope JSON object") or {"type": "default"}
    if not isinstance(scope, dict):
        raise refuse("Can't parse BotCommandScope: BotCommandScope must be an Object")
    kind = scope.get("type")
    if not isinstance(kind, str) or kind not in _SCOPES:
        raise refuse("Can't parse BotCommandScope: Unsupported type specified")
    place = "".join(f":{scope[name]}" for name in ("chat_id", "user_id") if name in scope)
    language = call.text("language_code")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise refuse("Invalid language code specified")
    return f"{kind}{place}{'/' + language if language else ''}"


def set_my_commands(box: Box, call: Call) -> bool:
    scope = _scope(call)
    wish = call.json("commands", "Can't parse commands JSON object")
    if not isinstance(wish, list):
        raise refuse("Expected an Array of BotCommand")
    if len(wish) > 100:
        raise refuse("BOT_COMMANDS_TOO_MUCH")
    commands = [_command(one) for one in wish]
    box.world.commands[scope] = commands
    box.world.dirty.add(("bot", 0, 0))
    if scope == "default":
        box.bus.all("commands", {"commands": commands})
    return True


def _command(one: Any) -> Json:
    if not isinstance(one, dict):
        raise refuse("Can't parse BotCommand: expected an Object")
    command, description = str(one.get("command", "")).removeprefix("/"), str(one.get("description", ""))
    if not _COMMAND.fullmatch(command):
        raise refuse("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= 256:
        raise refuse("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": command, "description": description}


def get_my_commands(box: Box, call: Call) -> list[Json]:
    commands: list[Json] = box.world.commands.get(_scope(call), [])
    return commands


def delete_my_commands(box: Box, call: Call) -> bool:
    scope = _scope(call)
    box.world.commands.pop(scope, None)
    box.world.dirty.add(("bot", 0, 0))
    if scope == "default":
        box.bus.all("commands", {"commands": []})
    return True


def set_description(box: Box, call: Call) -> bool:
    """setMyDescription and setMyShortDescription: checked and forgotten, nothing shows them."""
    short = call.method == "setmyshortdescription"
    if len(call.text("short_description" if short else "description")) > (120 if short else 512):
        raise refuse("BOT_ABOUT_TOO_LONG" if short else "BOT_DESCRIPTION_TOO_LONG")
    return True


def set_chat_menu_button(box: Box, call: Call) -> bool:
    button = call.json("menu_button", "Can't parse menu button JSON object")
    if button is not None and (not isinstance(button, dict) or button.get("type") not in ("commands", "default", "web_app")):
        raise refuse("Can't parse menu button: MenuButton has unsupported type")
    return True


async def get_updates(box: Box, call: Call) -> bytes:
    """Long polling; an answer is already JSON."""
    if box.webhook.target.url:
        raise ApiError(409, HOOKED)
    box.queue.allow_from(call)
    return await box.queue.get(call.integer("offset"), call.integer("limit", 100, 1, 100), call.integer("timeout", 0, 0, LONGEST_POLL))
