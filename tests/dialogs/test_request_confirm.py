"""Before filing: one tap fixes each part, consent in one tap, and what the world may refuse."""

from __future__ import annotations

import pytest

from dialogs.words import Refused
from tests.dialogs.fake_world import book
from tests.dialogs.neighbours import opened, place, resident
from tests.dialogs.play import Player

# --- confirming ------------------------------------------------------------------------------------------------------


def test_each_part_is_fixed_with_one_tap_or_in_words() -> None:
    """Place, matter, photo, confidence; then "对" submits."""
    u = resident()
    u.says("3栋2单元灯不亮")
    u.taps("改问题")
    assert "单元门" in u.says("单元门关不上")[0]
    u.says("改地址")
    assert "10栋1单元" in u.says("10栋1单元。")[0]
    u.taps("加照片")
    assert "1个附件" in u.sends("photo")[-1]
    assert "保密办理" in u.taps("保密")[0]
    assert "不用保密" in u.labels
    assert "哪里不对" in u.says("不对")[0]
    assert "电梯" not in u.says("不是10栋，是9栋1单元。")[0]
    u.says("对")
    case = opened(u)
    assert (case.category, case.place, case.flags) == ("PR05", place(building="9", unit="1"), {"confidential": True})


def test_another_matter_in_words_replaces_the_wrong_one() -> None:
    """"不是灯，是门禁" changes the matter."""
    u = resident()
    u.says("3栋2单元灯不亮")
    assert "单元门" in u.says("不是，是单元门坏了")[0]


def test_back_returns_to_the_question_before() -> None:
    """One step back asks it again, the answer replaces; where there is no way back, it is said."""
    u = resident()
    u.says("3栋灯不亮")
    u.taps("1")
    assert "1单元还是2单元" in u.says("返回")[0]
    assert "3栋2单元" in u.taps("2")[0]
    first = resident()
    first.sends("photo")
    assert "没有可以返回的" in first.says("返回")[0]


# --- consent, refusals -----------------------------------------------------------------------------------------------


def test_consent_is_one_tap_at_submit() -> None:
    """Asked only when it is needed; agreeing files at once; the full text comes back to the question; refusing loses nothing."""
    u = Player("2026-11-23T09:00:00")
    u.says("3栋2单元灯不亮。")
    (asked,) = u.taps("提交")
    assert "请您同意" in asked
    assert "☎请打给我" in u.labels
    u.taps("看全文")
    assert u.top[0] in ("request", "welcome")
    while u.top[0] == "welcome":
        u.says("返回")
    assert "公共地方" in u.taps("不同意")[0]
    (filed,) = u.taps("同意并提交")
    assert "SMY-" in filed
    assert u.ctx.who.consent == book()["settings"]["consent_version"]
    assert u.labels == ["撤销"]


def test_urgent_is_filed_first_and_asked_after() -> None:
    """No water at home of somebody without consent: a number at once, the consent after it."""
    u = Player("2026-11-23T09:00:00")
    (filed,) = u.says("停水了，3栋1单元2楼。")
    assert "紧急" in filed
    assert "同意" in u.labels
    u.taps("同意")
    assert u.ctx.who.consent
    assert u.stack == ()
    no = Player("2026-11-23T09:00:00")
    no.says("停水了，3栋1单元2楼。")
    assert "照样办" in no.taps("以后再说")[0]


@pytest.mark.parametrize(
    ("refusal", "step", "words"),
    [
        (Refused("OpenCase", "too_many", {"limit": 5}), "kept", "5件"),
        (Refused("OpenCase", "place_missing"), "place", "在哪栋"),
        (Refused("OpenCase", "something_new"), "kept", "留着没丢"),
    ],
)
def test_a_refusal_tells_the_way_on(refusal: Refused, step: str, words: str) -> None:
    """The draft stays, whatever the world refuses; "继续" tries again."""
    u = resident()
    u.says("3栋2单元灯不亮。")
    u.world.refusals["OpenCase"] = refusal
    assert words in u.taps("提交")[0]
    assert u.top == ("request", step)
    if step == "kept":
        u.says("继续")
        u.taps("提交")
        assert len(u.world.of("OpenCase")) == 2
