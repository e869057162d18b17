"""kill -9 of the bot at random points while twenty people file requests: nothing lost, nothing doubled, order kept."""

from __future__ import annotations

import contextlib
import json
import random
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import DATABASES, new_database
from tests.demo_process import DemoProcess, Refused
from tests.people import case_number
from tests.world import rows

PEOPLE = 20


def kill_while_filing(demo: DemoProcess, kills: int, seed: int) -> None:
    """Twenty people each file one request while the bot is killed `kills` times; then everything is counted."""
    chance = random.Random(seed)
    names = [f"killed{n}" for n in range(PEOPLE)]
    for name in names:
        demo.post("/sim/personas", {"id": name, "name": f"住户{name}"})
    failures: list[str] = []

    def file_one(number: int, name: str) -> None:
        building = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 14)[number % 12]
        try:
            # Another matter for the second person of a building: nobody is to be asked whether to join a neighbour.
            _file(demo, name, f"{building}栋1单元{'楼道灯不亮了' if number < 12 else '单元门锁坏了关不上'}，我是{number}号。")
        except (AssertionError, Refused) as error:
            failures.append(f"{name}: {error}")

    done = threading.Event()

    def killer() -> None:
        for _ in range(kills):
            if done.wait(chance.uniform(0.3, 1.6)):
                # The people were faster than the killer: kill all the same, between the turns of the outbox.
                pass
            with contextlib.suppress(ProcessLookupError, ValueError, FileNotFoundError):
                demo.kill_bot()

    threads = [threading.Thread(target=file_one, args=(n, name)) for n, name in enumerate(names)]
    killing = threading.Thread(target=killer)
    killing.start()
    for thread in threads:
        thread.start()
        time.sleep(0.05)
    for thread in threads:
        thread.join(150)
    done.set()
    killing.join(60)
    demo.wait_for(lambda: demo.get("/sim/world")["bot"]["online"], 20, "the bot to come back")
    demo.settle(60)
    assert not failures, failures[:3]
    _count(demo, names)


def _file(demo: DemoProcess, name: str, text: str) -> None:
    """One person files one request, pressing again whatever button the newest message offers until a number is told."""
    demo.post(f"/sim/as/{name}/send", {"text": text})
    deadline = time.monotonic() + 120
    pressed: set[int] = set()
    quiet_since = time.monotonic()
    while time.monotonic() < deadline:
        messages = [m for m in demo.get(f"/sim/chats/{name}")["messages"] if m["is_bot"] and not m["deleted"]]
        if any(_is_filed(m) for m in messages):
            return
        fresh = [m for m in messages if m["buttons"] and m["message_id"] not in pressed]
        if fresh:
            newest = fresh[-1]
            label = _forward(newest)
            with contextlib.suppress(Refused):
                told = demo.post(f"/sim/as/{name}/tap", {"message": newest["message_id"], "button": label})
                if told is not None:
                    pressed.add(newest["message_id"])
            quiet_since = time.monotonic()
        elif time.monotonic() - quiet_since > 25:
            # A press may be lost with its toast (the messenger keeps them 150 s only): press once more.
            pressed.clear()
            quiet_since = time.monotonic()
        time.sleep(0.1)
    raise AssertionError(f"no case number: {[m['text'] for m in demo.get(f'/sim/chats/{name}')['messages']][-5:]}")


def _is_filed(message: dict[str, object]) -> bool:
    """A number was told, and not as a neighbour's case that could be joined."""
    text = str(message["text"] or "")
    return "SMY-" in text and "已有人报过" not in text


FORWARD = ("不是同一个", "提交", "同意", "对", "楼道灯", "单元门")


def _forward(message: dict[str, object]) -> str:
    """The button that leads on: not the same as others' case, the right category, consent, submit."""
    labels = [b["text"] for row in message["buttons"] for b in row]  # type: ignore[attr-defined]
    for wish in FORWARD:
        for label in labels:
            if wish in label and "不对" not in label:
                return str(label)
    return str(labels[0])


def _count(demo: DemoProcess, names: list[str]) -> None:
    numbers: dict[str, set[str]] = {}
    for name in names:
        messages = [m for m in demo.get(f"/sim/chats/{name}")["messages"] if m["is_bot"]]
        texts = [str(m["text"] or "") for m in messages]
        numbers[name] = {case_number(t) for m, t in zip(messages, texts, strict=True) if _is_filed(m)}
    assert all(len(found) == 1 for found in numbers.values()), numbers
    everyone = [next(iter(found)) for found in numbers.values()]
    assert len(set(everyone)) == PEOPLE, "two people were told the same number"
    topics = [t["name"] for t in demo.get("/sim/chats/mc")["topics"] if not t["deleted"]]
    held = Counter(case_number(name) for name in topics if "SMY-" in name)
    assert set(held) >= set(everyone), "a case has no topic"
    assert len(held) == PEOPLE, f"cases doubled or lost: {len(held)} for {PEOPLE} people"
    # Every message that left is a part of one row; what left more often was in flight at a kill, and its row says so.
    sent = rows(demo, "SELECT op, resent, attempts, message_ids FROM outbox WHERE state = 'sent' AND op <> 'topic' AND lead_id IS NULL")
    parts = sum(len(_list(row["message_ids"])) for row in sent if row["op"] == "send")
    calls = [c for c in demo.calls() if c["method"] in SENDS and c["status"] == 200]
    cards = len({c["response"]["result"]["message_id"] for c in calls if _is_card(c)})
    repeated = len(calls) - parts - cards
    marked = sum(1 for row in sent if row["resent"] or row["attempts"] > 1)
    assert 0 <= repeated <= marked, f"{repeated} repeated messages, {marked} rows that say they may be"


SENDS = ("sendMessage", "sendPhoto", "sendVoice", "sendDocument")


def _list(value: object) -> list[int]:
    """A JSON column as either database gives it back."""
    return list(json.loads(value)) if isinstance(value, str) else list(value or [])  # type: ignore[call-overload]


def _is_card(call: dict[str, object]) -> bool:
    """Cards carry signed buttons; they are posted once and then edited."""
    return '"c:' in str(call["params"]).replace("'", '"') and "c:" in json.dumps(call["params"], ensure_ascii=False)


@pytest.mark.timeout(400)
def test_ten_kills_lose_nothing(tmp_path: Path) -> None:
    """Ten times kill -9 at random points while twenty people file: 0 cases lost or doubled, repeats marked."""
    demo = DemoProcess(tmp_path / "demo", speed=60, profile="perfect")
    try:
        kill_while_filing(demo, 10, seed=7)
    finally:
        demo.end()


@pytest.mark.nightly
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("database", DATABASES)
def test_thirty_kills_lose_nothing(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """The same with thirty kills, on both databases."""
    url = new_database(request.getfixturevalue("postgres_server")) if database == "postgres" else ""
    demo = DemoProcess(tmp_path / "demo", url, speed=60, profile="perfect")
    try:
        kill_while_filing(demo, 30, seed=11)
    finally:
        demo.end()
