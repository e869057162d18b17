"""The texts of a request: short ones for elders, plain words for every matter, one question a message."""

from __future__ import annotations

import re

import locales
from dialogs.words import Ask
from tests.dialogs.fake_world import book
from tests.dialogs.play import Player


def test_every_question_has_a_short_elder_text() -> None:
    """Each question of the request exists for elders in both languages, and its fixed words are at most 60 characters."""
    for language in ("zh", "en"):
        texts = {k: v for k, v in locales.catalogue(language).items() if k.startswith("request.")}
        asked = {k.removesuffix(".elder") for k in texts if k.endswith(".elder")}
        assert asked >= ASKED, ASKED - asked
    long = [k for k, v in locales.catalogue("zh").items() if k.startswith("request.") and k.endswith(".elder") and len(_plain(v)) > 60]
    assert long == []


ASKED = {f"request.{name}" for name in (
    "what", "what_here", "what_else", "photo", "voice", "resume", "heard", "suggest", "puzzled", "groups", "group", "place", "place_home",
    "place_again", "unknown", "unit", "floor", "similar", "confirm", "add_photo", "consent", "cancel", "kept", "filed", "ask_elder",
    "ask_consent", "ask_undo", "added_other", "ask_help.water", "ask_help.stairs", "ask_help.dark", "ask_help.hand", "topic.wealth",
    "topic.learning", "topic.handling", "topic.help", "topic.safety", "topic.culture",
)}  # fmt: skip


def _plain(template: str) -> str:
    return re.sub(r"\{[{%].*?[}%]\}|</?b>", "", template)


def test_every_category_and_group_has_plain_words() -> None:
    """Each shipped category can be read back, each group has a button, each helper kind and topic a question, in both languages."""
    data = locales.table("categories")
    shipped = {code for code, row in data["category"].items() if row["starred"] and row["class"] != "E0"}
    assert shipped <= set(book()["settings"]["matters"])
    settings = book()["settings"]["request"]
    for language in ("zh", "en"):
        texts = locales.catalogue(language)
        assert {f"request.kind.{group}" for group in data["group"]} <= set(texts)
        assert {f"request.ask_help.{kind}" for kind in settings["help"].values()} <= set(texts)
        assert {f"request.topic.{topic}" for topic in settings["topics"]} <= set(texts)
        assert {f"request.since.{name}" for name in book()["settings"]["since"]} <= set(texts)
    assert set(settings["needs"]) | set(settings["hazards"].values()) <= set(data["category"])


def test_at_most_one_question_leaves_a_turn() -> None:
    """Filing says number and question in one message."""
    u = Player("2026-11-23T09:00:00")
    u.says("停水了，3栋1单元2楼，我走不动。")
    assert len([s for s in u.said if isinstance(s, Ask)]) == 1
