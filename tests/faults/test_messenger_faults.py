"""The messenger refuses, falters and loses replies: nothing said is lost, and nothing is said twice unmarked."""

from __future__ import annotations

import time

from tests.conversations.conftest import SPEED
from tests.demo_process import DemoProcess
from tests.people import Persona, newcomer
from tests.world import rows, user_id


def test_429_is_waited_out(demo: DemoProcess) -> None:
    """The chat sleeps for retry_after; then the same words arrive, once."""
    demo.post("/sim/faults", {"method": "sendMessage", "match": "", "code": 429, "retry_after": 60, "times": 1})
    patient = newcomer(demo, "patient")
    began = time.monotonic()
    patient.says("3栋1单元3楼水管爆了，水往外喷。")
    patient.hears("SMY-", seconds=12)
    assert time.monotonic() - began >= 60 / SPEED
    demo.settle(30)
    assert len([m for m in patient.messages() if "SMY-" in m["text"]]) == 1


def test_a_lost_reply_is_said_again_and_marked(demo: DemoProcess) -> None:
    """The message arrived but its answer did not: the second copy says that it is one, and there is no third."""
    demo.post("/sim/faults", {"method": "sendMessage", "drop": "reply", "times": 1})
    twice = newcomer(demo, "twice")
    twice.says("4栋1单元3楼水管爆了，水往外喷。")
    demo.wait_for(lambda: any("重发" in m["text"] for m in twice.messages()), 12, "the marked copy")
    demo.settle(30)
    told = [m["text"] for m in twice.messages() if "SMY-" in m["text"]]
    assert len(told) == 2
    assert sum("重发" in text for text in told) == 1


def test_markup_that_is_refused_goes_as_plain_text(demo: DemoProcess) -> None:
    """can't parse entities: the words arrive without markup rather than not at all."""
    text = "Bad Request: can't parse entities: Unmatched end tag at byte offset 7"
    demo.post("/sim/faults", {"method": "sendMessage", "code": 400, "description": text, "times": 1})
    plain = newcomer(demo, "plain")
    plain.says("5栋1单元3楼水管爆了，水往外喷。")
    assert "<b>" not in plain.hears("SMY-", seconds=12)["text"]


def test_a_blocked_resident_is_seen_by_staff_and_reached_again(demo: DemoProcess) -> None:
    """Staff learn that their words did not arrive; when the resident is back, the service is too."""
    blocked = newcomer(demo, "blocked")
    blocked.says("6栋1单元3楼水管爆了，水往外喷。")
    blocked.hears("SMY-")
    demo.settle()
    blocked._act("block", {})
    zhao = Persona(demo, "zhao", "mc")
    mirrored = next(m for m in zhao.messages() if "6栋" in m["text"] and "水往外喷" in m["text"])
    zhao.says("师傅十分钟到", thread=mirrored["thread"], reply_to=mirrored["message_id"])
    demo.wait_for(lambda: any("停用" in m["text"] for m in zhao.messages()), 12, "“not delivered” in the topic")
    blocked._act("unblock", {})
    blocked.says("进度", settle=True)
    blocked.hears("SMY-")


def test_the_messenger_is_down_for_a_while(demo: DemoProcess) -> None:
    """5xx on every call: what is said meanwhile is kept and arrives afterwards, in order."""
    fault = demo.post("/sim/faults", {"method": "sendMessage", "code": 500, "times": 3})
    assert fault["id"]
    stormy = newcomer(demo, "stormy")
    stormy.says("7栋1单元3楼水管爆了，水往外喷。")
    stormy.hears("SMY-", seconds=40)
    demo.settle(40)
    assert not rows(demo, "SELECT id FROM outbox WHERE chat = :chat AND state NOT IN ('sent', 'skipped')", chat=str(user_id(demo, "stormy")))
