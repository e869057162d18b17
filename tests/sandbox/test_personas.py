"""The persona API: what people can do, what they see, and what it answers when they can't."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from sandbox import personas, taps
from sandbox.box import build
from sandbox.clock import Clock, parse_time
from sandbox.errors import SimError
from sandbox.model import Message, User
from tests.sandbox.conftest import CheckedSandbox
from tests.sandbox_process import Refused


async def refused(demo: CheckedSandbox, persona: str, verb: str, **wish: Any) -> tuple[int, str]:
    with pytest.raises(Refused) as problem:
        await demo.act(persona, verb, **wish)
    return problem.value.status, problem.value.answer["error"]


async def test_a_message_reaches_the_bot_and_is_seen(demo: CheckedSandbox) -> None:
    """Ids come back; the bot gets the author, the world's date and the entities."""
    sent = await demo.act("amy", "send", text="The light is broken, see https://example.com/a")
    (update,) = await demo.updates()
    message = update["message"]
    assert (sent["message_id"], sent["chat_id"]) == (message["message_id"], message["chat"]["id"])
    assert (message["from"]["language_code"], message["entities"][0]["type"]) == ("en", "url")
    shown = (await demo.messages("amy"))[-1]
    assert shown["from"] == {"id": 700003, "name": "Amy", "persona": "amy", "role_hint": None}
    assert (shown["is_bot"], shown["thread"], shown["media"], shown["reply_to"], shown["edited"], shown["deleted"]) == (
        False, None, None, None, False, False,
    )  # fmt: skip


async def test_a_new_person_can_be_invented(demo: CheckedSandbox) -> None:
    """With a name and a language; ids are unique; the bot doesn't know them before they write."""
    person = await demo.post("/sim/personas", {"id": "neighbour-9", "name": "九号", "language": "en"})
    assert (person["id"], person["name"], person["language"], person["started"]) == ("neighbour-9", "九号", "en", False)
    for wish, status in (
        ({"id": "neighbour-9", "name": "x"}, 409),
        ({"id": "mc", "name": "x"}, 409),
        ({"id": "x y", "name": "x"}, 400),
        ({"id": "x"}, 400),
    ):
        with pytest.raises(Refused) as problem:
            await demo.post("/sim/personas", wish)
        assert problem.value.status == status


