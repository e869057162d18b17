"""Script 9 of domain.md part 4: wrong target, department without approval, unread, correction, knocking, report."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from tests.demo_process import DemoProcess
from tests.people import Persona
from tests.world import rows

StartDemo = Callable[..., DemoProcess]
PUSH = "请各群转发：必须关注公众号并截图上报，今晚8点前，计入考核"
FIGURES = re.compile(r"148户｜送达(\d+)｜确认(\d+)｜线下(\d+)｜未确认(\d+)｜未达(\d+)｜提问(\d+)｜生成事项(\d+)")


def advance_to(demo: DemoProcess, moment: datetime) -> None:
    demo.advance((moment - datetime.fromisoformat(demo.now()).replace(tzinfo=None)).total_seconds())


def in_group(demo: DemoProcess, group: str, words: str) -> dict[str, object]:
    """The newest post of the bot in a group with these words."""
    found = [m for m in demo.get(f"/sim/chats/{group}")["messages"] if m["is_bot"] and words in (m["text"] or "")]
    assert found, f"nothing like {words} in {group}"
    return dict(found[-1])


def labels(message: dict[str, object]) -> list[str]:
    return [button["text"] for row in message["buttons"] for button in row]  # type: ignore[attr-defined]


def test_wrong_target_no_approval_unread_and_a_correction(start_demo: StartDemo) -> None:
    """No wrong audience gets it, a home counts once, the correction asks again, the push is blocked, the figures add up."""
    demo = start_demo(clock="2026-11-23T15:00:00+08:00")
    g, amy, wu = Persona(demo, "chen"), Persona(demo, "amy"), Persona(demo, "wu", "lc")

    g.says("/通知 明天8点到12点3号楼停水 请储水")
    preview = g.hears("预览")
    assert all(words in preview["text"] for words in ("3栋", "停水", "11月24日", "08:00–12:00", "来源：？", "1个群", "72户"))
    assert {"自来水公司", "安家物业"} <= set(labels(preview))
    g.says("自来水 不对不对 是3栋和5栋")
    assert "3、5栋，148户" in g.hears("需要居民点")["text"]
    g.taps("要")
    assert "免审批" in g.hears("免审批")["text"]
    for number in (*range(1, 12), 14):
        assert not any("停水" in (m["text"] or "") for m in demo.get(f"/sim/chats/bg-{number}")["messages"]), "nothing before it is sent"
    g.taps("立即发", settle=True)
    demo.settle()
    for group in ("bg-3", "bg-5"):
        post = in_group(demo, group, "停水通知")
        assert "11月24日" in str(post["text"])
        assert labels(post) == ["收到", "家里有困难"]
    for number in (1, 2, 4, 6, 7, 8, 9, 10, 11, 14):
        assert not any("停水" in (m["text"] or "") for m in demo.get(f"/sim/chats/bg-{number}")["messages"]), "a wrong audience"
    assert "已发3/3" in demo.wait_for(
        lambda: next((m["text"] for m in g.messages() if "已发3/3" in (m["text"] or "")), None), 15, "the progress card"
    )

    amy.hears("Water outage")
    amy.taps("Got it", settle=True)
    group_amy = Persona(demo, "amy", "bg-5")
    group_amy.taps("收到", settle=True)
    assert len(rows(demo, "SELECT household_id FROM notice_receipt")) == 1, "a home counts once"
    before = len(demo.get("/sim/chats/bg-5")["messages"])
    amy.taps("I need help")
    amy.hears("what is difficult")
    amy.says("Just back from dialysis, I can't be without water")
    filed = amy.hears("Passed on in private")
    assert "Nov 23" in filed["text"]
    demo.settle()
    (case,) = rows(demo, 'SELECT * FROM "case"')
    assert (case["category"], bool(case["sensitive"])) == ("AS06", True)
    assert datetime.fromisoformat(str(case["contact_by"])).replace(tzinfo=None) <= datetime(2026, 11, 23, 10, 0), "today, by 18:00"
    assert rows(demo, "SELECT kind FROM notice_question") == [{"kind": "difficulty"}]
    assert len(demo.get("/sim/chats/bg-5")["messages"]) == before, "nothing in the group"
    assert not any("dialysis" in (m["text"] or "") for m in demo.get("/sim/chats/mc")["messages"])
    assert any("dialysis" in (m["text"] or "") for m in demo.get("/sim/chats/mc-s")["messages"])
    amy.says("Will hot water be off too?", reply_to=next(m["message_id"] for m in amy.messages() if "Water outage" in (m["text"] or "")))
    amy.hears("you get an answer by")

    wu.says(PUSH)
    refused = wu.hears("没有准入编号")
    assert "15个工作日" in refused["text"]
    assert "申请" in labels(refused)
    demo.settle()
    assert any("已拦截1条未准入任务" in (m["text"] or "") for m in demo.get("/sim/chats/mc")["messages"])
    assert len(rows(demo, "SELECT id FROM access_block")) == 1
    assert not any("公众号" in (m["text"] or "") for m in demo.get("/sim/chats/bg-3")["messages"])

    advance_to(demo, datetime(2026, 11, 23, 18, 10))
    g.catches_up()
    g.says("糟了 水务说改到后天")
    shown = g.hears("11月25日")
    assert labels(shown)[0] == "更正"
    g.taps("更正", message=shown["message_id"], settle=True)
    demo.settle()
    for group in ("bg-3", "bg-5"):
        old, new = in_group(demo, group, "已更正"), in_group(demo, group, "11月25日")
        assert old["edited"]
        assert labels(old) == []
        assert "08:00–12:00" in str(new["text"])
        assert labels(new) == ["收到", "家里有困难"], "it asks again"
    assert rows(demo, "SELECT version FROM notice_receipt") == [{"version": 1}], "who saw the old version is kept as that"
    demo.wait_for(lambda: any("看过旧版1户" in (m["text"] or "") for m in g.messages()), 15, "the old version on the card")
    due = rows(demo, "SELECT version FROM notice_reminder WHERE done_at IS NULL")
    assert {row["version"] for row in due} == {2}, "no reminder of the old version"
    amy.taps("Got it", settle=True)

    advance_to(demo, datetime(2026, 11, 24, 18, 10))
    demo.settle()
    lists = [m for m in g.messages() if "栋还有" in (m["text"] or "") and labels(m)]
    assert any("5栋还有75户没确认" in m["text"] for m in lists), "amy's home has confirmed"
    first = next(m for m in lists if "3栋还有72户没确认" in m["text"])
    assert "1单元101" in first["text"]
    assert not any("栋还有" in (m["text"] or "") for group in ("bg-3", "bg-5") for m in demo.get(f"/sim/chats/{group}")["messages"])
    assert not any("not confirmed" in (m["text"] or "") for m in amy.messages()), "nobody who confirmed is reminded"
    for _ in range(7):
        g.taps("已敲门", message=first["message_id"], settle=True)
    for _ in range(2):
        g.taps("没人应", message=first["message_id"], settle=True)

    advance_to(demo, datetime(2026, 11, 25, 19, 0))
    demo.settle()
    report = next(m for m in reversed(g.messages()) if "通知报告" in (m["text"] or ""))
    found = FIGURES.search(report["text"])
    assert found, report["text"]
    delivered, confirmed, offline, unconfirmed, failed, questions, cases = map(int, found.groups())
    assert (delivered, confirmed, offline, failed, questions, cases) == (146, 1, 7, 2, 1, 1)
    assert confirmed + offline + unconfirmed + failed == 148
    sent = demo.wait_for(lambda: [m for m in g.messages() if m["is_bot"] and m["media"]], 20, "the picture and the table of the report")
    demo.wait_for(lambda: len([m for m in g.messages() if m["is_bot"] and m["media"]]) == 2, 20, f"the table after {sent}")
