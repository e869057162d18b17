"""The outbox on both databases: what may leave, in which order, at which rate, and what follows each outcome."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.book import read_limits
from bot.channels import Outcome
from bot.drawing import split
from handlers.post import post, touch
from handlers.world import Letter
from models.journal import Limiter, MessageLink
from tests.bot.conftest import Post

LEE, GROUP = "700001", "-1001"


def words(text: str, chat: str = LEE, **more: object) -> Letter:
    return Letter(chat=chat, key="service.plain", data={"parts": [text]}, **more)  # type: ignore[arg-type]


def write(office: Post, *letters: Letter) -> None:
    office.do(lambda world: [post(world, letter) for letter in letters])


def test_a_letter_is_sent_once(office: Post) -> None:
    """A queued letter leaves with its words, is recorded as sent with its message id, and leaves no second time."""
    write(office, words("灯修好了"))
    assert office.deliver() == ["灯修好了"]
    assert office.deliver() == []
    (row,) = office.rows()
    assert (row.state, row.message_ids) == ("sent", [1])


def test_the_same_event_redone_queues_nothing_twice(office: Post) -> None:
    """A turn that is done again makes the same keys, so the letter stands there once."""
    for _ in range(2):
        office.do(lambda world: post(world, words("一次"), key="u:1:1"))
    assert len(office.rows()) == 1


def test_user_text_is_escaped(office: Post) -> None:
    """Markup that a resident typed is shown as typed, never parsed."""
    write(office, words("<b>1</b> & {{7*7}} <a href='tg://user?id=1'>x</a>"))
    (sent,) = office.deliver()
    assert "&lt;b&gt;1&lt;/b&gt; &amp; {{7*7}}" in sent
    assert "<a" not in sent


def test_order_holds_inside_a_chat(office: Post) -> None:
    """Two letters of one chat are never in flight together, and leave in the order they were written."""
    write(office, words("一"), words("二"), words("三"))
    assert [len(office.claim()), len(office.claim())] == [1, 0]


def test_an_emergency_overtakes(office: Post) -> None:
    """The emergency lane does not wait for the words before it."""
    write(office, words("慢"), words("快", lane="emergency", priority=99, weight="emergency"))
    assert office.deliver() == ["快", "慢"]


def test_group_gets_at_most_eighteen_a_minute_and_emergencies_two_more(office: Post) -> None:
    """The 19th ordinary call within a minute waits, the emergency does not; all arrive in the end, in order."""
    write(office, *[words(f"第{n}条", GROUP) for n in range(25)])
    start, sent = office.machine, []
    while office.machine < start + 55:
        sent += office.deliver()
        office.machine += 0.5
    assert len(sent) == 18
    write(office, words("煤气", GROUP, lane="emergency", priority=99, weight="emergency"))
    assert office.deliver() == ["煤气"]
    while len(sent) < 25 and office.machine < start + 300:
        sent += office.deliver()
        office.machine += 0.5
    assert sent == [f"第{n}条" for n in range(25)]


@given(st.lists(st.floats(0.01, 5.0), min_size=60, max_size=120))
@settings(max_examples=60, deadline=None)
def test_no_window_ever_holds_more_than_twenty(gaps: list[float]) -> None:
    """Whatever the rhythm of tries, no sixty seconds hold more than twenty calls of a group."""
    limits = read_limits(1.0)
    rules = limits.rules(GROUP, "emergency")
    now, taken = 0.0, []
    for gap in gaps:
        now += gap
        if limits.wait(taken, rules, now) <= 0:
            taken.append(now)
    assert all(sum(1 for other in taken if at <= other < at + 60) <= 20 for at in taken)


def test_429_puts_the_chat_to_sleep_not_the_worker(office: Post) -> None:
    """After 429 nothing goes to that chat before its time, others go on, and it counts as no attempt."""
    write(office, words("甲"), words("乙", "700002"))
    office.script = [Outcome("later", seconds=7)]
    office.deliver()
    assert office.states() == ["queued", "sent"]
    office.machine += 6
    assert office.deliver() == []
    office.machine += 2
    assert office.deliver() == ["甲"]
    assert office.rows()[0].attempts == 1


def test_three_chats_refused_at_once_pause_everything(office: Post) -> None:
    """429 from three chats within moments means the bot as a whole is too fast."""
    write(office, *[words("x", f"70000{n}") for n in range(1, 4)])
    office.script = [Outcome("later", seconds=5)] * 3
    office.deliver()
    write(office, words("y", "700009"))
    office.machine += 3
    assert office.deliver() == []
    office.machine += 5
    assert "y" in office.deliver()


def test_blocked_is_tried_once_and_everything_queued_is_set_aside(office: Post) -> None:
    """403: one attempt; what else waits for the person is skipped, later letters too, until they are heard from."""
    write(office, words("一"), words("二"))
    office.script = [Outcome("unreachable", error="Forbidden: bot was blocked by the user")]
    office.deliver()
    assert office.states() == ["skipped", "skipped"]
    write(office, words("三"))
    assert office.deliver() == []
    assert office.states()[2] == "skipped"
    assert office.do(lambda w: w.session.get(Limiter, ("tg1", f"chat:{LEE}")).unreachable)


def test_a_migrated_group_is_followed(office: Post) -> None:
    """A group that became a supergroup: its number is replaced everywhere, nothing is lost."""
    write(office, words("一", GROUP), words("二", GROUP))
    office.script = [Outcome("migrated", chat="-100777")]
    office.deliver()
    office.machine += 10
    assert [*office.deliver(), *office.deliver()] == ["一", "二"]
    assert {parcel.chat for parcel in office.sent[1:]} == {"-100777"}


@pytest.mark.parametrize(
    ("weight", "state", "again"),
    [("receipt", "queued", True), ("staff", "queued", True), ("reminder", "unknown", False), ("menu", "unknown", False)],
)
def test_unknown_fate_by_weight(office: Post, weight: str, state: str, again: bool) -> None:
    """A receipt of unknown fate is sent once more and says so; a reminder is rather lost than said twice."""
    write(office, words("到了吗", weight=weight))
    office.script = [Outcome("unknown", error="TimeoutError")]
    office.deliver()
    assert office.states() == [state]
    office.machine += 10
    texts = office.deliver()
    assert bool(texts) is again
    if again:
        assert "重发" in texts[0]
        office.script = [Outcome("unknown")]
        assert office.states() == ["sent"]


def test_never_more_than_two_copies(office: Post) -> None:
    """When the second copy's fate is unknown too, there is no third."""
    write(office, words("两次"))
    for _ in range(4):
        office.script = [Outcome("unknown")]
        office.deliver()
        office.machine += 10
    assert len(office.sent) == 2
    assert office.states() == ["unknown"]


