"""getUpdates: offsets, limits, long polls, their conflicts, and what is delivered at all."""

from __future__ import annotations

import asyncio
import time

import pytest

from sandbox.errors import ApiError
from sandbox.updates import TERMINATED, Queue
from tests.sandbox.conftest import CheckedSandbox


@pytest.fixture
def queue() -> Queue:
    """A queue with updates 10, 11, 12."""
    queue = Queue()
    queue.next_id = 10
    for text in "abc":
        queue.put("message", {"text": text})
    return queue


async def ids(queue: Queue, offset: int = 0, limit: int = 100, wait: float = 0) -> list[int]:
    import json

    return [update["update_id"] for update in json.loads(await queue.get(offset, limit, wait))]


async def test_an_offset_confirms_everything_below_it(queue: Queue) -> None:
    """Unconfirmed updates come again; confirmed ones never."""
    assert await ids(queue) == [10, 11, 12]
    assert await ids(queue, 11) == [11, 12]
    assert await ids(queue, 12) == [12]
    assert list(queue.pending) == [12]


async def test_a_negative_offset_keeps_the_last_ones(queue: Queue) -> None:
    """-1 leaves one."""
    assert await ids(queue, -1) == [12]
    assert list(queue.pending) == [12]


async def test_an_offset_far_ahead_confirms_nothing(queue: Queue) -> None:
    """After an id regress a stale offset must not eat the queue."""
    assert await ids(queue, 5_000) == [10, 11, 12]


async def test_limit_cuts_the_answer(queue: Queue) -> None:
    """The rest stays for the next call."""
    assert await ids(queue, 0, 2) == [10, 11]


async def test_a_quick_repeat_of_an_offset_is_slowed_down(queue: Queue) -> None:
    """Within half a second it brings one update; with an empty queue it waits though told not to."""
    assert await ids(queue, 10) == [10, 11, 12]
    assert await ids(queue, 10) == [10]
    assert await ids(queue, 13) == []
    poll = asyncio.create_task(ids(queue, 13))
    await asyncio.sleep(0.05)
    assert not poll.done()
    queue.put("message", {"text": "d"})
    assert await poll == [13]


async def test_a_waiting_poll_gets_an_update_at_once(queue: Queue) -> None:
    """It doesn't wait for its time to run out."""
    poll = asyncio.create_task(ids(queue, 13, wait=20))
    await asyncio.sleep(0.02)
    began = time.monotonic()
    queue.put("message", {"text": "d"})
    assert await poll == [13]
    assert time.monotonic() - began < 5


async def test_a_second_waiting_poll_ends_the_first(queue: Queue) -> None:
    """The older one gets the conflict; a poll that doesn't wait disturbs nobody."""
    first = asyncio.create_task(ids(queue, 13, wait=20))
    await asyncio.sleep(0.02)
    assert await ids(queue, 10) == []
    assert not first.done()
    second = asyncio.create_task(ids(queue, 14, wait=20))
    with pytest.raises(ApiError) as conflict:
        await first
    assert (conflict.value.code, conflict.value.description) == (409, TERMINATED)
    queue.put("message", {"text": "d"})
    assert await second == [13]


async def test_allowed_updates_count_when_an_update_is_made() -> None:
    """What was not allowed then is not delivered later; an empty list means the default; reactions need asking for."""
    queue = Queue()
    queue.allow(["callback_query", "nonsense"])
    queue.put("message", {})
    queue.put("callback_query", {})
    assert len(queue.pending) == 1
    queue.allow([])
    queue.put("message", {})
    queue.put("message_reaction", {})
    assert len(queue.pending) == 2


async def test_taps_expire_before_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    """150 seconds for a tap, a day for a message, on the machine's clock."""
    queue = Queue()
    queue.put("callback_query", {})
    queue.put("message", {})
    tap, message = queue.pending.values()
    assert round(message.expires - tap.expires) == 86400 - 150
    tap.expires = time.time() - 1
    assert await ids(queue) == [message.id]


async def test_a_bad_day_repeats_updates() -> None:
    """The last delivered one comes once more before the next, with its own number."""
    queue = Queue(repeat=1.0)
    queue.next_id = 10
    queue.put("message", {"text": "a"})
    assert await ids(queue) == [10]
    queue.put("message", {"text": "b"})
    assert await ids(queue, 11) == [10, 11]


async def test_updates_over_http_with_a_409(demo: CheckedSandbox) -> None:
    """Long polls, the conflict, and limits that are clamped rather than refused."""
    await demo.act("wang", "send", text="一")
    await demo.act("wang", "send", text="二")
    texts = [one["message"]["text"] for one in await demo.api("getUpdates", limit=0)]
    assert texts == ["一"]
    await demo.updates()
    offset = 2_000_000_000  # unknown, so taken as none
    first = asyncio.create_task(demo.refusal("getUpdates", offset=offset, timeout=9999))
    await asyncio.sleep(0.1)
    second = asyncio.create_task(demo.api("getUpdates", offset=offset, timeout=20))
    assert await first == f"409 {TERMINATED}"
    await demo.act("wang", "send", text="三")
    assert [one["message"]["text"] for one in await second] == ["三"]


async def test_reactions_come_only_when_asked_for(empty: CheckedSandbox) -> None:
    """The default set has none."""
    persona, chat = await empty.newcomer()
    sent = await empty.api("sendMessage", chat_id=chat, text="x")
    await empty.act(persona, "react", message=sent["message_id"], emoji="👍")
    assert await empty.pending() == 0
    await empty.api("getUpdates", allowed_updates=["message", "message_reaction"])
    await empty.act(persona, "react", message=sent["message_id"], emoji="❤")
    (update,) = await empty.updates()
    reaction = update["message_reaction"]
    assert [one["emoji"] for one in reaction["old_reaction"] + reaction["new_reaction"]] == ["👍", "❤"]


async def test_the_queue_can_be_dropped(demo: CheckedSandbox) -> None:
    """deleteWebhook does it, and getWebhookInfo counts."""
    await demo.act("wang", "send", text="一")
    assert await demo.pending() == 1
    _, body = await demo.call("deleteWebhook", drop_pending_updates=True)
    assert body == {"ok": True, "result": True, "description": "Webhook was deleted"}
    assert await demo.pending() == 0
