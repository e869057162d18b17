"""The menu and the words that work at any time: every entry leads somewhere, nothing that arrives on an empty stack is lost."""

from __future__ import annotations

import pytest

import locales
from dialogs.anytime import anytime, for_human
from dialogs.entries import ROWS
from dialogs.kernel import Again, Go, Push
from dialogs.words import Answered, Chose, Commanded, MediaSent, Opened, Refused, Said, Woke
from tests.dialogs.fake_world import book
from tests.dialogs.play import Player

ENTRIES = [name for row in ROWS for name in row]


def resident() -> Player:
    return Player("2026-11-23T09:00:00", consent="v1")


@pytest.mark.parametrize("name", ENTRIES)
def test_every_entry_leads_to_a_question_and_never_to_a_dead_end(name: str) -> None:
    """Each of the nine buttons opens a dialog that asks something; "取消" leaves it again."""
    u = resident()
    (menu,) = u.says("菜单")
    assert "有事直接说" in menu
    assert u.stack == (), "the menu never stays as a frame"
    (asked,) = u.taps(f"menu:{name}")
    assert asked
    assert u.top[0] == {"urgent": "alarm", "cases": "cases", "policy": "policy"}.get(name, "request")
    u.says("取消")
    assert u.stack == ()


def test_entries_whose_dialogs_come_later_are_answered_by_a_person() -> None:
    """Learning, culture and jobs: it is said what is not there yet, and one sentence brings a number and a date."""
    for name, words in (("learning", "想学书法。"), ("culture", "想下象棋。"), ("wealth", "有没有保安的工作？")):
        u = resident()
        u.says("菜单")
        u.taps(f"menu:{name}")
        (told,) = u.says(words)
        assert "最迟" in told
        assert u.world.of("AskStaff")[0].words == words


def test_help_and_handling_offer_the_kinds_they_are_about() -> None:
    """助民 lists the categories of care, 便民 the groups of matters; a tap goes on from there."""
    u = resident()
    u.says("菜单")
    u.taps("menu:help")
    assert "养老/居家照护/高龄津贴" in u.labels
    u.taps("c:AS01")
    assert u.top == ("request", "place")
    u = resident()
    u.says("菜单")
    u.taps("menu:handling")
    u.taps("💧 水电气热")
    u.taps("停水/水压")
    assert "您住几栋几楼" in u.log[-1]


def test_urgent_shows_numbers_for_what_happened() -> None:
    """🆘, then gas: its numbers before anything else, and the alarm is raised."""
    u = resident()
    u.says("菜单")
    u.taps("🆘 紧急")
    heard = u.taps("SF01")
    assert "0999-96777" in heard[0]
    assert u.world.of("RaiseAlarm")[0].kind == "SF01"


def test_a_newcomer_who_presses_start_is_welcomed_and_others_see_the_menu() -> None:
    """The welcome is for the first turn only; links of it open it at any time."""
    assert Player(met=False).starts() != resident().starts()
    new = Player(met=False)
    new.starts()
    assert any("/privacy" in line for line in new.log)
    for payload in ("privacy", "lang", "bind", "K7Q2-9F"):
        u = resident()
        assert u.starts(payload), payload
        assert all(frame.dialog == "welcome" for frame in u.stack)


def test_whatever_is_free_becomes_a_request() -> None:
    """Words, pictures, positions and numbers on an empty stack are the beginning of a matter."""
    for event in (Said("3栋灯不亮"), MediaSent("photo", "m1"), MediaSent("document", "m2", "3栋灯不亮。")):
        u = resident()
        assert u.does(event)
        assert u.top[0] == "request"


def test_words_that_work_at_any_time_on_an_empty_stack() -> None:
    """Human, cases, back, cancel: each is answered; "修好了" asks about the open case."""
    for words, dialog in (("人工", "human"), ("进度", "cases"), ("返回", ""), ("算了", ""), ("修好了", "cases")):
        u = resident()
        assert u.says(words), words
        assert u.top[0] == dialog, words
    assert "我的事项" in resident().says("算了")[0]


def test_answers_of_questions_outside_any_dialog_reach_their_dialog() -> None:
    """The pushed confirm question, an undo, a button that is long gone."""
    u = resident()
    u.does(Chose("confirm:c4:solved"))
    assert u.top == ("cases", "stars")
    undo = resident()
    assert "已撤销" in undo.does(Chose("undo:c9"))[0]
    assert undo.world.of("UndoCase")[0].case_id == "c9"
    late = resident()
    late.world.refusals["UndoCase"] = Refused("UndoCase", "too_late")
    assert "两分钟" in late.does(Chose("undo:c9"))[0]
    assert "有事直接说" in resident().does(Chose("long:gone"))[0]


