"""Fragments are answered together; the matter is suggested, picked or handed to a person."""

from __future__ import annotations

from tests.dialogs.neighbours import HOME, opened, resident

# --- fragments -------------------------------------------------------------------------------------------------------


def test_the_pause_is_longer_for_elders_and_never_over_a_minute() -> None:
    """20 s after the last fragment, 45 s in elder mode, 60 s after the first at most."""
    quick, slow = resident(), resident(elder=True)
    for u, pause in ((quick, 20), (slow, 45)):
        u.says("灯坏了")
        assert u.waits(pause - 1) == []
        assert len(u.waits(2)) == 1
    u = resident()
    heard = []
    for fragment in ("那个", "就是", "楼道里", "黑得很", "灯坏了", "好久了"):
        heard += u.says(fragment)
        heard += u.waits(12)
    assert len(heard) == 1
    assert u.ctx.now.minute == 1


def test_held_fragments_stand_in_front_of_what_is_answered_at_once() -> None:
    """A photo, a command or a whole sentence ends the pause; no fragment is lost."""
    u = resident()
    u.says("灯坏了")
    u.sends("photo")
    assert u.top == ("request", "place")
    u.says("3栋2单元。")
    u.taps("提交")
    assert (opened(u).words, opened(u).media) == ("灯坏了\n3栋2单元。", ("m2",))
    other = resident()
    other.says("灯坏了")
    other.says("人工")
    assert "灯坏了" in other.world.of("AskStaff")[0].words
    other.taps("就这样")
    assert other.top == ("request", "start")
    assert "继续" in other.labels
    assert "几单元" in other.taps("继续")[0]


def test_what_was_misheard_is_asked_again() -> None:
    """【不对】 asks for it anew; "不对，是…" is read at once; the wrong category is forgotten."""
    for said in (["不对", "是漏水，3栋1单元2楼。"], ["不对，是漏水，3栋1单元2楼。"]):
        u = resident()
        u.says("屋头")
        u.says("水没得")
        u.waits(21)
        assert u.top == ("request", "heard")
        for words in said:
            u.says(words)
        assert opened(u).category == "PR02"


# --- the matter ------------------------------------------------------------------------------------------------------


def test_suggestions_then_groups_then_a_person() -> None:
    """Three suggestions and "none of these"; the groups; the categories of one; at last the desk."""
    u = resident(home=HOME)
    u.says("路灯和井盖都坏了。")
    assert len(u.labels) <= 4
    assert u.labels[-1] == "都不是"
    u.taps("都不是")
    assert len(u.labels) == 12
    u.taps("🏠 房屋物业")
    assert "单元门/门禁" in u.labels
    u.taps("都不是")
    (wish,) = u.world.of("AskStaff")
    assert wish.words == "路灯和井盖都坏了。"
    assert u.stack == ()


def test_a_suggestion_is_one_tap() -> None:
    """The tapped category is the case's."""
    u = resident(home=HOME)
    u.says("路灯和井盖都坏了。")
    u.taps("c:PF02")
    assert opened(u).category == "PF02"


def test_words_that_nobody_can_place_reach_a_person() -> None:
    """Twice asked in another way, then a human gets all of them."""
    u = resident()
    for words in ("有个问题。", "就是那个东西不行。", "真的不行。"):
        u.says(words)
    assert u.world.of("AskStaff")[0].words == "有个问题。\n就是那个东西不行。\n真的不行。"


def test_a_question_goes_to_the_desk_with_a_date() -> None:
    """What is asked and not reported needs no place and no form."""
    u = resident()
    (told,) = u.says("去月亮上要什么手续？")
    assert "SMY-" in told
    assert "最迟" in told
    assert u.world.of("HandOver")[0].category == "AD02"


def test_a_danger_to_life_is_no_request() -> None:
    """Choosing it in the groups shows its numbers and raises the alarm, with the words that were said."""
    u = resident()
    u.says("有个问题。")
    u.taps("🛡 安全")
    heard = u.taps("c:SF01")
    assert "119" in heard[0]
    assert u.top[0] == "alarm"
    assert u.world.of("RaiseAlarm")[0].words == "有个问题。"
