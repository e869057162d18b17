"""Script 2 of domain.md part 4: an old man, short fragments, dialect, no water."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.conversations.test_script_1 import at
from tests.demo_process import DemoProcess
from tests.people import Persona, case_number
from tests.world import case_of, rows

StartDemo = Callable[..., DemoProcess]
SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_an_old_man_without_water(start_demo: StartDemo) -> None:
    """Five fragments get one answer; the case is filed urgent with dates; help comes without a word of health; elder mode after a yes."""
    demo = start_demo(clock="2026-11-23T19:02:00+08:00")
    u = Persona(demo, "new")
    before = len([m for m in u.messages() if m["is_bot"]])
    for fragment in ("喂", "有人没得", "屋头水莫得了", "从昨黑就莫得", "我腿脚又不好"):
        u.says(fragment, settle=True)
        demo.advance(7)
    demo.advance(21)
    answers = [m for m in u.messages() if m["is_bot"]][before:]
    asking = [m for m in answers if m["buttons"]]
    assert len(asking) == 1, [m["text"] for m in answers]
    assert "水" in asking[0]["text"]
    assert any("打给我" in b["text"] for row in asking[0]["buttons"] for b in row)
    u.catches_up()

    def one_question() -> None:
        """No more than one question in a message."""
        for message in u.new_from_bot():
            assert (message["text"] or "").count("？") <= 2, message["text"]

    u.says("嗯", settle=True)
    asked = u.hears("几栋")
    u.says("老地方嘛 刘师傅晓得", settle=True)
    demo.advance(21)
    again = u.hears("几栋")
    assert again["message_id"] != asked["message_id"]
    u.says("2", settle=True)
    u.says("2楼左手")
    demo.advance(25)
    unit = u.hears("单元")
    assert "1" in str(unit["buttons"])
    u.says("不晓得")
    filed = u.hears("SMY-", seconds=12)
    number = case_number(filed["text"])
    demo.settle()

    case = case_of(demo, number)
    opened = at(case["opened_at"])
    assert (case["category"], case["sla"], case["building"]) == ("UT01", "E1", "2")
    assert bool(case["needs_help"])
    assert at(case["contact_by"]) == opened + timedelta(hours=2), "a contact within two hours, quiet hours or not"
    assert at(case["answer_by"]) == opened + timedelta(hours=24)
    local = case["contact_by"] if isinstance(case["contact_by"], datetime) else datetime.fromisoformat(str(case["contact_by"]))
    local = (local if local.tzinfo else local.replace(tzinfo=ZoneInfo("UTC"))).astimezone(SHANGHAI)
    assert f"{local:%H:%M}" in filed["text"], "the promise is told as a date and time"

    u.taps("要")
    u.hears("刘")
    demo.settle()
    helper = [m["text"] for m in Persona(demo, "liu").messages() if m["is_bot"]]
    assert any("2栋" in text and "水" in text for text in helper), helper
    assert not any("腿" in text for text in helper), "no health detail"
    assert not rows(demo, "SELECT id FROM person WHERE elder"), "elder mode only after a yes"
    u.taps("可以", settle=True)
    assert len(rows(demo, "SELECT id FROM person WHERE elder")) == 1
    assert len([t for t in demo.get("/sim/chats/mc")["topics"] if "SMY-" in t["name"]]) == 1
    one_question()
