"""Many at once: thirty people within a second, five messages of one, three first messages of a stranger, two taps on Submit."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from tests.demo_process import DemoProcess
from tests.people import Persona, case_number
from tests.world import cases_of, topics_of

StartDemo = Callable[..., DemoProcess]
COUNTED = ("sendMessage", "sendPhoto", "sendVoice", "editMessageText", "createForumTopic", "closeForumTopic", "editForumTopic")


def newcomers(demo: DemoProcess, count: int) -> list[str]:
    names = [f"burst{n}" for n in range(count)]
    for name in names:
        demo.post("/sim/personas", {"id": name, "name": f"居民{name}"})
    return names


def at_once(acts: list[Callable[[], Any]]) -> None:
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


def group_calls(demo: DemoProcess, chat: str) -> list[dict[str, Any]]:
    key = next(str(c["id"]) for c in demo.get("/sim/world")["chats"] if c["key"] == chat)
    return [c for c in demo.calls() if c["method"] in COUNTED and str(c["params"].get("chat_id")) == key]


def test_thirty_people_in_a_second(start_demo: StartDemo) -> None:
    """Each has number and date within 3 s, the first card is there within 3 s; 30 cases, 30 topics, 30 cards, never over 20 calls a minute."""
    speed = 20
    demo = start_demo(speed=speed, profile="realistic")
    names = newcomers(demo, 30)
    buildings = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "14")
    began = time.monotonic()
    # Urgent matters (E1) are filed at once, without a form; each is another one, so that nobody is asked whether to join.
    matters = ("水管爆了，水往外喷。", "停水了，整栋都没有水。", "停电了，整栋都没有电。")
    spread = [
        lambda n=n, name=name: demo.post(f"/sim/as/{name}/send", {"text": f"{buildings[n % 12]}栋1单元3楼{matters[n // 12]}"})
        for n, name in enumerate(names)
    ]
    at_once(spread)
    told: dict[str, float] = {}
    first_card: list[float] = []

    def look() -> bool:
        for name in names:
            if name not in told and any(m["is_bot"] and "SMY-" in (m["text"] or "") for m in demo.get(f"/sim/chats/{name}")["messages"]):
                told[name] = time.monotonic() - began
        if not first_card and any(m["buttons"] and "SMY-" in (m["text"] or "") for m in demo.get("/sim/chats/mc")["messages"]):
            first_card.append(time.monotonic() - began)
        return len(told) == 30 and bool(first_card)

    demo.wait_for(look, 20, "all thirty to be told a number, and the first card")
    print(f"numbers told: first {min(told.values()):.2f} s, last {max(told.values()):.2f} s; first card {first_card}")
    demo.wait_for(lambda: len([t for t in demo.get("/sim/chats/mc")["topics"] if "SMY-" in t["name"]]) == 30, 60, "thirty topics")
    demo.settle(60)
    topics = demo.get("/sim/chats/mc")["topics"]
    assert len({case_number(t["name"]) for t in topics if "SMY-" in t["name"]}) == 30
    messages = demo.get("/sim/chats/mc")["messages"]
    for topic in topics:
        if "SMY-" in topic["name"]:
            number = case_number(topic["name"])
            assert any(m["thread"] == topic["thread"] and m["buttons"] and number in m["text"] for m in messages), f"no card for {number}"
    calls = [c for c in group_calls(demo, "mc") if c["status"] == 200]
    refused = [c for c in group_calls(demo, "mc") if c["status"] == 429]
    stamps = sorted(datetime.fromisoformat(c["at"]).timestamp() for c in calls)
    window = 60 / speed
    worst = max(sum(1 for other in stamps if at <= other < at + window) for at in stamps)
    assert worst <= 20, f"{worst} counted calls within a minute"
    assert not refused, f"{len(refused)} calls were refused for flooding"
    # Case after case: with all topics first, a minute and a half would be used up before the first card.
    methods = [c["method"] for c in calls]
    assert "sendMessage" in methods[:6]  # four workers may each have made a topic
    assert methods[:30].count("sendMessage") >= 15


def test_five_messages_at_once_of_one_resident(demo: DemoProcess) -> None:
    """All five stand in the one topic, in order and readable."""
    wang = Persona(demo, "wang")
    wang.says("2栋1单元3楼水管爆了，水往外喷。")
    wang.hears("SMY-")
    demo.settle()
    for number in range(1, 6):
        wang.says(f"补充第{number}条：水已经流到第{number}级台阶了。")
    demo.settle(30)
    text = "\n".join(str(m["text"]) for m in demo.get("/sim/chats/mc")["messages"])
    places = [text.find(f"补充第{number}条") for number in range(1, 6)]
    assert -1 not in places, text
    assert places == sorted(places), "out of order"
    assert len(topics_of(demo, "wang")) == 1


def test_three_first_messages_of_a_stranger(demo: DemoProcess) -> None:
    """Three first messages at once of somebody never met lead to one conversation and one topic."""
    new = Persona(demo, "new")
    new.says("3栋1单元5楼水管爆了，水往外喷。")
    new.says("快点来人啊，水流到楼下了。")
    new.says("已经漏到4楼了，请尽快。")
    new.hears("SMY-")
    demo.settle(30)
    assert len(topics_of(demo, "new")) == len(cases_of(demo, "new")) == 1


def test_double_tap_on_submit(demo: DemoProcess) -> None:
    """Two taps on Submit at the same moment make one case."""
    li = Persona(demo, "li")
    li.says("9栋1单元3楼楼道灯不亮了。")
    message = li.with_button("提交")["message_id"]
    at_once([lambda: demo.post("/sim/as/li/tap", {"message": message, "button": "提交"})] * 2)
    li.hears("SMY-")
    demo.settle(30)
    assert len(topics_of(demo, "li")) == len(cases_of(demo, "li")) == 1
