"""Flood control: buckets and the hard window, on a clock of its own and over HTTP."""

from __future__ import annotations

import asyncio

from sandbox.box import load
from sandbox.flood import Flood, Limits
from tests.sandbox_process import running


class Now:
    """Machine time that only moves when told to."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def flood(now: Now, speed: float = 1) -> Flood:
    return Flood(Limits(**{**load("limits.toml")["flood"], "jitter_seconds": 0}), speed, now)


def test_a_chat_takes_a_small_burst_then_one_a_second() -> None:
    """Three at once, then the rate; a refused call costs nothing."""
    now = Now()
    permits = flood(now)
    assert [permits.take(7) for _ in range(4)] == [0, 0, 0, 1]
    now.seconds += 1
    assert [permits.take(7), permits.take(7)] == [0, 1]


def test_no_window_of_a_minute_holds_more_than_twenty_calls_of_a_group() -> None:
    """Whatever the pace, the 21st within 60 seconds is refused and told when to come back."""
    now = Now()
    permits = flood(now)
    passed: list[float] = []
    for _ in range(1000):
        if permits.take(-100) == 0:
            passed.append(now.seconds)
        now.seconds += 0.25
    assert len(passed) >= 60
    assert all(later - earlier >= 60 for earlier, later in zip(passed, passed[20:], strict=False))
    full = flood(now)
    for _ in range(20):
        assert full.take(-100) == 0
        now.seconds += 1
    assert full.take(-100) == 40


def test_groups_do_not_share_and_private_chats_have_no_window() -> None:
    """One busy group leaves the others alone."""
    now = Now()
    permits = flood(now)
    for _ in range(20):
        permits.take(-100)
        assert permits.take(7) == 0
        now.seconds += 1
    assert permits.take(-200) == 0


def test_thirty_a_second_over_all_chats() -> None:
    """The 31st of a second waits, whichever chat it is for."""
    permits = flood(Now())
    waits = [permits.take(chat) for chat in range(1, 32)]
    assert (sum(waits[:30]), waits[30]) == (0, 1)


def test_an_album_costs_what_it_holds() -> None:
    """Ten pictures are ten of the group's twenty."""
    now = Now()
    permits = flood(now)
    assert permits.take(-100, 10) == 0
    now.seconds += 20
    assert permits.take(-100, 10) == 0
    now.seconds += 20
    assert permits.take(-100) == 20


def test_speed_divides_the_windows() -> None:
    """Twenty times faster, a group's minute is three seconds."""
    now = Now()
    permits = flood(now, speed=20)
    for _ in range(20):
        assert permits.take(-100) == 0
        now.seconds += 0.1
    assert permits.take(-100) == 1
    now.seconds += 1.01
    assert permits.take(-100) == 0


async def test_429_over_http_has_text_parameter_and_header() -> None:
    """Edits and topics count with messages; reading, typing and deleting don't."""
    async with running("--profile", "realistic", "--speed", "10") as sandbox:
        group, thread = -1001000000001, None
        for number in range(10):
            topic = await sandbox.api("createForumTopic", chat_id=group, name=str(number))
            thread = topic["message_thread_id"]
            await asyncio.sleep(0.1)  # a chat takes ten a second at this speed
            sent = await sandbox.api("sendMessage", chat_id=group, message_thread_id=thread, text="x")
            await asyncio.sleep(0.1)
        for _ in range(3):
            await sandbox.api("sendChatAction", chat_id=group, message_thread_id=thread, action="typing")
            await sandbox.api("getChat", chat_id=group)
        edit = {"chat_id": group, "message_id": sent["message_id"], "text": "y"}
        async with sandbox.session.post(f"{sandbox.url}/bot{sandbox.token}/editMessageText", json=edit) as answer:
            body = await answer.json()
            wait = body["parameters"]["retry_after"]
            assert (answer.status, answer.headers["Retry-After"]) == (429, str(wait))
        assert body["description"] == f"Too Many Requests: retry after {wait}"
        assert 1 <= wait <= 8
        assert await sandbox.api("deleteMessage", chat_id=group, message_id=sent["message_id"]) is True
