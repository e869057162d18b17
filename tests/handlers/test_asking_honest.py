"""Whatever is asked and whatever was imported: an answer carries the source and date of the document it quotes, or there is a date for a person's."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.policies import Paper
from models.passages import Block
from tests.handlers.asking_world import knows
from tests.handlers.desk_world import MONDAY, Sent, StaffRooms, open_rooms

TODAY = MONDAY.date()
TOPICS = ("高龄津贴", "停车收费", "装修时间", "图书借阅", "养犬登记", "取暖补贴")
SOURCES = ("甲局（示例）", "乙办（示例）", "丙处（示例）", "")
ANSWER = re.compile(
    r"^(?P<quote>.*?)\n\n📄《(?P<title>.+?)》.*?\n来源：(?P<source>.+?)，(?P<issued>\d{4}-\d\d-\d\d) 发布(?:，有效至 (?P<until>[\d-]+))?\n",
    re.DOTALL,
)
LISTED = re.compile(r"^\d\. 《(?P<title>.+?)》（(?P<source>.+?)，(?P<issued>[\d-]+)）$", re.MULTILINE)
PROMISE = re.compile(r"最迟 <b>\d+月\d+日\d\d:\d\d</b> 回您")

days = st.integers(-900, 900).map(lambda n: (TODAY + timedelta(days=n)).isoformat())


@st.composite
def libraries(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Documents of a few topics: some expired, some not begun, undated or without source, some contradicting each other."""
    found = []
    for number in range(draw(st.integers(0, 7))):
        topic, amount = draw(st.sampled_from(TOPICS)), draw(st.integers(1, 900))
        document: dict[str, Any] = {
            "id": f"d{number}", "title": f"{topic}办法", "source": draw(st.sampled_from(SOURCES)),
            "text": f"第一条 本办法讲的是{topic}。\n第二条 {topic}每月{amount}元，第{number}号文件说的。\n第三条 办理{topic}带身份证到窗口。",
        }  # fmt: skip
        for name in ("issued", "valid_until"):
            if draw(st.integers(0, 3)):
                document[name] = draw(days)
        found.append(document)
    return found


subjects = st.sampled_from((*TOPICS, "无人机", "我妈的高龄津贴"))
askings = st.sampled_from(("收费标准是每月多少钱？", "有什么规定？", "需要什么条件", "怎么规定的？", "是真的吗？"))
questions = st.builds("{}{}".format, subjects, askings)


def paper(document: dict[str, Any]) -> Paper:
    issued, until = (date.fromisoformat(document[name]) if name in document else None for name in ("issued", "valid_until"))
    return Paper(document["id"], document["title"], (Block(document["text"]),), document["source"], issued=issued, valid_until=until)


def is_of(found: re.Match[str], document: dict[str, Any]) -> bool:
    """Whether what was told is this document's title, source and date."""
    return (found["title"], found["source"], found["issued"]) == (document["title"], document.get("source"), document.get("issued"))


def holds(document: dict[str, Any]) -> bool:
    return "valid_until" not in document or date.fromisoformat(document["valid_until"]) >= TODAY


def is_honest(message: Sent, library: list[dict[str, Any]]) -> bool:
    """An answer out of one document that holds, a list of such, a question back, or a hand-over with a date."""
    answer = ANSWER.match(message.text)
    if answer is not None:
        pieces = [line.strip("…") for line in answer["quote"].splitlines()]
        sources = [d for d in library if is_of(answer, d) and holds(d) and d.get("valid_until") == answer["until"]]
        return any(all(piece in document["text"] for piece in pieces) for document in sources)
    listed = list(LISTED.finditer(message.text))
    if listed:
        return all(any(is_of(one, d) and holds(d) for d in library) for one in listed)
    return PROMISE.search(message.text) is not None


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(libraries(), st.lists(questions, min_size=1, max_size=3))
def test_no_answer_without_the_source_and_date_of_what_it_quotes(library: list[dict[str, Any]], asked: list[str]) -> None:
    """Expired, undated, unsourced and contradicting documents included; compared with what was imported, not merely present."""
    room: StaffRooms = open_rooms()
    knows(room, [paper(document) for document in library])
    for text in asked:
        room.says("wang", "wang", text)
        message = room.last("wang")
        assert is_honest(message, library), (text, message.text)
        if message.labels and "都不是" in message.labels:
            room.taps("wang", message, "都不是" if len(text) % 2 else message.labels[0])
            assert is_honest(room.last("wang"), library), (text, room.last("wang").text)
