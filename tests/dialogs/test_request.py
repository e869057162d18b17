"""Scripts 1 and 2 of domain.md part 4 as pure conversations, and what may be a first message."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dialogs.words import PlaceSent, Typing
from tests.dialogs.neighbours import HOME, LIGHT, opened, place, resident
from tests.dialogs.play import Player

# --- the scripts -----------------------------------------------------------------------------------------------------


def test_script_1_photo_wrong_building_same_problem_hazard() -> None:
    """The photo is kept, building 12 is refused with three others, the case is found, and sparks raise it before any form question."""
    u = Player("2026-11-23T20:05:00", met=False)
    u.world.similar = [LIGHT]
    (asked,) = u.sends("photo")
    assert "照片" in asked
    assert "在哪栋几单元" in asked
    assert "/privacy" in asked
    (refused,) = u.says("12栋 灯黑的")
    assert "没有12栋（有1–11栋和14栋）" in refused
    assert u.labels == ["2栋", "11栋", "14栋"]
    assert u.world.wishes == [], "nothing was asked of the world about building 12"
    (similar,) = u.says("哦打错了 2栋一单元 三楼到四楼")
    assert all(part in similar for part in ("2栋1单元3-4楼", "楼道灯不亮", "SMY-261123-004", "办理中", "11月25日18:30"))
    assert u.labels == ["我也遇到", "不是同一个"]
    (check,) = u.says("一样的吧 不过我这里滋滋响 还有火花！")
    assert "现在有烟或火吗" in check
    (merged,) = u.says("没有 就滋滋的")
    assert all(part in merged for part in ("照片", "SMY-261123-004", "紧急", "11月23日22:05", "11月24日20:05"))
    (join,) = u.world.of("JoinCase")
    assert (join.case_id, join.media, join.hazard) == ("c4", ("m1",), "SF10")
    assert "滋滋响 还有火花" in join.words
    assert u.world.of("OpenCase") == []
    assert u.world.of("RaiseAlarm") == []
    assert u.stack == ()


def test_script_2_old_man_fragments_dialect() -> None:
    """Five fragments in 38 s get one answer; one question a message; filed as E1 with the unit open; help and elder mode after a yes."""
    u = Player("2026-11-23T19:02:00", met=False)
    for fragment in ("喂", "有人没得", "屋头水莫得了", "从昨黑就莫得", "我腿脚又不好"):
        assert u.says(fragment) == []
        assert any(isinstance(s, Typing) for s in u.said)
        assert u.waits(7) == []
    (heard,) = u.waits(20)
    assert "您家没有水，从昨天晚上开始，对吗？" in heard
    assert u.labels == ["对", "不对", "☎请打给我"]
    (where,) = u.says("嗯")
    assert where.startswith("您住几栋几楼？")
    assert u.says("老地方嘛 刘师傅晓得") == []
    (again,) = u.waits(20)
    assert "我这里还没有" in again
    assert "☎请打给我" in u.labels
    assert u.says("2") == []
    assert u.says("2楼左手") == []
    (unit,) = u.waits(20)
    assert unit.startswith("2栋2楼")
    assert "1单元还是2单元" in unit
    assert u.labels == ["1", "2", "不晓得"]
    moment = u.ctx.now
    (filed,) = u.says("不晓得")
    contact, answer = moment + timedelta(hours=2), moment + timedelta(hours=24)
    assert all(part in filed for part in ("紧急", "011", f"{contact:%H:%M}前", f"11月24日{answer:%H:%M}", "要不要请楼长帮您提水？"))
    assert u.labels[:2] == ["要", "不用"]
    case = opened(u)
    assert (case.category, case.place["building"], case.place["unit"], case.place["floor"]) == ("UT01", "2", None, "2")
    assert case.flags == {"needs_help": True, "unit_unknown": True}
    assert all(line in case.words for line in ("屋头水莫得了", "从昨黑就莫得", "我腿脚又不好", "刘师傅晓得", "2楼左手"))
    assert u.world.of("FindSimilar")[0].place["building"] == "2"
    (elder,) = u.says("要 谢谢幺妹儿")
    (help_wish,) = u.world.of("AskHelp")
    assert (help_wish.case_id, help_wish.what) == ("c11", "water"), "no word of health"
    assert "刘叔会来敲门" in elder
    assert "小程序" in elder
    assert "可以" in u.labels
    assert u.ctx.who.elder is False
    u.taps("可以")
    assert u.ctx.who.elder is True
    for line in u.log:
        assert not line.startswith("B:") or line.count("？") <= 2


# --- what is a first message -----------------------------------------------------------------------------------------


def test_a_whole_sentence_is_read_back_and_filed_with_two_taps() -> None:
    """Place, floor and matter are understood; the confirmation has the promise as dates; number and dates follow the submit."""
    u = resident()
    (confirm,) = u.says("3栋2单元3楼灯不亮了。")
    assert all(part in confirm for part in ("3栋2单元3楼", "楼道灯不亮", "11月23日21:00", "11月25日09:00", "安家物业"))
    assert u.labels == ["提交", "改地点", "改问题", "加照片", "保密"]
    (filed,) = u.taps("提交")
    assert all(part in filed for part in ("SMY-261123-011", "尾号 011", "11月23日21:00", "11月25日09:00"))
    assert (opened(u).place, opened(u).words) == (place(building="3", unit="2", floor="3"), "3栋2单元3楼灯不亮了。")
    assert u.waits(121) == []
    assert u.stack == ()


def test_a_short_whole_message_is_no_fragment() -> None:
    """"3栋灯不亮" has matter and building: it is answered at once, and asks for the unit only."""
    u = resident()
    (unit,) = u.says("3栋灯不亮")
    assert "1单元还是2单元" in unit
    assert u.says("1")[0].startswith("请看对不对")


def test_home_is_proposed_and_can_be_changed_in_one_tap() -> None:
    """Without a place said, a resident's own home is read back as such; another building replaces it."""
    u = resident(home=HOME)
    (confirm,) = u.says("楼道灯不亮")
    assert "2栋1单元（您登记的家）" in confirm
    u.taps("改地点")
    assert "2栋1单元301室" in u.labels
    (changed,) = u.says("9栋2单元")
    assert "9栋2单元" in changed
    assert "您登记的家" not in changed
    u.taps("提交")
    assert opened(u).place == place(building="9", unit="2")
    water = resident(home=HOME)
    assert "2栋1单元301室" in water.says("我家停水了")[0], "a matter at home takes the room too"
    other = resident(home=HOME)
    assert "9栋1单元" in other.says("9栋1单元灯不亮")[0], "what is said goes before what is known"


