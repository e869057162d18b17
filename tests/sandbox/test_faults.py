"""Faults from outside: codes, drops, matches, counts."""

from __future__ import annotations

import time

import pytest
from aiohttp import ClientConnectionError

from tests.sandbox.conftest import CheckedSandbox
from tests.sandbox_process import Refused, running


async def test_a_fault_hits_once_and_is_gone(demo: CheckedSandbox) -> None:
    """By default it is for one call; the next succeeds."""
    number = (await demo.post("/sim/faults", {"method": "sendMessage", "code": 429, "retry_after": 7}))["id"]
    assert [fault["id"] for fault in await demo.get("/sim/faults")] == [number]
    status, body = await demo.call("sendMessage", chat_id=700001, text="x")
    assert (status, body["parameters"], body["description"]) == (429, {"retry_after": 7}, "Too Many Requests: retry after 7")
    await demo.api("sendMessage", chat_id=700001, text="x")
    assert await demo.get("/sim/faults") == []


@pytest.mark.parametrize(
    ("fault", "refusal"),
    [
        ({"code": 500, "description": "Internal Server Error: restart"}, "500 Internal Server Error: restart"),
        ({"code": 403}, "403 Forbidden: bot was blocked by the user"),
        ({"code": 401}, "401 Unauthorized"),
        ({"code": 400, "migrate_to_chat_id": -1007}, "400 Bad Request: group chat was upgraded to a supergroup chat"),
    ],
)
async def test_faults_speak_as_the_server_would(demo: CheckedSandbox, fault: dict[str, object], refusal: str) -> None:
    """Each code brings its usual words, or those given."""
    await demo.post("/sim/faults", fault)
    assert await demo.refusal("sendMessage", chat_id=700001, text="x") == refusal


async def test_match_after_and_times(demo: CheckedSandbox) -> None:
    """By words, by parameters; skipping the first; for as long as wished."""
    await demo.post("/sim/faults", {"method": "sendMessage", "match": "热水", "code": 400, "times": 2, "after": 1})
    await demo.post("/sim/faults", {"match": {"chat_id": 700002}, "code": 403, "times": None})
    results = [(await demo.call("sendMessage", chat_id=700001, text=text))[0] for text in ("热水", "冷水", "热水", "热水", "热水")]
    assert results == [200, 200, 400, 400, 200]
    assert [(await demo.call("sendMessage", chat_id=700002, text="x"))[0] for _ in range(3)] == [403] * 3
    await demo.delete("/sim/faults")
    assert (await demo.call("sendMessage", chat_id=700002, text="x"))[0] == 200


async def test_a_dropped_request_is_not_done_and_a_dropped_reply_is(demo: CheckedSandbox) -> None:
    """Both look alike to the client; the chat tells them apart, and so does the list of calls."""
    persona, chat = await demo.newcomer()
    for drop, text in (("request", "没发"), ("reply", "发了")):
        await demo.post("/sim/faults", {"method": "sendMessage", "drop": drop})
        with pytest.raises(ClientConnectionError):
            await demo.call("sendMessage", chat_id=chat, text=text)
    assert [one["text"] for one in await demo.messages(persona) if one["is_bot"]] == ["发了"]
    calls = await demo.calls("sendMessage")
    assert [(call["dropped"], call["status"]) for call in calls] == [("request", None), ("reply", 200)]


async def test_slow_and_broken_answers(demo: CheckedSandbox) -> None:
    """A delay keeps the answer back; a body stands instead of it."""
    await demo.post("/sim/faults", {"method": "getMe", "delay": 0.3})
    began = time.monotonic()
    await demo.api("getMe")
    assert time.monotonic() - began >= 0.3
    await demo.post("/sim/faults", {"method": "getMe", "body": "<html>", "code": 200})
    async with demo.session.get(f"{demo.url}/bot{demo.token}/getMe") as answer:
        assert (answer.status, await answer.text()) == (200, "<html>")


@pytest.mark.parametrize(
    "wish",
    [{}, {"code": 200}, {"code": "x"}, {"drop": "all"}, {"code": 400, "times": 0}, {"code": 400, "match": 5}, {"code": 400, "colour": 1}],
)
async def test_faults_that_make_no_sense_are_refused(demo: CheckedSandbox, wish: dict[str, object]) -> None:
    """With a sentence."""
    with pytest.raises(Refused, match=r"400.*error"):
        await demo.post("/sim/faults", wish)
    with pytest.raises(Refused, match="404"):
        await demo.delete("/sim/faults/none")


async def test_reset_clears_faults_and_calls(demo: CheckedSandbox) -> None:
    """But not the world."""
    await demo.post("/sim/faults", {"code": 500})
    before = await demo.messages("wang")
    await demo.post("/sim/reset")
    assert (await demo.get("/sim/faults"), await demo.calls()) == ([], [])
    assert await demo.messages("wang") == before


async def test_a_bad_day_fails_now_and_then() -> None:
    """Within some hundred calls there are 429s, server errors and lost replies, and most calls pass."""
    async with running("--profile", "bad-day", "--speed", "1000") as sandbox:
        seen: dict[object, int] = {}
        for _ in range(600):
            try:
                status: object = (await sandbox.call("getMe"))[0]
            except ClientConnectionError:
                status = "lost"
            seen[status] = seen.get(status, 0) + 1
    assert seen[200] > 500
    assert {200, 429, 502, "lost"} >= set(seen)
    assert seen.get(429, 0) > 0
    assert seen.get(502, 0) + seen.get("lost", 0) > 0
