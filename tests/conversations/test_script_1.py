"""Script 1 of domain.md part 4: photo first, wrong building, “same problem”, then a hazard."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from tests.demo_process import DemoProcess
from tests.people import Persona, case_number
from tests.world import case_of, rows

StartDemo = Callable[..., DemoProcess]


def at(value: object) -> datetime:
    """A moment as either database gives it back; both keep UTC."""
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return moment.replace(tzinfo=None) if moment.tzinfo is None else moment.astimezone(tz=None).replace(tzinfo=None)


def file_earlier_report(demo: DemoProcess) -> str:
    """Somebody of the building has reported the light; the desk has sent it to the property firm, which works on it."""
    first = Persona(demo, "wang")
    first.says("2栋1单元3楼楼道灯不亮了。")
    first.taps("提交")
    number = case_number(first.hears("SMY-")["text"])
    demo.settle()
    staff = Persona(demo, "zhao", "mc")
    staff.taps("受理", settle=True)
    staff.taps("派单 · 安家物业", settle=True)
    firm = Persona(demo, "an")
    firm.taps("签收", settle=True)
    assert case_of(demo, number)["state"] == "in_progress"
    return number


def test_photo_first_wrong_building_same_problem_then_a_hazard(start_demo: StartDemo) -> None:
    """The photo is kept, building 12 is refused with three neighbours, the case is joined, and sparks raise it to urgent."""
    demo = start_demo(clock="2026-11-23T18:20:00+08:00")
    number = file_earlier_report(demo)
    first_due = case_of(demo, number)["answer_by"]
    demo.advance((datetime(2026, 11, 23, 20, 5) - datetime.fromisoformat(demo.now()).replace(tzinfo=None)).total_seconds())
    demo.post("/sim/personas", {"id": "neighbour", "name": "邻居"})
    u = Persona(demo, "neighbour")

    u.sends("photo")
    asked = u.hears("照片")
    assert "栋" in asked["text"]

    u.says("12栋 灯黑的")
    refused = u.hears("没有12栋")
    labels = [b["text"] for row in refused["buttons"] for b in row]
    offered = [label for label in labels if label.rstrip("栋").isdigit()]
    assert len(offered) == 3, labels
    assert {"11栋", "14栋"} <= set(offered), "the nearest buildings are offered"

    u.says("哦打错了 2栋一单元 三楼到四楼")
    similar = u.hears("已有人报过", seconds=30)
    assert number in similar["text"]
    assert "2栋1单元" in similar["text"]
    assert {"我也遇到", "不是同一个"} <= {b["text"] for row in similar["buttons"] for b in row}

    u.says("一样的吧 不过我这里滋滋响 还有火花！")
    danger = u.hears("119", seconds=3)
    check = u.hears("烟")
    assert check["message_id"] > danger["message_id"], "the numbers come before any question"

    u.says("没有 就滋滋的")
    merged = u.hears("SMY-")
    assert number in merged["text"]
    demo.settle()

    case = case_of(demo, number)
    assert rows(demo, "SELECT * FROM \"case\" WHERE building = '12'") == []
    assert len(rows(demo, 'SELECT id FROM "case"')) == 1
    assert (case["sla"], bool(case["hazard"])) == ("E1", True)
    raised = at(datetime.fromisoformat(demo.now()))
    assert at(case["answer_by"]) <= min(at(first_due), raised + timedelta(hours=24, minutes=1))
    followers = rows(demo, "SELECT person_id FROM follower WHERE case_id = :id", id=case["id"])
    assert len(followers) >= 1
    media = rows(demo, "SELECT media_id FROM case_media WHERE case_id = :id", id=case["id"])
    assert len(media) == 1
    assert any("升级" in m["text"] or "紧急" in m["text"] for m in Persona(demo, "wang").messages() if m["is_bot"]), "the earlier reporter is told"
    for helper in ("an", "chen"):
        assert any(number in m["text"] for m in Persona(demo, helper).messages() if m["is_bot"]), f"{helper} is told"
    card = next(m for m in demo.get("/sim/chats/mc")["messages"] if number in (m["text"] or "") and m["buttons"])
    assert "升级" in card["text"]
    assert "火花" in card["text"]
