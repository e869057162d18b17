"""Cards and their buttons: what is on them, in both languages, and which presses are genuine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import locales
from dialogs.wishes import OpenCase, RaiseAlarm
from handlers.card_buttons import card_button, read_press, standing
from handlers.cards import draw_card
from handlers.staff_answers import RESULTS
from handlers.staff_moves import ACTS, ASKS
from handlers.world import World
from models.case import Case
from models.guards import GUARDS, TIME_GUARDS
from models.moves import MOVES
from tests.handlers.desk_world import CHATS, USERS, StaffRooms, open_rooms

HOME = {"building": "2", "unit": "1", "floor": "3", "room": "301", "spot": None}
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def rooms() -> Iterator[StaffRooms]:
    opened = open_rooms()
    yield opened
    opened.session.close()


@pytest.fixture(scope="module")
def case(rooms: StaffRooms) -> Case:
    return rooms.case(str(rooms.wish("wang", OpenCase("PR01", HOME, "灯不亮 <b>急</b>"))["number"]))


def test_a_button_says_what_was_signed_and_fits(rooms: StaffRooms, case: Case) -> None:
    """The longest move with a full-length case id stays within 64 bytes and reads back as it was made."""
    world = rooms.world()
    long = Case(id="x" * 22, number="", state="submitted")
    button = card_button(world, long, CHATS["mc"], 9999, "contact.visit")
    assert len(button.data.encode()) <= 64
    press = read_press(world, button.data, CHATS["mc"])
    assert press is not None
    assert (press.case_id, press.word, press.choice, press.standing) == ("x" * 22, "contact", "visit", 9999)


@pytest.mark.parametrize("part", ["case", "move", "standing", "mac", "chat", "short", "long"])
def test_a_changed_button_is_not_genuine(rooms: StaffRooms, case: Case, part: str) -> None:
    """Another case, move, standing, signature or chat: none of it passes."""
    world = rooms.world()
    data = card_button(world, case, CHATS["mc"], 3, "accept").data
    head, name, move, at, mac = data.split(":")
    forged = {
        "case": f"{head}:other:{move}:{at}:{mac}",
        "move": f"{head}:{name}:safe:{at}:{mac}",
        "standing": f"{head}:{name}:{move}:4:{mac}",
        "mac": f"{head}:{name}:{move}:{at}:{mac[:-1]}_",
        "chat": data,
        "short": f"{head}:{name}:{move}:{at}",
        "long": f"{data}:more",
    }[part]
    assert read_press(world, forged, CHATS["lc"] if part == "chat" else CHATS["mc"]) is None
    assert read_press(world, data, CHATS["mc"]) is not None


@given(st.text(max_size=80))
def test_nothing_that_can_be_typed_passes_as_a_button(rooms: StaffRooms, case: Case, text: str) -> None:
    """Whatever arrives as button data is refused without an error."""
    assert read_press(rooms.world(), text, CHATS["mc"]) is None
    assert read_press(rooms.world(), f"c:{text}", CHATS["mc"]) is None


def test_words_of_people_are_shown_and_never_parsed(rooms: StaffRooms, case: Case) -> None:
    """Markup in a resident's words arrives as text."""
    assert "灯不亮 &lt;b&gt;急&lt;/b&gt;" in rooms.last("mc", "灯不亮").text


def test_the_standing_counts_changes_of_state_only(rooms: StaffRooms, case: Case) -> None:
    """A resident's further words make no card stale; an accepted case does."""
    from dialogs.wishes import AddNote

    before = standing(rooms.world(), case.id)
    rooms.wish("wang", AddNote(case.id, "还有4楼"))
    assert standing(rooms.world(), case.id) == before
    rooms.taps("zhao", rooms.chat("mc")[0], "自办")
    assert standing(rooms.world(), case.id) > before


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("now", "shown"),
    [
        ({"confidential": True, "needs_help": True, "call_me": True, "unit_unknown": True, "hazard": "SF10", "escalation_level": 2}, "🤫"),
        ({"overdue": True}, "🔴"),
        ({"reopen_count": 1, "rework_count": 2, "follower_count": 3}, "👥"),
        ({"answer_by": None}, "📅"),
        ({"building": None}, "📍"),
    ],
)
def test_every_mark_of_a_card_has_its_words(rooms: StaffRooms, case: Case, language: str, now: dict[str, object], shown: str) -> None:
    """Each flag shows on the card in both languages, without an empty line or a missing word."""
    kept = {name: getattr(case, name) for name in now}
    for name, value in now.items():
        setattr(case, name, value)
    try:
        key, data, rows = draw_card(rooms.world(), "case", case.id, CHATS["mc-s"] if case.confidential else CHATS["mc"])
        words = rooms.texts.render(key, data, language)
    finally:
        for name, value in kept.items():
            setattr(case, name, value)
    assert shown in words
    assert "\n\n" not in words
    assert "None" not in words
    assert rows
    assert all(rooms.texts.has(button["key"], language) for row in rows for button in row if button.get("key"))


