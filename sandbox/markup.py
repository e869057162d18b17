"""reply_markup: keyboards read and refused as the real server does."""

from __future__ import annotations

from typing import Any

from sandbox.errors import ApiError, refuse
from sandbox.links import checked_link
from sandbox.model import Json
from sandbox.params import Call

MOST_DATA_BYTES = 64
MOST_BUTTONS = 100
_KEPT = ("text", "icon_custom_emoji_id", "style")
_REPLY_KINDS = ("request_contact", "request_location", "request_poll", "request_users", "request_chat", "web_app", "style")
_STYLES = ("", "default", "primary", "danger", "success")


def read_markup(call: Call) -> Json | None:
    """The keyboard of a call, None when there is none. Raises ApiError."""
    value = call.json("reply_markup", "Can't parse reply keyboard markup JSON object")
    if value is None:
        return None
    if not isinstance(value, dict):
        raise refuse("Object expected as reply markup")
    keyboard = value.get("keyboard")
    if isinstance(keyboard, list):
        rows = [[_reply_button(button) for button in _row(row, "keyboard")] for row in keyboard]
        rows = [row for row in rows if row]
        if rows:
            flags = ("is_persistent", "resize_keyboard", "one_time_keyboard", "input_field_placeholder", "selective")
            return {"keyboard": rows, **{name: value[name] for name in flags if value.get(name)}}
    inline = value.get("inline_keyboard")
    if isinstance(inline, list):
        rows = [[_inline_button(button) for button in _row(row, "inline_keyboard")] for row in inline]
        rows = [row for row in rows if row]
        if sum(map(len, rows)) > MOST_BUTTONS:
            raise refuse("REPLY_MARKUP_TOO_LONG")
        return {"inline_keyboard": rows} if rows else None
    for kind in ("remove_keyboard", "force_reply"):
        if value.get(kind):
            return {kind: True}
    return None


def inline_only(markup: Json | None) -> Json | None:
    """Edits take inline keyboards only. Raises ApiError for another one."""
    if markup is not None and "inline_keyboard" not in markup:
        raise refuse("Inline keyboard expected")
    return markup


def _row(row: Any, field: str) -> list[Any]:
    if isinstance(row, list):
        return row
    owner = " of the InlineKeyboardMarkup" if field == "inline_keyboard" else ""
    raise refuse(f'Field "{field}"{owner} must be an Array of Arrays')


def _text(button: Json, fail: Any) -> str:
    text = button.get("text")
    if text is None:
        raise fail('Can\'t find field "text"')
    if not isinstance(text, str):
        raise fail('Field "text" must be of type String')
    return text


def _reply_button(button: Any) -> Json:
    if isinstance(button, str):
        return {"text": button}
    if not isinstance(button, dict):
        raise _bad_reply("KeyboardButton must be a String or an Object")
    return {"text": _text(button, _bad_reply), **{kind: button[kind] for kind in _REPLY_KINDS if button.get(kind)}}


def _bad_reply(reason: str) -> ApiError:
    return refuse(f"Can't parse keyboard button: {reason}")


def _bad_inline(reason: str) -> ApiError:
    return refuse(f"Can't parse inline keyboard button: {reason}")


def _inline_button(button: Any) -> Json:
    if not isinstance(button, dict):
        raise _bad_inline("InlineKeyboardButton must be an Object")
    text = _text(button, _bad_inline)
    if len(button) == 2 and text.strip() and (data := button.get("callback_data")) and isinstance(data, str):
        return {"text": text, "callback_data": _checked_data(data)}  # nearly every button there is
    if button.get("style") and str(button["style"]).lower() not in _STYLES:
        raise _bad_inline("invalid button style specified")
    if not text.strip():
        raise refuse("Inline keyboard button text must be non-empty")
    shape = {name: button[name] for name in _KEPT if button.get(name)}
    if button.get("url"):
        return {**shape, "url": _button_url(str(button["url"]))}
    if button.get("callback_data"):
        return {**shape, "callback_data": _checked_data(str(button["callback_data"]))}
    for kind in ("switch_inline_query", "switch_inline_query_current_chat"):
        if isinstance(button.get(kind), str):
            return {**shape, kind: button[kind]}
    for kind in ("web_app", "login_url", "copy_text", "switch_inline_query_chosen_chat"):
        if isinstance(button.get(kind), dict):
            return {**shape, kind: button[kind]}
    raise _bad_inline("Text buttons are unallowed in the inline keyboard")


def _checked_data(data: str) -> str:
    if len(data.encode("utf-8", "surrogatepass")) > MOST_DATA_BYTES:
        raise refuse("BUTTON_DATA_INVALID")
    return data


def _button_url(url: str) -> str:
    link = checked_link(url)
    if not link:
        raise refuse(f"Inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    return link