def test_an_undo_of_an_earlier_case_leaves_the_draft_alone() -> None:
    """A matter under way is not lost by taking back the one before it."""
    u = resident()
    u.says("3栋灯不亮")
    heard = u.does(Chose("undo:c9"))
    assert "已撤销" in heard[0]
    assert u.top == ("request", "unit")


def test_what_nobody_waits_for_is_silent() -> None:
    """A stale timer or a late answer of the world says nothing and leaves nothing."""
    for event in (Woke("draft"), Answered("Quote", {}), Refused("OpenCase", "too_many")):
        u = resident()
        assert u.does(event) == []
        assert u.stack == ()


def test_a_message_that_cannot_be_read_is_answered_with_the_menu() -> None:
    """A sticker: said so, and what is possible instead."""
    u = resident()
    heard = u.starts("unknown:sticker")
    assert "看不懂" in heard[0]
    assert "📋 我的事项" in u.labels


def test_the_menu_in_the_middle_of_a_form_keeps_the_form() -> None:
    """It can be resumed with a tap or with the answer; another entry suspends it."""
    u = resident()
    u.says("3栋灯不亮")
    u.says("菜单")
    assert "↩ 接着刚才的事" in u.labels
    assert "1单元" in u.taps("↩ 接着刚才的事")[0]
    u.says("菜单")
    assert "请看对不对" in u.says("1单元。")[0]
    u.says("菜单")
    u.taps("📋 我的事项")
    assert [frame.dialog for frame in u.stack] == ["request", "cases"]
    assert "请看对不对" in u.taps("返回")[-1]


def test_elder_mode_can_be_left_from_the_menu() -> None:
    """Only who is in elder mode sees the way out."""
    u = Player(elder=True)
    u.says("菜单")
    assert "普通模式" in u.taps("🔤 改回普通模式")[0]
    assert u.ctx.who.elder is False
    u.says("菜单")
    assert "🔤 改回普通模式" not in u.labels


# --- anytime ------------------------------------------------------------------------------------------------------------


def test_anytime_suspends_and_never_ends() -> None:
    """A human hears what was said so far; the draft is kept; "cancel" and answers are the dialog's own affair."""
    ctx = resident().ctx
    draft = {"words": ["灯坏了", "3栋"], "media": ["m1"], "place": {"building": "3"}, "trail": ["a", "b"]}
    human = anytime(draft, Commanded("human", "人工"), ctx)
    assert human == Push("human", for_human(draft), draft, hand_on=Commanded("human", "人工"))
    assert for_human(draft) == {"words": "灯坏了\n3栋", "place": {"building": "3"}, "media": ["m1"]}
    assert for_human({"words": "as it is"})["words"] == "as it is"
    back = anytime(draft, Commanded("back"), ctx)
    assert back == Go("b", {**draft, "trail": ["a"], "at": "b"})
    assert isinstance(anytime({}, Commanded("back"), ctx), Again)
    for event, dialog in ((Commanded("progress"), "cases"), (Opened("lang"), "welcome"), (Chose("menu:help"), "menu"), (Chose("case:c1"), "menu")):
        move = anytime(draft, event, ctx)
        assert isinstance(move, Push)
        assert (move.dialog, move.draft, move.hand_on) == (dialog, draft, event)
    for event in (Commanded("cancel"), Chose("submit"), Said("灯坏了"), Woke("draft")):
        assert anytime(draft, event, ctx) is None


# --- texts --------------------------------------------------------------------------------------------------------------


def test_both_languages_have_the_same_texts() -> None:
    """No key of any catalogue is missing in the other language."""
    zh, en = set(locales.catalogue("zh")), set(locales.catalogue("en"))
    assert zh ^ en == set()


def test_nothing_asks_for_patience_without_a_date() -> None:
    """The bot never says "please wait" (domain.md 3.17-8)."""
    for language in ("zh", "en"):
        for key, text in locales.catalogue(language).items():
            assert not any(words in text for words in ("耐心等", "请稍等", "be patient", "please wait")), key


def test_every_command_has_a_description_in_both_languages() -> None:
    """What the messenger lists behind "/"."""
    for language in ("zh", "en"):
        assert {f"menu.command.{name}" for name in book()["settings"]["commands"]} <= set(locales.catalogue(language))
