"""The messenger refuses, falters and loses replies: nothing said is lost, and nothing is said twice unmarked."""

from __future__ import annotations

import time
from collections.abc import Callable

from tests.demo_process import DemoProcess
from tests.people import Persona
from tests.world import rows

StartDemo = Callable[..., DemoProcess]


def test_429_is_waited_out(start_demo: StartDemo) -> None:
    """The chat sleeps for retry_after; then the same words arrive, once."""
    demo = start_demo(speed=1)
    demo.post("/sim/faults", {"method": "sendMessage", "match": "", "code": 429, "retry_after": 2, "times": 1})
    wang = Persona(demo, "wang")
    began = time.monotonic()
    wang.says("2栋1单元3楼水管爆了，水往外喷。")
    wang.hears("SMY-", seconds=12)
    assert time.monotonic() - began >= 2
    demo.settle(30)
    assert len([m for m in wang.messages() if "SMY-" in m["text"]]) == 1


def test_a_lost_reply_is_said_again_and_marked(start_demo: StartDemo) -> None:
    """The message arrived but its answer did not: the second copy says that it is one, and there is no third."""
    demo = start_demo()
    demo.post("/sim/faults", {"method": "sendMessage", "drop": "reply", "times": 1})
    wang = Persona(demo, "wang")
    wang.says("2栋1单元3楼水管爆了，水往外喷。")
    demo.wait_for(lambda: any("重发" in m["text"] for m in wang.messages()), 12, "the marked copy")
    demo.settle(30)
    told = [m["text"] for m in wang.messages() if "SMY-" in m["text"]]
    assert len(told) == 2
    assert sum("重发" in text for text in told) == 1


def test_markup_that_is_refused_goes_as_plain_text(start_demo: StartDemo) -> None:
    """can't parse entities: the words arrive without markup rather than not at all."""
    demo = start_demo()
    text = "Bad Request: can't parse entities: Unmatched end tag at byte offset 7"
    demo.post("/sim/faults", {"method": "sendMessage", "code": 400, "description": text, "times": 1})
    wang = Persona(demo, "wang")
    wang.says("2栋1单元3楼水管爆了，水往外喷。")
    assert "<b>" not in wang.hears("SMY-", seconds=12)["text"]


def test_a_blocked_resident_is_seen_by_staff_and_reached_again(start_demo: StartDemo) -> None:
    """Staff learn that their words did not arrive; when the resident is back, the service is too."""
    demo = start_demo()
    wang = Persona(demo, "wang")
    wang.says("2栋1单元3楼水管爆了，水往外喷。")
    wang.hears("SMY-")
    demo.settle()
    wang._act("block", {})
    zhao = Persona(demo, "zhao", "mc")
    mirrored = next(m for m in zhao.messages() if "水往外喷" in m["text"])
    zhao.says("师傅十分钟到", thread=mirrored["thread"], reply_to=mirrored["message_id"])
    demo.wait_for(lambda: any("停用" in m["text"] for m in zhao.messages()), 12, "“not delivered” in the topic")
    wang._act("unblock", {})
    wang.says("进度", settle=True)
    wang.hears("SMY-")


def test_the_messenger_is_down_for_a_while(start_demo: StartDemo) -> None:
    """5xx on every call: what is said meanwhile is kept and arrives afterwards, in order."""
    demo = start_demo()
    fault = demo.post("/sim/faults", {"method": "sendMessage", "code": 500, "times": 3})
    assert fault["id"]
    wang = Persona(demo, "wang")
    wang.says("2栋1单元3楼水管爆了，水往外喷。")
    wang.hears("SMY-", seconds=40)
    demo.settle(40)
    assert not rows(demo, "SELECT id FROM outbox WHERE state NOT IN ('sent', 'skipped')")
