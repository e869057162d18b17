"""The draft of a correction: what a notice that is out says, as if it had just been read, so that only the change need be said."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from dialogs.notice_buildings import Houses
from dialogs.notice_draft import to_json
from dialogs.notice_hours import Hours
from dialogs.notice_read import Reading
from dialogs.notice_rest import Rest
from dialogs.words import Json

IN_REST = ("contact", "reason", "place")


def draft_again(plan: Json, notice_id: str) -> Json:
    """From the plan of the version in force (handlers/notices_making.py)."""
    starts, ends, facts = str(plan.get("starts") or ""), str(plan.get("ends") or ""), dict(plan.get("facts", {}))
    advice, kind = facts.pop("advice", ""), str(plan.get("source_kind") or "")
    rest = Rest(
        source=kind, advice=str(advice.get("zh", "") if isinstance(advice, dict) else advice), **{k: str(facts.pop(k, "")) for k in IN_REST}
    )
    if kind:
        facts.pop("source", None)
    day = date.fromisoformat(starts[:10]) if starts else None
    last, hours = _span(starts, ends, bool(plan.get("all_day")))
    houses: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in plan["houses"].items()}
    read = Reading(plan["template"], bool(plan.get("urgent")), Houses(**houses), day, last, hours, False, rest)
    return {
        "read": to_json(read), "facts": facts, "words": dict(plan.get("words", {})), "media": list(plan.get("media", ())),
        "confirm": bool(plan.get("confirm")), "send": "", "repeat": None, "corrects": notice_id, "buildings": list(plan["buildings"]),
    }  # fmt: skip


def _span(starts: str, ends: str, all_day: bool) -> tuple[date | None, Hours]:
    """The last day, where it is another one, and the hours in minutes."""
    begin = _minutes(starts)
    if not ends or not starts:
        return None, Hours(begin=begin, all_day=all_day)
    days = (date.fromisoformat(ends[:10]) - date.fromisoformat(starts[:10])).days
    end = _minutes(ends)
    if days == 0:
        return None, Hours(begin=begin, end=end, all_day=all_day)
    return date.fromisoformat(ends[:10]), Hours(begin=begin, end=end, all_day=all_day)


def _minutes(wall: str) -> int:
    if "T" not in wall:
        return -1
    moment = datetime.fromisoformat(wall)
    return moment.hour * 60 + moment.minute