def test_an_alarm_card_reads_well_in_both_languages(rooms: StaffRooms, case: Case) -> None:
    """Every stamp has its line; no empty lines."""
    world: World = rooms.world()
    case.emergency, case.acked_at, case.acked_by, case.handed_over_at, case.handed_over_to = "SF02", rooms.now, None, rooms.now, "119"
    case.arrived_at, case.says_safe_at = rooms.now, rooms.now
    try:
        key, data, rows = draw_card(world, "alarm", case.id, CHATS["mc-s"])
        for language in ("zh", "en"):
            words = rooms.texts.render(key, {**data, "acked_role": "duty"}, language)
            assert len(words.splitlines()) == 7, words
            assert "\n\n" not in words
    finally:
        case.emergency, case.acked_at, case.handed_over_at, case.handed_over_to = "", None, None, ""
        case.arrived_at = case.says_safe_at = None
        rooms.session.flush()
    assert rows


def test_an_alarm_card_without_a_place_shows_where_the_caller_is_registered(rooms: StaffRooms) -> None:
    """Marked as registered and not said, in mc-s only; gone once a place is said, and once it is over."""
    case_id = rooms.wish("wang", RaiseAlarm("ME01", "救命，晕倒了"))["case_id"]
    case: Case = rooms.session.get_one(Case, case_id)
    world = rooms.world()

    def place_line(chat: str, language: str = "zh") -> str:
        key, data, _ = draw_card(world, "alarm", case_id, chat)
        return next(line for line in rooms.texts.render(key, data, language).splitlines() if line.startswith("📍"))

    assert place_line(CHATS["mc-s"]) == "📍 2栋1单元301室（登记住址，本人没有说地点）"
    assert place_line(CHATS["mc-s"], "en").endswith("(registered home, not said)")
    assert not draw_card(world, "alarm", case_id, USERS["du"])[1].get("home")
    state, case.state = case.state, "closed"
    assert not draw_card(world, "alarm", case_id, CHATS["mc-s"])[1]["home"]
    case.state = state
    rooms.wish("wang", RaiseAlarm("ME01", "在9栋", {"building": "9"}))
    assert place_line(CHATS["mc-s"]) == "📍 9栋"


def test_every_refusal_of_the_rules_has_words_in_both_languages() -> None:
    """Whatever models/moves.py and models/guards.py refuse with, the presser reads why."""
    said = set(re.findall(r'return "(\w+)"', (ROOT / "models" / "guards.py").read_text(encoding="utf-8")))
    said |= set(re.findall(r'else "(\w+)"', (ROOT / "models" / "guards.py").read_text(encoding="utf-8")))
    whys = set(GUARDS) | set(TIME_GUARDS) | said | {"no_such_move", "not_yours", "missing", "unknown_party"}
    for language in ("zh", "en"):
        known = locales.catalogue(language)
        assert not {why for why in whys if f"staff.illegal.{why}" not in known}
        assert not {key for key in ("no_role", "not_yours", "needs_reason", "hidden_identity") if f"staff.refused.{key}" not in known}
        assert not {move for move in set(ACTS) - {"result", "no_photo", "who"} if f"staff.done.{move}" not in known}
        assert not {p for p in (*ASKS.values(), *RESULTS, "photo", "decline") if f"staff.here.{p}" not in known}
        assert not {row.event for row in MOVES if f"case.event.{row.event}" not in known}


def test_both_languages_have_the_same_texts() -> None:
    """A key in one language is a key in the other."""
    for file in ("card", "desk", "staff"):
        keys = [{key for key in locales.catalogue(language) if key.startswith(f"{file}.")} for language in ("zh", "en")]
        assert keys[0] == keys[1]