def test_a_guest_reports_a_public_place_without_consent() -> None:
    """A public place needs neither building nor binding nor consent."""
    u = Player("2026-11-23T09:00:00")
    (confirm,) = u.says("大门口垃圾堆了三天没人清")
    assert "大门口" in confirm
    u.taps("提交")
    assert opened(u).place == place(spot="大门口")
    assert u.labels == ["撤销"], "and nothing about a person is asked"


def test_a_shared_position_is_a_place() -> None:
    """A place pin first, then the matter."""
    u = resident()
    (asked,) = u.does(PlaceSent(30.65701, 104.06588))
    assert "是什么问题" in asked
    u.says("垃圾堆成山了。")
    u.taps("提交")
    assert opened(u).place == place(spot="📍30.65701, 104.06588")


def test_an_album_is_acknowledged_once() -> None:
    """Pictures of one album: one question; a later one is counted; all of them reach the case."""
    u = resident()
    assert len(u.sends("photo")) == 1
    assert u.sends("photo") == []
    assert u.sends("photo") == []
    u.waits(30)
    assert "4张" in u.sends("photo")[0]
    u.sends("photo", "3栋2单元灯不亮")
    u.taps("提交")
    assert len(opened(u).media) == 5


def test_a_voice_message_is_kept_and_words_may_follow() -> None:
    """No speech recognition: it is said so, the voice goes with the case."""
    u = resident()
    (asked,) = u.sends("voice", seconds=23)
    assert "语音23秒" in asked
    assert "我还听不懂语音" in asked
    assert "能打两个字" in asked
    u.says("楼上天天晚上打麻将，6栋902。")
    u.taps("提交")
    assert (opened(u).category, opened(u).media) == ("OR01", ("m1",))


@pytest.mark.parametrize("act", ["silence", "tap", "call"])
def test_a_voice_message_is_never_lost(act: str) -> None:
    """Nothing follows in ten minutes, or the person says that is all, or wants a call: a human gets the voice, with a date."""
    u = resident()
    u.sends("voice", seconds=23)
    (told,) = {"silence": lambda: u.waits(601), "tap": lambda: u.taps("staff"), "call": lambda: u.taps("☎请打给我")}[act]()
    (wish,) = u.world.of("CallMe" if act == "call" else "AskStaff")
    assert wish.media == ("m1",)
    assert "11月2" in told
    assert u.stack == ()


def test_a_greeting_alone_gets_the_menu_after_the_pause() -> None:
    """Something may follow "你好"; when nothing does, the menu is shown, with the line about the program to a newcomer."""
    u = Player("2026-11-23T09:00:00", met=False)
    assert u.says("你好") == []
    (menu,) = u.waits(21)
    assert "小程序" in menu
    assert "📋 我的事项" in u.labels
    assert u.stack == ()
    assert "不客气" in u.says("谢谢")[0]