def test_a_call_that_never_left_is_repeated_unmarked(office: Post) -> None:
    """Connection refused or 5xx: back-off, then the same text without a mark."""
    write(office, words("稍后"))
    office.script = [Outcome("not_written", error="ClientConnectorError")]
    office.deliver()
    assert office.deliver() == []
    office.machine += 5
    assert office.deliver() == ["稍后"]


def test_a_dead_sender_is_recovered(office: Post) -> None:
    """A row that was held when the process died is sent again at the next start, marked."""
    write(office, words("半路"))
    office.claim()
    assert office.states() == ["leased"]
    office.restart()
    office.machine += 5
    assert "重发" in office.deliver()[0]


def test_what_is_too_old_is_skipped(office: Post) -> None:
    """A letter past its date is not sent."""
    write(office, words("旧", expires_at=office.now + timedelta(hours=1)))
    office.now += timedelta(hours=2)
    assert office.deliver() == []
    assert office.states() == ["skipped"]


def test_a_letter_for_later_waits_for_its_date(office: Post) -> None:
    """A letter due tomorrow does not hold back one of today."""
    write(office, words("明天", due_at=office.now + timedelta(days=1)), words("今天"))
    assert office.deliver() == ["今天"]
    office.now += timedelta(days=1)
    office.machine += 10
    assert office.deliver() == ["明天"]


def test_a_burst_is_folded_in_order(office: Post) -> None:
    """Five letters of one fold become one message, in order, and each is linked to it."""
    write(office, *[words(f"第{n}句", GROUP, fold="f", case_id="case", link="resident_words") for n in range(1, 6)])
    (text,) = office.deliver()
    assert [text.find(f"第{n}句") for n in range(1, 6)] == sorted(text.find(f"第{n}句") for n in range(1, 6))
    assert office.states() == ["sent"] * 5
    link = office.do(lambda w: w.session.get(MessageLink, ("tg1", GROUP, 1)))
    assert link.case_id == "case"


def test_a_folded_burst_of_unknown_fate_loses_nobody(office: Post) -> None:
    """When the joined message may not have arrived, all of its rows are said again, marked."""
    write(office, *[words(f"第{n}句", GROUP, fold="f") for n in range(3)])
    office.script = [Outcome("unknown")]
    office.deliver()
    said = ""
    for _ in range(8):
        office.machine += 30
        said += "".join(office.deliver())
    assert all(f"第{n}句" in said for n in range(3))
    assert set(office.states()) == {"sent"}


