"""Composing a notice: what is asked in which order, and that no audience is sent to that was not shown."""

from __future__ import annotations

from typing import Any

import pytest

from dialogs import DIALOGS
from dialogs.kernel import Frame
from dialogs.words import Refused
from tests.dialogs.play import Player
from tests.dialogs.test_notice_read import rows

FIRST = "明天8点到12点3号楼停水 请储水"


def warden(**who: Any) -> Player:
    player = Player(at="2026-11-23T15:00:00", roles=("grid_leader",), consent="v1", **who)
    player.state = [Frame("notice", DIALOGS["notice"].version, "words", {}).to_json()]
    return player


def planned(player: Player) -> dict[str, Any]:
    (wish,) = player.world.of("PlanNotice")
    return dict(wish.plan)


def test_script_9() -> None:
    """Source, the corrected buildings, 【收到】, then the buttons to send."""
    chen = warden()
    assert "1个群、72户" in chen.says(FIRST)[-1]
    assert chen.labels == ["自来水公司", "安家物业"]
    assert "148户" in chen.says("自来水 不对不对 是3栋和5栋")[-1]
    assert chen.labels == ["要", "不要"]
    chen.taps("要")
    assert chen.labels == ["立即发", "17:30发", "看各栋、英文", "改时间", "不发了"]
    chen.taps("立即发")
    plan = planned(chen)
    assert (plan["buildings"], plan["confirm"], plan["send"], plan["source_kind"]) == (["3", "5"], True, "now", "WT")
    assert chen.state == []


def test_typed_answers_do_what_buttons_do() -> None:
    """Everything can be typed: the source, “不用收到”, “发吧”."""
    chen = warden()
    chen.says(FIRST)
    chen.says("物业")
    chen.says("不用收到")
    chen.says("发吧")
    assert (planned(chen)["confirm"], planned(chen)["source_kind"]) == (False, "PM")


def test_each_missing_value_is_asked_for_by_name() -> None:
    """Nothing is filled in silently: buildings, type, day, hours, end, source in turn."""
    chen = warden()
    said = chen.says("停水")
    assert "哪几栋" in said[-1]
    assert "哪一天" in chen.says("3和5")[-1]
    assert "几点开始" in chen.taps("明天")[-1]
    assert "到几点" in chen.says("8点")[-1]
    assert "来源" in chen.says("到12点")[-1]
    assert "148户" in chen.taps("自来水公司")[-1]


def test_a_send_time_and_a_repeat() -> None:
    """“改时间” takes a time or a rule."""
    for said, key, value in (
        ("明早8点半", "send", "2026-11-24T08:30"),
        ("每周三9点", "repeat", {"every": "week", "weekdays": [2], "time": "09:00"}),
    ):
        chen = warden()
        chen.says(FIRST + " 自来水公司")
        chen.taps("不要")
        chen.taps("改时间")
        chen.says(said)
        assert planned(chen)[key] == value


def test_cancel_and_a_new_beginning() -> None:
    """“取消” drops the draft; a new “通知 …” starts afresh."""
    chen = warden()
    chen.says(FIRST)
    chen.says("通知 5栋后天9点到11点停电")
    assert chen.draft["read"]["houses"]["named"] == ["5"]
    assert chen.draft["read"]["template"] == "power"
    assert "不发了" in chen.says("取消")[-1]
    assert chen.state == []
    assert not chen.world.of("PlanNotice")


def test_refusals_are_said() -> None:
    """Without a role the dialog ends with the reason; with the wrong building it goes on."""
    chen = warden()
    chen.world.refusals["WeighNotice"] = Refused("WeighNotice", "no_role", {"buildings": []})
    assert "只有网格长" in chen.says(FIRST)[-1]
    assert chen.state == []
    liu = warden()
    liu.world.refusals["WeighNotice"] = Refused("WeighNotice", "not_yours", {"buildings": ["3"]})
    assert "不在您可以发的范围" in liu.says(FIRST)[-1]
    assert liu.top[0] == "notice"


def test_pictures_belong_to_the_draft() -> None:
    """A picture is attached, a voice message isn't."""
    chen = warden()
    chen.says(FIRST + " 自来水公司")
    chen.taps("不要")
    assert "附件1个" in chen.sends("photo")[-1]
    assert "放不了" in chen.sends("voice", seconds=3)[0]
    chen.taps("立即发")
    assert len(planned(chen)["media"]) == 1


def test_english_all_the_way() -> None:
    """A warden who writes English is answered in English."""
    amy = warden(language="en")
    assert "1 group, 72 homes" in amy.says("/notice building 3 water off tomorrow 8 to 12")[-1]
    amy.taps("Water company")
    amy.taps("No")
    amy.taps("Send now")
    assert planned(amy)["starts"] == "2026-11-24T08:00"


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["text"][:20])
def test_no_building_is_sent_to_that_was_not_shown(row: dict[str, Any]) -> None:
    """Whatever is read: what is planned is exactly what the last question showed with its number of homes."""
    chen = warden()
    shown: list[str] = []
    said = chen.says(row["text"])
    for _ in range(9):
        shown = said
        if not chen.labels or chen.top[1] == "send" or chen.top[1] == "fill":
            break
        said = chen.taps(chen.labels[0])
    if chen.top[1] == "send" and any(label.endswith("发") and "不" not in label for label in chen.labels):
        numbers = chen.draft["buildings"]
        chen.taps(next(label for label in chen.labels if label.endswith("发") and "不" not in label))
        assert planned(chen)["buildings"] == numbers
        assert "全小区" in shown[-1] or f"{'、'.join(numbers)}栋" in shown[-1]
    assert not set(row.get("unknown", ())) & set(chen.draft.get("buildings", ()) if chen.state else ())
