"""Script 12 of domain.md part 4, its second half: a policy question without a source."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from tests.conversations.test_script_1 import at
from tests.demo_process import DemoProcess
from tests.people import Persona, case_number
from tests.world import case_of, rows

StartDemo = Callable[..., DemoProcess]


def test_a_rumour_is_not_confirmed(start_demo: StartDemo) -> None:
    """No confirmed document: said so, what holds today with source and date, a date for the answer, 96110; a gap is noted.

    The desk quotes a clause with one press, a second person keeps it, and the next resident who asks is answered at once.
    """
    demo = start_demo(clock="2026-11-23T10:20:00+08:00")
    wang = Persona(demo, "wang")
    wang.says("还有个事 听说明年养老认证改成刷脸 不去就停发？", settle=True)
    told = wang.hears("96110")
    assert "不敢乱答" in told["text"]
    assert "养老待遇资格认证须知" in told["text"], "what holds today"
    assert "示范区人社局（示例），2026-05-06" in told["text"], "with its source and date"
    assert re.search(r"最迟 \d+月\d+日\d\d:\d\d 回您", told["text"])
    number = case_number(told["text"])
    case = case_of(demo, number)
    assert (case["category"], case["sla"], case["source"], bool(case["confidential"])) == ("AD02", "Q4", "question", False)
    assert at(case["answer_by"]) == at(case["opened_at"]) + timedelta(days=3), "three working days, from Monday to Thursday"
    gaps = rows(demo, "SELECT * FROM kb_gap")
    assert len(gaps) == 1
    assert "刷脸" not in str(gaps[0]), "what was asked is sealed"

    zhao, qian = Persona(demo, "zhao", "mc"), Persona(demo, "qian", "mc")
    offered = zhao.with_button("引用 1")
    assert "养老待遇资格认证须知" in offered["text"]
    zhao.taps("引用 1", message=offered["message_id"], settle=True)
    answer = wang.hears("养老待遇资格认证须知")
    assert "2026-05-06" in answer["text"]
    assert "解决了" in str(answer["buttons"])
    assert "不能自己审" in zhao.taps("确认收录", settle=True)["toast"]
    qian.taps("确认收录", settle=True)
    li = Persona(demo, "li")
    li.says("养老认证要刷脸吗，不去停不停发？", settle=True)
    known = li.hears("养老待遇资格认证须知")
    assert "示范区人社局（示例）" in known["text"]
    zhang = Persona(demo, "zhang")
    zhang.says("听说明年养老认证改成刷脸 不去就停发？", settle=True)
    assert "示范区人社局（示例）" in zhang.hears("96110")["text"], "the same hearsay is answered now, with the warning"
    assert len(rows(demo, "SELECT * FROM kb_gap")) == 1


POLICY = """---
source: 三眉园社区居委会（示例）
issued: 2026-11-20
valid_until: 2027-12-31
---
# 小区晾晒衣物规定（示例）

第一条 晾晒请用架空层的公共晾衣架，每天7:00至20:00开放。
第二条 不得在楼道和消防通道晾晒。
"""


def test_a_file_sent_to_the_desk_is_shown_and_imported(start_demo: StartDemo, tmp_path: Path) -> None:
    """Staff send a document to the moderator chat: a preview with source and dates, one press imports it, and it answers."""
    demo = start_demo(clock="2026-11-23T10:20:00+08:00")
    file = tmp_path / "晾晒规定.md"
    file.write_text(POLICY, encoding="utf-8")
    zhao, wang = Persona(demo, "zhao", "mc"), Persona(demo, "wang")
    zhao.sends("document", str(file), settle=True)
    shown = zhao.hears("小区晾晒衣物规定", seconds=20)
    assert "三眉园社区居委会（示例）" in shown["text"]
    assert "2026-11-20" in shown["text"]
    assert "导入" in str(shown["buttons"])
    zhao.taps("📥 导入", settle=True)
    zhao.hears("新增 1")
    wang.says("衣服可以晒在楼道里吗，有什么规定？", settle=True)
    assert "三眉园社区居委会（示例），2026-11-20" in wang.hears("小区晾晒衣物规定")["text"]
    assert rows(demo, "SELECT state FROM policy_file") == [{"state": "imported"}]