async def test_start_carries_a_payload(demo: CheckedSandbox) -> None:
    """/start alone, or with the deep link's words, marked as a command."""
    persona, _ = await demo.newcomer()
    await demo.act(persona, "start", payload="inv_42")
    (update,) = await demo.updates()
    assert update["message"]["text"] == "/start inv_42"
    assert update["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert (await refused(demo, persona, "start", payload="x" * 65))[0] == 400


async def test_a_tap_shows_toast_alert_or_link(demo: CheckedSandbox) -> None:
    """By label, data or place; the bot's answer comes back; a link opens without the bot."""
    keyboard = [[{"text": "好", "callback_data": "ok"}, {"text": "看", "url": "https://example.com"}]]
    sent = await demo.api("sendMessage", chat_id=700001, text="?", reply_markup={"inline_keyboard": keyboard})
    number = sent["message_id"]
    shown, query = await demo.tap_answered("wang", number, "好", text="收到")
    assert shown == {"toast": "收到", "alert": False}
    assert (query["data"], query["message"]["message_id"], query["from"]["id"]) == ("ok", number, 700001)
    assert (await demo.tap_answered("wang", number, [0, 0], text="注意", show_alert=True))[0] == {"toast": "注意", "alert": True}
    assert (await demo.tap_answered("wang", number, "ok"))[0] == {"toast": None, "alert": False}
    assert await demo.act("wang", "tap", message=number, button="看") == {"toast": None, "alert": False, "url": "https://example.com/"}


async def test_a_tap_on_what_is_not_there(demo: CheckedSandbox) -> None:
    """Unknown message, unknown button, a button that was taken away, somebody else's chat."""
    markup = {"inline_keyboard": [[{"text": "好", "callback_data": "ok"}]]}
    number = (await demo.api("sendMessage", chat_id=700001, text="?", reply_markup=markup))["message_id"]
    assert (await refused(demo, "wang", "tap", message=10_000_000, button="好"))[0] == 404
    assert (await refused(demo, "wang", "tap", message=number, button="坏"))[0] == 404
    assert (await refused(demo, "wang", "tap", message=number, button=[3, 0]))[0] == 404
    assert (await refused(demo, "wang", "tap", message=number))[0] == 400
    assert (await refused(demo, "li", "tap", message=number, button="好", chat="wang"))[0] == 404
    await demo.api("editMessageText", chat_id=700001, message_id=number, text="!")
    assert (await refused(demo, "wang", "tap", message=number, button="好"))[0] == 404


async def test_each_tap_is_answered_once(demo: CheckedSandbox) -> None:
    """A second answer, or one to a made-up id, is too late."""
    markup = {"inline_keyboard": [[{"text": "好", "callback_data": "ok"}]]}
    number = (await demo.api("sendMessage", chat_id=700001, text="?", reply_markup=markup))["message_id"]
    _, query = await demo.tap_answered("wang", number, "好")
    late = "400 Bad Request: query is too old and response timeout expired or query ID is invalid"
    assert await demo.refusal("answerCallbackQuery", callback_query_id=query["id"]) == late
    assert await demo.refusal("answerCallbackQuery", callback_query_id="1") == late


async def test_a_tap_without_an_answer_ends_empty() -> None:
    """After its time there is no toast, and nothing fails; the bot may still be late with an answer."""
    box = build(Clock(parse_time("2026-11-23T08:00")), "perfect", 1)
    box.tap_seconds = 0.05
    person = box.world.add_person(User(7, "x", persona="x", started=True))
    chat = box.world.private_chat(person)
    markup = {"inline_keyboard": [[{"text": "好", "callback_data": "ok"}]]}
    message = box.world.post(chat, Message(chat.id, 0, box.world.bot.id, 0.0, {"text": "?"}, markup=markup))
    assert await taps.tap(box, person, {"message": message.id, "button": "好"}) == {"toast": None, "alert": False}
    assert len(box.queue.pending) == len(box.callbacks) == 1


async def test_edits_by_people_reach_the_bot(demo: CheckedSandbox) -> None:
    """The text or the caption changes, the id stays."""
    persona, _ = await demo.newcomer()
    said = (await demo.act(persona, "send", text="2冻"))["message_id"]
    seen = (await demo.act(persona, "send", photo="sample"))["message_id"]
    await demo.act(persona, "edit", message=said, text="2栋")
    await demo.act(persona, "edit", message=seen, caption="楼道")
    text, caption = [one["edited_message"] for one in await demo.updates("edited_message")]
    assert (text["message_id"], text["text"], text["edit_date"] >= text["date"]) == (said, "2栋", True)
    assert (caption["caption"], "photo" in caption) == ("楼道", True)
    assert (await refused(demo, persona, "edit", message=said, text=" "))[0] == 400
    assert (await refused(demo, "wang", "edit", message=said, text="x", chat=persona))[0] == 404


async def test_a_deletion_by_a_person_tells_the_bot_nothing(demo: CheckedSandbox) -> None:
    """It is only gone; in a group nobody deletes another's words but an administrator."""
    persona, _ = await demo.newcomer()
    said = (await demo.act(persona, "send", text="x"))["message_id"]
    await demo.updates()
    await demo.act(persona, "delete", message=said)
    assert await demo.pending() == 0
    assert [one["deleted"] for one in await demo.messages(persona)][-1] is True
    group = await demo.group("wang", "li", admins=["qian"])
    theirs = (await demo.act("li", "send", chat=group, text="x"))["message_id"]
    assert (await refused(demo, "wang", "delete", chat=group, message=theirs))[0] == 409
    await demo.act("qian", "delete", chat=group, message=theirs)


async def test_people_come_and_go(demo: CheckedSandbox) -> None:
    """Service messages tell the bot; who has left can't write."""
    group = await demo.group("wang")
    assert (await refused(demo, "li", "send", chat=group, text="x"))[0] == 404
    await demo.act("li", "join", chat=group)
    assert (await refused(demo, "li", "join", chat=group))[0] == 409
    await demo.act("li", "send", chat=group, text="大家好")
    await demo.act("li", "leave", chat=group)
    assert (await refused(demo, "li", "leave", chat=group))[0] == 409
    joined, hello, left = [one["message"] for one in await demo.updates("message")]
    assert joined["new_chat_members"][0]["username"] == left["left_chat_member"]["username"] == "li_ge"
    assert hello["text"] == "大家好"


async def test_hidden_identities(demo: CheckedSandbox) -> None:
    """An anonymous administrator and a channel arrive as Telegram shows them, not as the person."""
    group = await demo.group("wang", admins=["qian"])
    await demo.act("qian", "send", chat=group, text="x", identity="anonymous")
    await demo.act("wang", "send", chat=group, text="y", identity="channel")
    assert (await refused(demo, "wang", "send", chat=group, text="z", identity="anonymous"))[0] == 409
    admin, channel = [one["message"] for one in await demo.updates("message")]
    assert (admin["from"]["id"], admin["sender_chat"]["id"]) == (1087968824, group)
    assert (channel["from"]["id"], "sender_chat" in channel) == (136817688, True)


async def test_only_administrators_write_in_a_channel(demo: CheckedSandbox) -> None:
    """Theirs is a channel_post without author."""
    assert (await refused(demo, "wang", "send", chat="pc", text="x"))[0] == 409
    await demo.act("qian", "send", chat="pc", text="公示")
    (update,) = await demo.updates()
    assert (update["channel_post"]["text"], "from" in update["channel_post"]) == ("公示", False)


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        ({}, 400),
        ({"text": "x", "photo": "sample"}, 400),
        ({"text": " "}, 400),
        ({"text": "字" * 4097}, 400),
        ({"photo": "/no/such/file.jpg"}, 400),
        ({"photo": "aGVsbG8="}, 400),
        ({"voice": 5}, 400),
        ({"location": [91, 0]}, 400),
        ({"contact": {}}, 400),
        ({"text": "x", "chat": "nowhere"}, 404),
        ({"text": "x", "reply_to": 10_000_000}, 404),
        ({"text": "x", "chat": "mc", "thread": 5}, 404),
        ({"text": "x", "chat": "bg-2", "thread": 5}, 404),
    ],
)
async def test_messages_that_cannot_be(demo: CheckedSandbox, wish: dict[str, Any], status: int) -> None:
    """Each is refused with a sentence and leaves nothing behind."""
    persona = "wang" if "bg-2" in str(wish) else "zhao"
    before = await demo.messages(persona)
    found, sentence = await refused(demo, persona, "send", **wish)
    assert (found, bool(sentence)) == (status, True)
    assert await demo.messages(persona) == before