def test_topic_first_then_what_goes_into_it(office: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """A letter for a case's topic waits until the topic is there, and goes into it; a deleted topic is made again."""
    monkeypatch.setattr("bot.drawing.topic_title", lambda world, case_id: ("service.plain", {"parts": [f"题目 {case_id}"]}, "zh"))
    write(office, words("里面", GROUP, topic="case1", case_id="case1"))
    assert office.deliver() == ["题目 case1"]
    office.machine += 5
    assert office.deliver() == ["里面"]
    assert office.sent[1].thread == 1
    write(office, words("再来", GROUP, topic="case1", case_id="case1"))
    office.machine += 5
    office.script = [Outcome("thread_gone")]
    office.deliver()
    said = []
    for _ in range(4):
        office.machine += 5
        said += office.deliver()
    assert said == ["题目 case1", "再来"]


def test_many_topics_at_once_go_one_by_one(office: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten new cases in one moment: each topic before its letter, never two calls of one lane in flight."""
    monkeypatch.setattr("bot.drawing.topic_title", lambda world, case_id: ("service.plain", {"parts": [f"题目 {case_id}"]}, "zh"))
    write(office, *[words(f"信 {n}", GROUP, topic=f"case{n}", case_id=f"case{n}") for n in range(10)])
    said: list[str] = []
    for _ in range(400):
        office.machine += 1
        texts = office.deliver()
        assert len(texts) <= 1
        said += texts
    assert len(said) == 20
    assert all(said.index(f"题目 case{n}") < said.index(f"信 {n}") for n in range(10))


def test_a_topic_closed_by_hand_is_opened_again(office: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """Words for a topic that somebody closed reopen it and then arrive."""
    monkeypatch.setattr("bot.drawing.topic_title", lambda world, case_id: ("service.plain", {"parts": ["题目"]}, "zh"))
    write(office, words("还在", GROUP, topic="case1", case_id="case1"))
    office.deliver()
    office.machine += 5
    office.script = [Outcome("thread_closed")]
    office.deliver()
    said: list[str] = []
    for _ in range(4):
        office.machine += 5
        said += office.deliver()
    assert [parcel.op for parcel in office.sent[2:]] == ["reopen", "send"]
    assert said[-1] == "还在"


def test_no_forum_still_tells_the_case(office: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no topic can be made the letter goes into the chat itself: it is never lost."""
    monkeypatch.setattr("bot.drawing.topic_title", lambda world, case_id: ("service.plain", {"parts": ["题目"]}, "zh"))
    write(office, words("仍然", GROUP, topic="case1", case_id="case1"))
    office.script = [Outcome("failed", error="400 Bad Request: the chat is not a forum")]
    office.deliver()
    office.machine += 5
    assert office.deliver() == ["仍然"]
    assert office.sent[1].thread is None


def test_a_living_card_has_one_pending_edit(office: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """However often a case changes, one edit waits, drawn as the case is when it is sent."""
    state = {"text": "新"}
    monkeypatch.setattr("bot.drawing.draw_card", lambda world, kind, case_id, chat: ("service.plain", {"parts": [state["text"]]}, ()))
    office.do(lambda world: touch(world, "case", "case1", LEE, topic=False))
    assert office.deliver() == ["新"]
    for text in ("一", "二", "三"):
        state["text"] = text
        office.do(lambda world: touch(world, "case", "case1", LEE, topic=False))
    office.machine += 10
    assert office.deliver() == ["三"]
    assert office.sent[-1].op == "edit"
    office.machine += 10
    assert office.deliver() == []


def test_a_lost_card_is_posted_again(office: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """“message to edit not found” posts the card anew; “not modified” is fine."""
    monkeypatch.setattr("bot.drawing.draw_card", lambda world, kind, case_id, chat: ("service.plain", {"parts": ["卡"]}, ()))
    office.do(lambda world: touch(world, "case", "case1", LEE, topic=False))
    office.deliver()
    office.do(lambda world: touch(world, "case", "case1", LEE, topic=False))
    office.machine += 10
    office.script = [Outcome("message_gone")]
    office.deliver()
    office.machine += 10
    office.deliver()
    assert office.sent[-1].op == "send"
    office.do(lambda world: touch(world, "case", "case1", LEE, topic=False))
    office.machine += 10
    office.script = [Outcome("not_modified")]
    office.deliver()
    office.machine += 10
    assert office.deliver() == []


@given(st.text(alphabet=st.sampled_from("字<b>&amp;\n x"), max_size=9000), st.integers(200, 4096))
@settings(max_examples=100, deadline=None)
def test_splitting_loses_no_word(text: str, limit: int) -> None:
    """A long text is split into parts within the limit; nothing but line ends at the cuts is dropped."""
    parts = split(text, limit)
    assert all(len(part) <= limit for part in parts)
    assert "".join(parts).replace("\n", "") == text.replace("\n", "")
