"""What is wrong with a notice before it goes out: personal data, forced likes and screenshots, too long, in the past. Rules are data."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dialogs.notice_texts import ValueMissing, missing, part
from dialogs.words import Json

STOPPING = ("missing", "title_long", "body_long", "past", "ends_first")


def lint(plan: Json, data: Mapping[str, Any], now: datetime) -> list[Json]:
    """Faults as [{"rule","stop":bool, "what"?}], stopping ones first. `now` is local."""
    lacks = missing(plan, data)
    faults: list[Json] = [{"rule": "missing", "stop": True, "what": name} for name in lacks]
    for building in list(plan.get("buildings") or [""])[:1]:
        for language in ("zh", "en"):
            try:
                title, body = part(plan, data, building, language)
            except ValueMissing:
                continue
            faults += _too_long(title, body, data["limits"], 1 if language == "zh" else 3)
            faults += _rules(f"{title}\n{body}", data["lint"])
    faults += _times(plan, now)
    seen = {(fault["rule"], fault.get("what")): {"what": "", **fault} for fault in faults}
    return sorted(seen.values(), key=lambda fault: not fault["stop"])


def stops(faults: list[Json]) -> list[Json]:
    return [fault for fault in faults if fault["stop"]]


def _too_long(title: str, body: str, limits: Mapping[str, Any], factor: int) -> list[Json]:
    found: list[Json] = []
    if len(title) > limits["title"] * factor:
        found.append({"rule": "title_long", "stop": True, "what": limits["title"]})
    if len(body) > limits["body"] * factor:
        found.append({"rule": "body_long", "stop": True, "what": limits["body"]})
    return found


def _rules(text: str, rules: Mapping[str, Any]) -> list[Json]:
    plain = half_width(text)
    return [{"rule": name, "stop": bool(row["stop"])} for name, row in rules.items() if re.search(row["pattern"], plain)]


def half_width(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _times(plan: Json, now: datetime) -> list[Json]:
    starts, ends = str(plan.get("starts") or ""), str(plan.get("ends") or "")
    found: list[Json] = []
    if starts and ends and len(starts) == len(ends) and ends < starts:
        found.append({"rule": "ends_first", "stop": True})
    over = ends or starts
    if over and over < now.isoformat()[: len(over)]:
        found.append({"rule": "past", "stop": not plan.get("urgent")})
    return found
