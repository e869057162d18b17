"""Sensitive matters stay with their desk, and danger comes before every form."""

from __future__ import annotations

import json
import time

from tests.demo_process import DemoProcess
from tests.people import Persona, case_number, newcomer
from tests.world import case_of, cases_of

CANARY = "蓝鲸七号在阁楼唱歌"


def test_a_sensitive_matter_leaves_no_trace_outside_its_desk(demo: DemoProcess) -> None:
    """A quarrel between neighbours: its words are in no call to mc, to any group but mc-s, or to another resident, and in no log."""
    wang = Persona(demo, "wang")
    wang.says(f"我和楼上邻居吵架闹矛盾，想请人调解。{CANARY}。", settle=True)
    for label in ("邻里纠纷", "提交"):
        if any(label in b["text"] for m in wang.messages() for row in m["buttons"] for b in row):
            wang.taps(label, settle=True)
    case = case_of(demo, case_number(wang.hears("SMY-")["text"]))
    demo.settle(30)
    assert (case["category"], bool(case["sensitive"]), case["title"]) == ("DS01", True, "")
    chats = {str(c["id"]): c["key"] for c in demo.get("/sim/world")["chats"]}
    persons = {str(p["user_id"]): p["id"] for p in demo.get("/sim/world")["personas"]}
    heard = set()
    for call in demo.calls():
        if CANARY in json.dumps(call["params"], ensure_ascii=False):
            chat = str(call["params"].get("chat_id"))
            heard.add(chats.get(chat) or persons.get(chat) or chat)
    assert "mc-s" in heard, "its own desk hears it"
    assert heard <= {"mc-s", "wang"}, heard
    number = case["number"]
    to_mc = [c for c in demo.calls() if chats.get(str(c["params"].get("chat_id"))) == "mc"]
    assert not any(number in json.dumps(c["params"], ensure_ascii=False) for c in to_mc)
    assert CANARY not in demo.logs()
    assert CANARY.encode() not in b"".join(path.read_bytes() for path in demo.data.glob("linli.db*"))


def test_danger_in_the_middle_of_a_form(demo: DemoProcess) -> None:
    """Numbers within 3 s and before anything else; “算了” is no cancel; once safe, the open form is there again."""
    li = Persona(demo, "li")
    li.says("楼道灯坏了，9栋2单元3楼。", settle=True)
    li.with_button("提交")
    li.catches_up()
    began = time.monotonic()
    li.says("等下 厨房好大一股煤气味")
    first = li.hears("119", seconds=3)
    assert time.monotonic() - began <= 3
    assert "0999-96777" in first["text"]
    demo.settle()
    mcs = demo.get("/sim/chats/mc-s")["messages"]
    assert any("煤气味" in m["text"] for m in mcs)
    assert not any("煤气味" in m["text"] for m in demo.get("/sim/chats/mc")["messages"])
    li.says("算了", settle=True)
    (alarm,) = cases_of(demo, "li")
    assert (alarm["emergency"], alarm["state"]) == ("SF01", "submitted")
    li.taps("我已安全", settle=True)
    assert li.with_button("提交"), "the form was suspended, not lost"
    li.taps("提交", settle=True)
    assert {case["category"] for case in cases_of(demo, "li")} == {"SF01", "PR01"}


def test_a_drill_gets_the_check_question_and_no_alarm(demo: DemoProcess) -> None:
    """Past tense: safety text and one question; “不是” raises nothing."""
    driller = newcomer(demo, "driller")
    driller.says("上个月3栋着火那家后来怎么样了？", settle=True)
    driller.hears("119")
    driller.taps("不是", settle=True)
    assert cases_of(demo, "driller") == []
