"""Script 4 of domain.md part 4, ⑤ and ⑥: aid is asked about in private, answered with a source, and arranged by a call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.conversations.test_script_1 import at
from tests.demo_process import DemoProcess
from tests.people import Persona, case_number
from tests.world import case_of, rows

StartDemo = Callable[..., DemoProcess]


def test_aid_is_explained_and_an_officer_calls(start_demo: StartDemo) -> None:
    """The clause with source and date, a pre-check that may be declined, a call before tomorrow; nothing of it outside mc-s."""
    demo = start_demo(clock="2026-11-23T10:12:00+08:00")
    li = Persona(demo, "li")
    li.says("我妈瘫在床上一个人 低保能不能办啊", settle=True)
    told = li.hears("最低生活保障申请须知")
    if "哪一件" in told["text"]:  # how sure the search is of so personal a question may change with what it learns
        li.taps("最低生活保障申请须知", settle=True)
        told = li.hears("最低生活保障申请须知")
    assert "按家庭申请" in told["text"]
    assert "街道受理" in told["text"]
    assert "示范区民政局（示例），2026-01-15" in told["text"]
    assert "以受理机关的决定为准" in told["text"], "no statutory promise is invented"
    labels = [button["text"] for row in told["buttons"] for button in row]
    assert any("4 个小问题" in label for label in labels)
    assert rows(demo, 'SELECT id FROM "case"') == [], "asking is not applying"

    li.taps("请专干联系我", settle=True)
    filed = li.hears("前打给您")
    case = case_of(demo, case_number(filed["text"]))
    assert (case["category"], case["sla"], bool(case["sensitive"]), bool(case["call_me"])) == ("AS01", "A6", True, True)
    assert at(case["contact_by"]) <= at(case["opened_at"]) + timedelta(days=1)
    assert "11月24日10:1" in filed["text"]
    assert any(case["number"] in topic["name"] for topic in demo.get("/sim/chats/mc-s")["topics"])
    chats = {str(c["id"]): c["key"] for c in demo.get("/sim/world")["chats"]}
    for call in demo.calls():
        if "瘫" in str(call["params"]) or case["number"] in str(call["params"]):
            assert chats.get(str(call["params"].get("chat_id")), "private") in ("mc-s", "private"), call["method"]


def test_nothing_personal_is_answered_in_a_group(start_demo: StartDemo) -> None:
    """A personal question gets the way to the private chat, and the moderators a hint; a general one is answered there with its source."""
    demo = start_demo()
    li = Persona(demo, "li", "bg-9")
    li.says("@小助手 我妈瘫在床上一个人 低保能不能办啊", settle=True)
    li.hears("service.private_please")
    group = [m["text"] for m in demo.get("/sim/chats/bg-9")["messages"] if m["is_bot"]]
    assert not any(word in text for text in group for word in ("低保", "瘫", "生活保障"))
    hint = [m["text"] for m in demo.get("/sim/chats/mc")["messages"] if m["is_bot"]]
    assert any("9栋" in text and "撤下" in text for text in hint)
    assert not any("瘫" in text for text in hint)
    li.says("@小助手 小区装修几点可以施工？", settle=True)
    public = li.hears("装修时间和押金规定")
    assert "安家物业（示例），2026-03-05" in public["text"]
