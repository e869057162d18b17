"""Wardens' sentences: a hundred of our own with what they mean, corrections, sending times, texts, the linter."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import locales
from dialogs.notice_draft import from_json, to_json
from dialogs.notice_lint import lint
from dialogs.notice_read import Reading, audience, opens, read_notice
from dialogs.notice_texts import ValueMissing, fill, missing, part, when
from dialogs.notice_when import read_sending, split_sending
from tests.dialogs.fake_notices import GRID, settings
from tests.dialogs.fake_world import ZONE, book

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)
OWN = Path(__file__).parents[1] / "data" / "notices_own.jsonl"
DATA = locales.table("notices")


@cache
def lexicon() -> Any:
    return settings()["notice_lexicon"]


def read(text: str, before: Reading | None = None, **more: Any) -> Reading:
    body = opens(text, lexicon())
    return read_notice(text if body is None else body, lexicon(), book()["places"], NOW, before, **more)


def houses(found: Reading) -> list[str]:
    return list(audience(found.houses, dict.fromkeys(GRID), book()["places"]))


def rows() -> list[dict[str, Any]]:
    return [json.loads(line) for line in OWN.read_text(encoding="utf-8").splitlines()]


def faults_of(row: dict[str, Any]) -> dict[str, Any]:
    found = read(row["text"])
    got = {
        "type": found.template,
        "start": found.starts,
        "end": found.ends,
        "buildings": houses(found),
        "unknown": list(found.houses.unknown),
    }
    return {name: value for name, value in got.items() if value != row.get(name, [])}


def test_a_hundred_sentences_of_wardens() -> None:
    """At least 95 of 100 are read exactly: type, time, buildings; a fifth of them English."""
    all_rows = rows()
    wrong = {row["text"]: faults for row in all_rows if (faults := faults_of(row))}
    assert len(all_rows) >= 100
    assert sum(row["text"].isascii() for row in all_rows) >= len(all_rows) // 5
    assert len(wrong) <= len(all_rows) * 0.05, wrong


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["text"][:20])
def test_a_reading_survives_json(row: dict[str, Any]) -> None:
    """A draft is plain JSON between two messages, and means the same afterwards."""
    found = read(row["text"])
    assert from_json(json.loads(json.dumps(to_json(found)))) == found


@pytest.mark.parametrize(
    ("first", "then", "buildings", "starts", "ends"),
    [
        ("3栋明天8点到12点停水", "5栋", ["5"], "2026-11-24T08:00", "2026-11-24T12:00"),
        ("3栋明天8点到12点停水", "加上5栋", ["3", "5"], "2026-11-24T08:00", "2026-11-24T12:00"),
        ("3、5栋明天8点到12点停水", "去掉5栋", ["3"], "2026-11-24T08:00", "2026-11-24T12:00"),
        ("3栋明天8点到12点停水", "改到后天", ["3"], "2026-11-25T08:00", "2026-11-25T12:00"),
        ("3栋明天8点到12点停水", "9点到11点", ["3"], "2026-11-24T09:00", "2026-11-24T11:00"),
        ("3栋明天8点到12点停水", "到下午2点", ["3"], "2026-11-24T08:00", "2026-11-24T14:00"),
        ("building 3 water off tomorrow 8 to 12", "also building 5", ["3", "5"], "2026-11-24T08:00", "2026-11-24T12:00"),
    ],
)
def test_edits_by_saying_them(first: str, then: str, buildings: list[str], starts: str, ends: str) -> None:
    """What is said later changes that part and leaves the others."""
    found = read(then, read(first))
    assert (houses(found), found.starts, found.ends) == (buildings, starts, ends)


@pytest.mark.parametrize(
    ("text", "send"),
    [
        ("17:30发", "2026-11-23T17:30"), ("明早8点半", "2026-11-24T08:30"), ("今晚7点发", "2026-11-23T19:00"), ("立即发", "now"),
        ("后天下午3点", "2026-11-25T15:00"), ("send it tomorrow at 8 am", "2026-11-24T08:00"), ("8点", "2026-11-23T20:00"), ("随便", ""),
    ],
)  # fmt: skip
def test_the_time_of_sending(text: str, send: str) -> None:
    """A wall, "now", or nothing understood."""
    assert read_sending(text, lexicon(), NOW).send == send


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("每周三上午9点", {"every": "week", "weekdays": [2], "time": "09:00"}),
        ("每周一、三、五 8点发", {"every": "week", "weekdays": [0, 2, 4], "time": "08:00"}),
        ("每月15号上午10点", {"every": "month", "day": 15, "time": "10:00"}),
        ("每月底下午3点", {"every": "month", "day": 31, "time": "15:00"}),
        ("每个工作日早上8点半", {"every": "workday", "time": "08:30"}),
        ("every Monday and Thursday at 9 am", {"every": "week", "weekdays": [0, 3], "time": "09:00"}),
        ("every working day at 8 am", {"every": "workday", "time": "08:00"}),
    ],
)
def test_repeat_rules(text: str, rule: dict[str, Any]) -> None:
    """Weekly, monthly and on working days, in both languages."""
    assert read_sending(text, lexicon(), NOW).repeat == rule


def test_the_time_of_sending_is_not_the_time_of_the_matter() -> None:
    """“…，今晚6点再发” is taken out before the rest is read."""
    rest, sending = split_sending("3栋明天8点到12点停水，今晚6点再发", lexicon(), NOW)
    assert (rest, sending.send) == ("3栋明天8点到12点停水", "2026-11-23T18:00")


PLAN: dict[str, Any] = {
    "template": "water", "starts": "2026-11-24T08:00", "ends": "2026-11-24T12:00", "buildings": ["3"], "circle": "", "words": {}, "media": [],
    "facts": {"source": {"zh": "自来水公司", "en": "Water company"}, "contact": "0999-96766", "advice": {"zh": "请储水", "en": "Store water."}},
}  # fmt: skip


def test_parts_in_both_languages() -> None:
    """Optional lines without a value are left out; the English part holds no Chinese where English words are known."""
    title, body = part(PLAN, DATA, "3", "zh")
    assert (title, body.splitlines()[1:3]) == ("💧停水通知", ["11月24日（周二） 08:00–12:00 停水。", "请储水。"])
    english = part(PLAN, DATA, "3", "en")[1]
    assert "Building 3" in english
    assert "Tue, Nov 24, 08:00–12:00" in english
    assert not any("一" <= c <= "鿿" for c in english)


def test_a_missing_value_is_named() -> None:
    """What the template needs and nobody has said is asked for, never printed as a hole."""
    plan = {**PLAN, "facts": {}, "ends": ""}
    assert missing(plan, DATA) == ["ends", "source", "contact"]
    with pytest.raises(ValueMissing):
        part(plan, DATA, "3", "zh")


def test_placeholders_are_nothing_but_placeholders() -> None:
    """What people write is never interpreted: braces, Jinja and attributes stay as they are."""
    assert fill("{a} {b}", {"a": "{b}", "b": "{{ 7*7 }}"}) == "{b} {{ 7*7 }}"
    assert fill("{a.__class__}", {"a": 1}) == "{a.__class__}"


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("电话13812345678", "personal"), ("身份证110101199003071234", "personal"), ("3栋301室张大爷确诊", "room"),
        ("必须转发朋友圈", "forced"), ("请点赞并截图上报", "forced"), ("未完成的计入考核", "forced"), ("You must share this post", "forced"),
        ("字" * 600, "body_long"),
    ],
)  # fmt: skip
def test_the_linter_stops(words: str, rule: str) -> None:
    """Personal data, forced likes and screenshots, too much text."""
    plan = {**PLAN, "template": "free", "facts": {**PLAN["facts"], "words": words}}
    assert rule in [fault["rule"] for fault in lint(plan, DATA, NOW) if fault["stop"]]


def test_the_linter_lets_pass() -> None:
    """An ordinary notice has no faults; one that is over is stopped."""
    assert lint(PLAN, DATA, NOW) == []
    assert [f["rule"] for f in lint(PLAN, DATA, NOW.replace(day=28))] == ["past"]


def test_words_of_dates() -> None:
    """A span over midnight, over days, and an open end."""
    zh = DATA["words"]["zh"]
    assert when("2026-11-23T22:00", "2026-11-24T06:00", zh) == "11月23日（周一） 22:00 至 11月24日（周二） 06:00"
    assert when("2026-11-25", "2026-11-27", zh) == "11月25日（周三）至11月27日（周五）"
    assert when("2026-11-25T15:00", "", zh) == "11月25日（周三） 15:00起"


def test_readings_are_values() -> None:
    """Reading something on top of what stands leaves that as it was."""
    first = read("3栋明天停水")
    kept = to_json(first)
    read("5栋", first)
    assert to_json(first) == kept
