"""The draft of a notice: what was read so far, as plain JSON, and the plan that it makes. Edits are said: “英文：…”, “加上5栋”, “改到后天”."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import date
from typing import Any

from dialogs.context import Context
from dialogs.notice_buildings import Houses
from dialogs.notice_hours import Hours
from dialogs.notice_lexicon import NoticeLexicon
from dialogs.notice_read import Reading, opens, read_notice
from dialogs.notice_rest import Rest
from dialogs.notice_when import split_sending
from dialogs.words import Json

BY_HAND = {"title": "title.zh", "body": "body.zh", "english": "body.en"}
FACTS = ("contact", "place", "advice")
OF_BUILDING = re.compile(r"^\s*(\d{1,3})\s*(?:栋|号楼|幢)\s*(?=(?:的)?(?:正文|内容|英文))(?:的)?")


def lexicon(ctx: Context) -> NoticeLexicon:
    found: NoticeLexicon = ctx.settings["notice_lexicon"]
    return found


def rules(ctx: Context) -> Any:
    """locales/notices.toml"""
    return ctx.settings["notices"]


def fresh(text: str, ctx: Context) -> Json:
    """A new draft from a first sentence."""
    body, sending = split_sending(_body(text, ctx), lexicon(ctx), ctx.now)
    read = read_notice(body, lexicon(ctx), ctx.places, ctx.now)
    draft: Json = {
        "read": to_json(read),
        "facts": {},
        "words": {},
        "media": [],
        "confirm": None,
        "send": sending.send,
        "repeat": sending.repeat,
    }
    if body and lexicon(ctx).marks.search(lexicon(ctx).fold(body)) is None:
        draft["facts"]["words"] = body
    return draft


def _body(text: str, ctx: Context) -> str:
    found = opens(text, lexicon(ctx))
    return text if found is None else found


def edited(draft: Json, text: str, ctx: Context, asked: str = "") -> Json | None:
    """The draft after `text`, None where nothing in it was understood. `asked` is the value that was asked for."""
    by_hand = _by_hand(draft, text, ctx)
    if by_hand is not None:
        return by_hand
    if asked in ("words", "place", "contact", "advice"):
        return {**draft, "facts": {**draft["facts"], asked: text.strip()}}
    body, sending = split_sending(text, lexicon(ctx), ctx.now)
    before = from_json(draft["read"])
    read = read_notice(body, lexicon(ctx), ctx.places, ctx.now, before, expect=asked)
    changed = {**draft, "read": to_json(read)}
    if read.houses != before.houses:
        changed.pop("buildings", None)
    if asked == "source" and not read.rest.source:
        changed["facts"] = {**draft["facts"], "source": text.strip()}
    if sending.said:
        changed = {**changed, "send": sending.send, "repeat": sending.repeat}
    return changed if changed != draft else None


def _by_hand(draft: Json, text: str, ctx: Context) -> Json | None:
    """“标题：…”, “5栋正文：…”, “英文：…”, “联系 0999-…”, “要收到”."""
    edit, building = lexicon(ctx).edit, OF_BUILDING.match(text)
    rest = text[building.end() :] if building else text
    folded = lexicon(ctx).fold(rest)
    for name, key in BY_HAND.items():
        match = edit[name].match(folded)
        if match and (said := rest[match.end() :].strip()):
            at = f"{key}.{building[1]}" if building and key != "title.zh" else key
            return {**draft, "words": {**draft["words"], at: said}}
    for name in FACTS:
        match = edit[name].match(folded)
        if match and (said := rest[match.end() :].strip()):
            return {**draft, "facts": {**draft["facts"], name: said}}
    match = edit["source"].match(folded)
    if match and (said := rest[match.end() :].strip()):
        answered = edited({**draft, "facts": {**draft["facts"], "source": ""}}, said, ctx, "source")
        return answered or draft
    for name, wanted in (("confirm_no", False), ("confirm_yes", True)):
        if edit[name].fullmatch(folded):
            return {**draft, "confirm": wanted}
    return None


def plan_of(draft: Json, ctx: Context) -> Json:
    """What the draft would plan (dialogs/notice_texts.py)."""
    read, weighed = from_json(draft["read"]), draft.get("weighed") or {}
    houses = {"named": list(read.houses.named), "but": list(read.houses.but), "circle": read.houses.circle}
    facts: Json = {"reason": read.rest.reason, "place": read.rest.place, "advice": _advice(read.rest.advice, ctx)}
    facts["source"] = weighed.get("source") or ""
    facts["contact"] = read.rest.contact or weighed.get("contact") or ""
    facts.update({name: _advice(value, ctx) if name == "advice" else value for name, value in draft["facts"].items() if value})
    return {
        "template": read.template or draft.get("template", ""),
        "urgent": read.urgent,
        "starts": read.starts,
        "ends": read.ends,
        "all_day": read.hours.all_day,
        "houses": houses,
        "buildings": list(draft.get("buildings", ())),
        "circle": read.houses.circle,
        "source_kind": "" if draft["facts"].get("source") else read.rest.source,
        "facts": {name: value for name, value in facts.items() if value},
        "words": dict(draft["words"]),
        "media": list(draft["media"]),
        "confirm": bool(draft.get("confirm")),
        "send": draft.get("send") or "now",
        "repeat": draft.get("repeat"),
        "corrects": draft.get("corrects", ""),
    }


def _advice(said: str, ctx: Context) -> Any:
    """The most usual advice has its English words."""
    known = lexicon(ctx).known_advice.get(said.strip(" 。.!！"), "")
    return {"zh": said, "en": known} if known else said


def to_json(read: Reading) -> Json:
    found = asdict(read)
    for name in ("day", "last_day"):
        found[name] = found[name].isoformat() if found[name] else None
    return found


def from_json(data: Json) -> Reading:
    houses: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in data["houses"].items()}
    days = {name: date.fromisoformat(data[name]) if data[name] else None for name in ("day", "last_day")}
    return Reading(
        data["template"],
        data["urgent"],
        Houses(**houses),
        days["day"],
        days["last_day"],
        Hours(**data["hours"]),
        data["now"],
        Rest(**data["rest"]),
    )
