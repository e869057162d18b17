"""Pressing buttons: which one is meant, what it does, and the wait for the bot's answer."""

from __future__ import annotations

import asyncio
import secrets
import time

from sandbox.box import Box, Callback
from sandbox.errors import SimError
from sandbox.model import Json, Message, User
from sandbox.personas import message_in, own_chat, send


async def tap(box: Box, person: User, wish: Json) -> Json:
    """Presses a button and waits for the bot's answer. Raises SimError 404 when message or button is absent."""
    chat = own_chat(box, person, wish)
    message = message_in(chat, wish.get("message"))
    button = _button(message, wish.get("button"))
    nothing: Json = {"toast": None, "alert": False}
    if "keyboard" in (message.markup or {}):
        return {**nothing, "message_id": send(box, person, {"chat": chat.id, **_typed(person, button)}).id}
    if "url" in button:
        return {**nothing, "url": button["url"]}
    if "callback_data" not in button:
        raise SimError(409, f"the button {button['text']} does something the sandbox doesn't model")
    if chat.type == "private" and person.blocked:
        raise SimError(409, f"{person.persona} has stopped the bot")
    _forget_old_taps(box)
    number = str(secrets.randbits(62))
    answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
    box.callbacks[number] = Callback(person, message, time.monotonic(), answer)
    box.feed.callback(number, person, message, button["callback_data"])
    try:
        return {**nothing, **await asyncio.wait_for(answer, box.tap_seconds)}
    except TimeoutError:
        return nothing


def _forget_old_taps(box: Box) -> None:
    """Taps that can't be answered any more; the oldest stand first."""
    oldest = time.monotonic() - box.answer_seconds
    for number in [number for number, tap in box.callbacks.items() if tap.at < oldest]:
        del box.callbacks[number]


def _button(message: Message, wish: object) -> Json:
    """A button by [row, col], by its data, or by its label. Raises SimError 404."""
    markup = message.markup or {}
    rows: list[list[Json]] = markup.get("inline_keyboard") or markup.get("keyboard") or []
    if isinstance(wish, dict):  # {"data": …}, {"label": …} or {"at": [row, col]} say the same
        wish = next((wish[name] for name in ("data", "label", "at") if name in wish), None)
    if isinstance(wish, list) and len(wish) == 2 and all(isinstance(one, int) for one in wish):
        if 0 <= wish[0] < len(rows) and 0 <= wish[1] < len(rows[wish[0]]):
            return rows[wish[0]][wish[1]]
    elif isinstance(wish, str):
        buttons = [button for row in rows for button in row]
        for name in ("callback_data", "text"):
            for button in buttons:
                if button.get(name) == wish:
                    return button
    else:
        raise SimError(400, "button is [row, col], the button's data, or its label")
    raise SimError(404, f"there is no button {wish} under message {message.id}")


def _typed(person: User, button: Json) -> Json:
    """What a button of a reply keyboard sends."""
    if button.get("request_contact"):
        return {"contact": {"phone_number": f"+86139{person.id:08}", "first_name": person.name, "user_id": person.id}}
    if button.get("request_location"):
        return {"location": "sample"}
    return {"text": button["text"]}
