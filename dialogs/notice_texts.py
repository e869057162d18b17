"""A plan and its template → the words for one building in one language. `{name}` placeholders only; texts are data (locales/notices.toml).

A plan is plain JSON: {"template","urgent","starts","ends","buildings","circle","facts","words","media","confirm","send","repeat"}.
`facts`: values of the template, each {"zh","en"} or a string. `words`: what was written by hand, "title.zh", "body.en" or "body.zh.3".
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from dialogs.words import Json

HOLE = re.compile(r"\{(\w+)\}")
LANGUAGES = ("zh", "en")


class ValueMissing(LookupError):
    """The template has a place for a value that nobody has given"""


def missing(plan: Json, data: Mapping[str, Any]) -> list[str]:
    """What the plan's template still needs, in the order in which it is asked for."""
    wanted = ["template", "buildings", *(_row(plan, data)["needs"] if plan.get("template") else ())]
    if plan.get("urgent"):
        wanted = [name for name in wanted if name not in ("day", "starts", "ends")]
    return [name for name in wanted if not _has(plan, name)]


def _has(plan: Json, name: str) -> bool:
    if name in ("template", "buildings"):
        return bool(plan.get(name))
    starts, ends = str(plan.get("starts") or ""), str(plan.get("ends") or "")
    match name:
        case "day":
            return bool(starts)
        case "starts":
            return "T" in starts or bool(starts and (plan.get("all_day") or ends))
        case "ends":
            return bool(ends or plan.get("all_day"))
    if name == "words" and any(key.startswith("body.zh") for key in plan.get("words", {})):
        return True
    return bool(plan.get("facts", {}).get(name))


def kind_of(plan: Json, data: Mapping[str, Any]) -> str:
    """The type of domain.md 3.6."""
    return "urgent" if plan.get("urgent") else str(_row(plan, data)["kind"])


def is_template(plan: Json, data: Mapping[str, Any]) -> bool:
    """Nothing but the values of a fixed template: such a notice needs less leave."""
    return not _row(plan, data).get("free") and not plan.get("words") and not plan.get("media")


def _row(plan: Json, data: Mapping[str, Any]) -> Mapping[str, Any]:
    row: Mapping[str, Any] = data["template"].get(plan.get("template") or "free") or data["template"]["free"]
    return row


def part(plan: Json, data: Mapping[str, Any], building: str, language: str) -> tuple[str, str]:
    """Title and body for `building` in `language`. Raises ValueMissing."""
    row, words = _row(plan, data), plan.get("words", {})
    title = words.get(f"title.{language}") or row[language]["title"]
    by_hand = words.get(f"body.{language}.{building}") or words.get(f"body.{language}")
    if by_hand:
        return str(title), str(by_hand)
    values = _values(plan, data, building, language)
    lines = [filled for line in row[language]["body"] if (filled := _line(line, values, row["needs"]))]
    return str(title), "\n".join(lines)


def _line(line: str, values: Mapping[str, str], needs: list[str]) -> str:
    for name in HOLE.findall(line):
        if not values.get(name):
            if name in needs:
                raise ValueMissing(name)
            return ""
    return fill(line, values)


def fill(template: str, values: Mapping[str, Any]) -> str:
    """`template` with its {name} placeholders filled, and nothing else interpreted. Raises ValueMissing."""

    def value(match: re.Match[str]) -> str:
        if match[1] not in values:
            raise ValueMissing(match[1])
        return str(values[match[1]])

    return re.sub(r"。{2,}", "。", HOLE.sub(value, template))


def _values(plan: Json, data: Mapping[str, Any], building: str, language: str) -> dict[str, str]:
    words = data["words"][language]
    rewritten = plan.get("words", {}).get("body.zh")
    if rewritten:  # what was thrown away in one language must not come back in the other
        plan = {**plan, "facts": {**plan.get("facts", {}), "words": rewritten}}
    found = {name: _in(value, language) for name, value in plan.get("facts", {}).items()}
    if language == "en":
        found = {**found, **_english(plan, words)}
    found = {
        name: value.strip().rstrip("。.") if name in ("advice", "reason", "place") and language == "zh" else value
        for name, value in found.items()
    }
    everybody = plan.get("circle") in ("community", "street")
    found["building"] = words["everybody"] if everybody else fill(words["building"], {"number": building})
    if plan.get("starts"):
        found["when"] = when(plan["starts"], plan.get("ends", ""), words)
        if plan.get("all_day") and "T" not in plan["starts"]:
            found["when"] = fill(words["all_day"], {"day": found["when"]})
        found["when_by"] = when(plan["starts"], "", {**words, "open": "{day} {begin}"})
    return found


def _english(plan: Json, words: Mapping[str, Any]) -> dict[str, str]:
    """What was said in Chinese only and has no English words: shown as it is, and said to be so."""
    found = {}
    for name in ("words", "advice", "reason", "place"):
        value = plan.get("facts", {}).get(name)
        if value and not (isinstance(value, Mapping) and value.get("en")):
            said = _in(value, "zh")
            found[name] = said if said.isascii() else fill(words["english_only"], {"words": said}) if name != "place" else said
    return found


def _in(value: Any, language: str) -> str:
    return str(value.get(language) or value.get("zh") or value.get("en") or "") if isinstance(value, Mapping) else str(value or "")


def when(starts: str, ends: str, words: Mapping[str, Any]) -> str:
    """“11月24日（周二） 08:00–12:00”, from local walls (“2026-11-24T08:00” or a bare day)."""
    first, begin = _split(starts)
    last, end = _split(ends) if ends else (first, "")
    day, final = day_words(first, words), day_words(last, words)
    if not begin:
        return fill(words["days"], {"day": day, "last": final}) if last != first else day
    if not end:
        return fill(words["open"], {"day": day, "begin": begin})
    if last == first:
        return fill(words["span"], {"day": day, "begin": begin, "end": end})
    return fill(words["across"], {"day": day, "begin": begin, "last": final, "end": end})


def day_words(day: date, words: Mapping[str, Any], form: str = "day") -> str:
    values = {"month": words["months"][day.month - 1], "number": day.day, "weekday": words["weekdays"][day.weekday()]}
    return fill(words[form], values)


def _split(wall: str) -> tuple[date, str]:
    moment = datetime.fromisoformat(wall)
    return moment.date(), f"{moment:%H:%M}" if "T" in wall else ""


def fingerprint(plan: Json, data: Mapping[str, Any]) -> str:
    """Of what is said and when, without layout: a notice sent again has the same one, one about another day has not."""
    body = part({**plan, "circle": "community"}, data, "", "zh")[1]
    return hashlib.sha256("".join(char for char in body if char.isalnum()).encode()).hexdigest()