async def test_unknown_people_polls_and_bodies(demo: CheckedSandbox) -> None:
    """404 for nobody, 409 for what isn't modelled, 400 for what is no JSON."""
    assert (await refused(demo, "nobody", "send", text="x"))[0] == 404
    assert (await refused(demo, "wang", "vote", message=1, options=[0]))[0] == 409
    async with demo.session.post(demo.url + "/sim/as/wang/send", data=b"{") as answer:
        assert (answer.status, "error" in await answer.json()) == (400, True)


async def test_odd_text_arrives_as_a_phone_would_send_it(demo: CheckedSandbox) -> None:
    """Half characters, zero bytes and directions are made harmless; emoji and markup stay as they are."""
    persona, _ = await demo.newcomer()
    for text in ("a\ud800b", "a\x00b", "\u202enimdA", "<b>&lt;", "👨‍👩‍👧" * 50, "'; DROP TABLE"):
        await demo.act(persona, "send", text=text)
    texts = [one["message"]["text"] for one in await demo.updates("message")]
    assert texts == ["a\ufffdb", "a b", "nimdA", "<b>&lt;", "👨‍👩‍👧" * 50, "'; DROP TABLE"]


async def test_a_chat_can_be_waited_for(demo: CheckedSandbox) -> None:
    """`after` with `wait` returns at the first new message, edit or deletion, else when the time is over."""
    persona, chat = await demo.newcomer()
    rev = (await demo.get(f"/sim/chats/{persona}"))["rev"]
    began = time.monotonic()
    assert (await demo.get(f"/sim/chats/{persona}", after=rev, wait=0.2))["rev"] == rev
    assert time.monotonic() - began >= 0.2
    waiting = asyncio.create_task(demo.get(f"/sim/chats/{persona}", after=rev, wait=20))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    sent = await demo.api("sendMessage", chat_id=chat, text="一")
    told = await waiting
    assert (told["messages"][-1]["text"], told["rev"] > rev) == ("一", True)
    waiting = asyncio.create_task(demo.get(f"/sim/chats/{persona}", after=told["rev"], wait=20))
    await demo.api("deleteMessage", chat_id=chat, message_id=sent["message_id"])
    assert (await waiting)["messages"][-1]["deleted"] is True


async def test_since_and_transcript(demo: CheckedSandbox) -> None:
    """`since` leaves out what is known; .txt is for reading."""
    persona, chat = await demo.newcomer("老王")
    first = (await demo.act(persona, "send", text="灯不亮"))["message_id"]
    markup = {"inline_keyboard": [[{"text": "2栋", "callback_data": "2"}]]}
    await demo.api("sendMessage", chat_id=chat, text="几栋？", reply_markup=markup)
    assert [one["text"] for one in await demo.messages(persona, since=first)] == ["几栋？"]
    text = await demo.get(f"/sim/chats/{persona}.txt")
    assert "老王: 灯不亮\n" in text
    assert "几栋？\n      【2栋】\n" in text
    with pytest.raises(Refused, match="404"):
        await demo.get("/sim/chats/nowhere")


def test_chats_are_found_by_id_key_or_person() -> None:
    """A person's id names the private chat."""
    box = build(Clock(parse_time("2026-11-23T08:00")), "perfect", 1)
    person = box.world.add_person(User(7, "x", persona="x"))
    assert personas.chat_named(box, "x") is personas.chat_named(box, 7) is box.world.private_chat(person)
    with pytest.raises(SimError, match="no chat 8"):
        personas.chat_named(box, 8)
