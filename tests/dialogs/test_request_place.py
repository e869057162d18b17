"""The place of a request: unknown buildings, units and floors; and what was reported there already."""

from __future__ import annotations

import pytest

from dialogs.words import Refused
from tests.dialogs.neighbours import HOME, LIGHT, opened, place, resident
from tests.dialogs.play import Player

# --- the place -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", ["11栋", "11栋。", "不对，是11栋"])
def test_an_unknown_building_is_never_guessed(answer: str) -> None:
    """Tapped or said, only a building that exists goes on; another unknown one is refused as well."""
    u = resident()
    u.says("12栋2单元灯不亮")
    assert "没有13栋" in u.says("13栋。")[0]
    u.says(answer)
    u.waits(21)
    assert u.says("提交")
    assert opened(u).place == place(building="11", unit="2")


def test_a_unit_or_floor_that_does_not_exist_is_asked_for() -> None:
    """The building's own numbers decide."""
    u = resident()
    assert "3栋没有5单元" in u.says("3栋5单元灯不亮")[0]
    assert "请看对不对" in u.says("2单元")[0]
    leak = resident()
    assert "3栋只有9层，没有25楼" in leak.says("3栋1单元25楼家里漏水")[0]
    assert "3栋1单元3楼" in leak.says("3楼")[0]
    whole = resident()
    whole.says("停水了，3栋。")
    whole.taps("整栋都这样")
    assert opened(whole).flags == {"whole_building": True}


def test_what_cannot_be_read_twice_is_left_open() -> None:
    """Nobody is asked for a unit three times; a public spot is taken in the person's own words."""
    u = resident()
    u.says("3栋灯不亮")
    assert "写个数字就行" in u.says("就是老李那边呗，你懂的。")[0]
    u.says("就是靠马路那边。")
    u.taps("提交")
    assert opened(u).flags == {"unit_unknown": True}
    spot = resident()
    spot.says("垃圾堆成山了。")
    assert "我这里还没有" in spot.says("老王家对面。")[0]
    spot.says("就是老王修鞋摊旁边呀。")
    spot.taps("提交")
    assert opened(spot).place == place(spot="就是老王修鞋摊旁边呀。")


# --- reported already ------------------------------------------------------------------------------------------------


def with_similar() -> Player:
    u = resident()
    u.world.similar = [LIGHT]
    u.says("2栋1单元灯不亮")
    assert u.top == ("request", "similar")
    return u


@pytest.mark.parametrize("words", ["我也遇到", "一样的", "对", "就是这个。"])
def test_joining_in_ones_own_words(words: str) -> None:
    """A tap, its label typed, or plain words join; number and date are told."""
    u = with_similar()
    (told,) = u.says(words)
    assert u.world.of("JoinCase")[0].case_id == "c4"
    assert "SMY-261123-004" in told
    assert u.stack == ()


@pytest.mark.parametrize("words", ["不是同一个", "不一样的。", "不是。"])
def test_another_problem_is_filed_on_its_own(words: str) -> None:
    """Not the same: the confirmation follows, and it isn't asked twice."""
    u = with_similar()
    assert "请看对不对" in u.says(words)[0]
    u.taps("提交")
    assert opened(u).place["building"] == "2"
    assert len(u.world.of("FindSimilar")) == 1


def test_a_case_closed_meanwhile_is_not_joined() -> None:
    """The refusal is told and the own matter goes on."""
    u = with_similar()
    u.world.refusals["JoinCase"] = Refused("JoinCase", "case_closed")
    told = u.taps("我也遇到")
    assert "刚刚办结" in told[0]
    assert u.top == ("request", "confirm")


def test_private_matters_are_not_compared() -> None:
    """No search among the cases of others where it is about a person, or where confidence was asked for."""
    u = resident(home=HOME)
    u.says("我想申请低保。")
    assert u.world.of("FindSimilar") == []
    assert u.top == ("request", "confirm")
    quiet = resident()
    quiet.says("6栋902上面天天打麻将，莫说是我说的哈。")
    assert quiet.world.of("FindSimilar") == []
    quiet.taps("提交")
    assert opened(quiet).flags == {"confidential": True}
