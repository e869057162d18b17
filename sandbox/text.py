"""Texts and captions of a call: parse mode or entities, cleaned, trimmed, and refused beyond Telegram's limits."""

from __future__ import annotations

import json
from typing import Any

from sandbox import shapes
from sandbox.entities import finish
from sandbox.errors import refuse
from sandbox.htmlmode import parse_html
from sandbox.links import link_entity
from sandbox.markdownmode import parse_markdown, parse_markdown_v2
from sandbox.model import Json
from sandbox.params import Call
from sandbox.world import World

MOST_TEXT = 4096
MOST_CAPTION = 1024
MOST_RAW_BYTES = 1 << 15
_MODES = {"html": parse_html, "markdown": parse_markdown, "markdownv2": parse_markdown_v2}
_PLAIN_KINDS = frozenset(
    [
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "code",
        "pre",
        "blockquote",
        "expandable_blockquote",
        "custom_emoji",
        "date_time",
    ]
)
# Kinds that Telegram finds by itself; a sender's claim of them is ignored.
_FOUND_KINDS = frozenset(["mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card_number"])


def formatted(world: World, text: str, mode: str, given: Any) -> tuple[str, list[Json]]:
    """The final text and entities of raw input; `given` is the decoded `entities`. Raises ApiError."""
    if len(text) * 4 > MOST_RAW_BYTES and len(text.encode()) > MOST_RAW_BYTES:
        raise refuse("Text is too long")
    mode = mode.lower()
    if text and mode and mode != "none":
        if mode not in _MODES:
            raise refuse("Unsupported parse_mode")
        text, marked = _MODES[mode](text)
    else:
        marked = [one for one in map(_entity, given if isinstance(given, list) else []) if one is not None]
    return finish(text, _with_users(world, marked))


def message_text(world: World, call: Call) -> Json:
    """The content of a text message. Raises ApiError when there is none or too much of it."""
    raw = call.text("text")
    if not raw:
        raise refuse("Message text is empty")
    text, entities = formatted(world, raw, call.text("parse_mode"), _given(call, "entities"))
    if not text:
        raise refuse("Text must be non-empty")
    if len(text) > MOST_TEXT:
        raise refuse("Message is too long")
    content: Json = {"text": text}
    if entities:
        content["entities"] = entities
    preview = _preview(call)
    if preview:
        content["link_preview_options"] = preview
    return content


def caption(world: World, raw: str, mode: str, given: Any) -> Json:
    """`caption` and `caption_entities` as they go into a message, empty when there is none."""
    text, entities = formatted(world, raw, mode, given)
    if len(text) > MOST_CAPTION:
        raise refuse("Message caption is too long")
    content: Json = {}
    if text:
        content["caption"] = text
        if entities:
            content["caption_entities"] = entities
    return content


def call_caption(world: World, call: Call) -> Json:
    content = caption(world, call.text("caption"), call.text("parse_mode"), _given(call, "caption_entities"))
    if call.flag("show_caption_above_media"):
        content["show_caption_above_media"] = True
    return content


def _given(call: Call, name: str) -> Any:
    """Entities that aren't JSON are ignored without a word, as the server does."""
    try:
        return json.loads(call.text(name)) if call.text(name) else None
    except ValueError:
        return None


def _entity(raw: Any) -> Json | None:
    if not isinstance(raw, dict):
        raise refuse("Can't parse MessageEntity: expected an Object")
    kind, offset, length = raw.get("type"), raw.get("offset"), raw.get("length")
    for name, value in (("offset", offset), ("length", length)):
        if value is None:
            raise refuse(f"Can't parse MessageEntity: Can't find field \"{name}\"")
        if not isinstance(value, int):
            raise refuse(f'Can\'t parse MessageEntity: Field "{name}" must be of type Number')
    if not kind:
        raise refuse("Can't parse MessageEntity: Can't find field \"type\"")
    one: Json = {"type": kind, "offset": offset, "length": length}
    if kind in _FOUND_KINDS:
        return None
    if kind in _PLAIN_KINDS:
        one.update({name: raw[name] for name in ("language", "custom_emoji_id", "unix_time", "date_time_format") if raw.get(name)})
        return one
    if kind == "text_link":
        link = link_entity(str(raw.get("url", "")))
        return {**one, **link} if link else None
    if kind == "text_mention" and isinstance(raw.get("user"), dict):
        return {**one, "user": {"id": raw["user"].get("id")}}
    raise refuse("Can't parse MessageEntity: Unsupported type specified")


def _with_users(world: World, marked: list[Json]) -> list[Json]:
    """Mentions get the whole user; a mention of somebody the bot doesn't know is dropped."""
    kept = []
    for one in marked:
        if one["type"] == "text_mention":
            person = world.users.get(one["user"]["id"])
            if person is None or not world.bot_knows(person):
                continue
            kept.append({**one, "user": shapes.user(person)})
        else:
            kept.append(one)
    return kept


def _preview(call: Call) -> Json | None:
    options = call.json("link_preview_options", "Can't parse link preview options JSON object")
    if options is None:
        return {"is_disabled": True} if call.flag("disable_web_page_preview") else None
    if not isinstance(options, dict):
        raise refuse("Object expected as link preview options")
    known = ("is_disabled", "url", "prefer_small_media", "prefer_large_media", "show_above_text")
    return {name: options[name] for name in known if options.get(name)}
