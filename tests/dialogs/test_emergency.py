"""The detector against lines as people write them: the examples of domain.md 3.15, and 1,700 of our own (tests/data)."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import locales
from dialogs.emergency import EmergencyLexicon, Finding, detect
from dialogs.spelling import Spelling
from dialogs.wordlists import UnknownList

DATA = Path(__file__).parents[1] / "data"
CATEGORIES = {"AS04", "AS06", "DS04", "DS05", "ME01", "SF01", "SF02", "SF03", "SF06", "SF08", "SF10"}
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@cache
def lexicon() -> EmergencyLexicon:
    data = locales.lexicons()
    return EmergencyLexicon.from_data(data["emergency"], Spelling.from_data(data["spelling"], data["traditional"]))


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def heard(text: str) -> Finding | None:
    return detect(text, lexicon())


def kind(text: str) -> str | None:
    found = heard(text)
    return found.kind if found else None


def answer(text: str) -> tuple[str | None, bool]:
    found = heard(text)
    return (found.kind, found.check) if found else (None, False)


@pytest.mark.parametrize("line", lines("emergency_domain.jsonl"), ids=lambda line: line["text"])
def test_every_example_of_the_field_is_heard_as_it_says(line: dict[str, Any]) -> None:
    """The trigger words, the non-triggers and the unit-test lines of domain.md 3.15 and part 4 give their kind and check."""
    assert answer(line["text"]) == (line["kind"], line["check"])


def test_our_own_lines_are_heard() -> None:
    """Every own line but the known misses gives its kind and check; a known miss that is heard by now loses its mark."""
    wrong = [
        line
        for line in lines("emergency_own.jsonl")
        if (answer(line["text"]) != (line["kind"], line["check"])) != line.get("missed", False)
    ]
    assert wrong == []


def test_our_own_lines_are_enough_and_a_third_is_english() -> None:
    """At least 60 positive and 60 negative lines of every shade, all kinds, a third English, under 1 % of them known misses."""
    own = lines("emergency_own.jsonl")
    positive = [line for line in own if line["kind"]]
    english = [line for line in own if sum(char.isascii() and char.isalpha() for char in line["text"]) > len(line["text"]) / 2]
    assert len(positive) >= 60
    assert len(own) - len(positive) >= 60
    assert {line["kind"] for line in positive} == CATEGORIES
    assert len(english) >= 0.3 * len(own)
    assert sum(line.get("missed", False) for line in own) <= 0.01 * len(own)


@pytest.mark.parametrize(
    "text",
    [
        "煤 气 味 好 大",
        "煤、气、味",
        "媒气味好大",
        "煤\u200b气\u200b味",
        "煤氣味好大",
        "闻到煤汽味",
        "ＧＡＳ ＬＥＡＫ",
        "gas leeking!!",
        "瓦斯味😱😱",
        "天燃气漏了",
    ],
)
def test_dirty_text_is_heard(text: str) -> None:
    """Spaces and signs inside words, homophones, zero-width joiners, traditional and full-width letters hide nothing."""
    assert kind(text) == "SF01"


def test_a_fire_sign_counts_as_the_word() -> None:
    """🔥 is fire where fire is meant, and an idiom where it is one."""
    assert kind("4楼🔥了快来") == "SF02"
    assert kind("这家店生意🔥了") is None


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [("他打我 我不想活了", "DS05", "DS04"), ("着火了，有人晕倒", "ME01", "SF02"), ("煤气味 还有火花", "SF01", "SF10")],
)
def test_the_gravest_kind_comes_first(text: str, first: str, second: str) -> None:
    """Suicide, violence, medical, fire, gas, electric, lift, missing, crime, falling: the others are named in `also`."""
    found = heard(text)
    assert found is not None
    assert found.kind == first
    assert second in found.also


def test_danger_now_outweighs_danger_past() -> None:
    """A fire that is going on is no check question because an older one is mentioned too."""
    assert answer("上次着火那家又着火了") == ("SF02", False)
    assert answer("从昨天开始一直有煤气味") == ("SF01", False)


@pytest.mark.parametrize("text", ["他以前打过我", "去年他掐我脖子", "我去年自杀过", "如果他再打我我就去死"])
def test_violence_and_suicide_always_inform_a_human(text: str) -> None:
    """Past, planned or under an "if": no check question stands before a human who is told."""
    found = heard(text)
    assert found is not None
    assert found.kind in {"DS04", "DS05"}
    assert (found.check, found.inform, found.urgent) == (False, True, True)


def test_what_is_asked_first_informs_nobody_yet() -> None:
    """A past fire is a suspicion: it is asked about, and nobody is woken."""
    found = heard("上个月着火那家赔了没")
    assert found is not None
    assert (found.kind, found.check, found.inform) == ("SF02", True, False)


@pytest.mark.parametrize(
    ("text", "urgent"),
    [
        ("电梯里有人困住", True),
        ("孩子走丢了", True),
        ("老人走丢了", False),
        ("有人撬门", False),
        ("开关冒火花", False),
        ("外墙砖掉下来砸车", False),
    ],
)
def test_e1_kinds_are_not_urgent(text: str, urgent: bool) -> None:
    """SF06, SF08, SF10 and AS06 are E1 with the numbers first; the others are E0."""
    found = heard(text)
    assert found is not None
    assert found.urgent is urgent


def test_fragments_are_heard_together() -> None:
    """Fragments of a minute, joined by line breaks, are one text: no single one of them is a danger."""
    fragments = ["厨房", "煤气", "味道好大"]
    assert [kind(fragment) for fragment in fragments] == [None, None, None]
    assert kind("\n".join(fragments)) == "SF01"


def test_a_pause_after_no_bounds_it() -> None:
    """ "No" before a pause answers something else: the words after it stand."""
    assert answer("不是 像煤气味") == ("SF01", False)
    assert answer("没有着火") == ("SF02", True)
    assert answer("the building is not on fire") == ("SF02", True)


def test_a_date_that_is_over_is_past() -> None:
    """ "The fire of 3 November" is asked about on the 23rd; one of the 23rd itself is an alarm."""
    found = detect("11月3号着火那边墙还是黑的", lexicon(), NOON)
    assert found is not None
    assert found.check
    today = detect("11月23号着火了", lexicon(), NOON)
    assert today is not None
    assert not today.check


def test_stories_are_no_danger() -> None:
    """What happens in a film, a dream or the news is not happening here."""
    assert kind("电影里着火那段好吓人") is None
    assert kind("in the movie the building was on fire") is None


def test_a_cry_for_help_alone_is_asked_about() -> None:
    """ "Help!" without a word of what: numbers and one question."""
    assert answer("救命！") == ("ME01", True)
    assert answer("SOS help me") == ("ME01", True)


def test_the_words_that_were_heard_are_told() -> None:
    """Staff see by which words an alarm was raised."""
    found = heard("您好，楼道里有人晕倒了，麻烦快一点")
    assert found is not None
    assert "晕倒" in found.matched


def test_a_text_of_nothing_but_danger_words_ends() -> None:
    """The longest message, made to match everywhere, is still answered with the gravest kind."""
    assert kind("钱骗转打我死火煤气味电" * 370) == "DS04"


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300))
def test_no_text_breaks_it(text: str) -> None:
    """Control characters, lone surrogates, right-to-left marks and zalgo are read like anything else."""
    found = heard(text)
    assert found is None or found.kind in CATEGORIES


def test_a_rule_with_an_unknown_list_is_refused() -> None:
    """A slip in the lexicon is found when it is loaded, not when somebody is in danger."""
    data = locales.lexicons()
    broken = {**data["emergency"], "rules": [{"kind": "SF01", "all": ["no such list"]}]}
    with pytest.raises(UnknownList, match="no such list"):
        EmergencyLexicon.from_data(broken, lexicon().spelling)
