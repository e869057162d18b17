"""Forum topics: made, written into, renamed, closed, reopened, deleted."""

from __future__ import annotations

import pytest

from tests.sandbox.conftest import CheckedSandbox
from tests.sandbox_process import Refused


async def forum(demo: CheckedSandbox) -> int:
    return await demo.group("wang", "zhao", admins=["qian"], forum=True)


async def test_a_topic_is_made_and_the_bot_is_told(demo: CheckedSandbox) -> None:
    """Its id is the id of the service message that opens it, which the bot hears although it is its own."""
    group = await forum(demo)
    topic = await demo.api("createForumTopic", chat_id=group, name="SMY-261123-001", icon_color=16766590)
    assert (topic["name"], topic["icon_color"]) == ("SMY-261123-001", 16766590)
    (update,) = await demo.updates("message")
    told = update["message"]
    assert (told["message_id"], told["message_thread_id"], told["is_topic_message"]) == (*[topic["message_thread_id"]] * 2, True)
    assert told["forum_topic_created"]["name"] == "SMY-261123-001"
    shown = (await demo.get(f"/sim/chats/{group}"))["topics"]
    assert shown == [
        {"thread": topic["message_thread_id"], "name": "SMY-261123-001", "icon_color": 16766590, "closed": False, "deleted": False}
    ]


async def test_in_a_topic_every_message_answers_the_one_that_opened_it(demo: CheckedSandbox) -> None:
    """The trap of forums: reply_to_message is there though nobody replied."""
    group = await forum(demo)
    thread = (await demo.api("createForumTopic", chat_id=group, name="t"))["message_thread_id"]
    sent = await demo.api("sendMessage", chat_id=group, message_thread_id=thread, text="卡片")
    assert (sent["message_thread_id"], sent["is_topic_message"]) == (thread, True)
    assert sent["reply_to_message"]["forum_topic_created"]["name"] == "t"
    await demo.act("zhao", "send", chat=group, thread=thread, text="内部话")
    await demo.act("zhao", "send", chat=group, reply_to=sent["message_id"], text="真的回复")
    await demo.act("zhao", "send", chat=group, text="大厅里说")
    inside, reply, general = [one["message"] for one in await demo.updates("message")][-3:]
    assert inside["reply_to_message"]["message_id"] == thread
    assert (reply["message_thread_id"], reply["reply_to_message"]["text"]) == (thread, "卡片")
    assert not {"message_thread_id", "is_topic_message", "reply_to_message"} & set(general)
    texts = [one["text"] for one in await demo.messages(group, thread=thread) if not one["service"]]
    assert texts == ["卡片", "内部话", "真的回复"]
    assert [one["text"] for one in await demo.messages(group, thread=1)] == ["大厅里说"]


async def test_a_reply_outside_topics_names_a_thread_that_is_none(demo: CheckedSandbox) -> None:
    """In General a chain of replies carries message_thread_id too, and sending there by it fails."""
    group = await forum(demo)
    first = await demo.api("sendMessage", chat_id=group, text="一")
    await demo.act("zhao", "send", chat=group, reply_to=first["message_id"], text="二")
    heard = (await demo.updates("message"))[-1]["message"]
    assert (heard["message_thread_id"], "is_topic_message" in heard) == (first["message_id"], False)
    thread = heard["message_thread_id"]
    assert (
        await demo.refusal("sendMessage", chat_id=group, message_thread_id=thread, text="x") == "400 Bad Request: message thread not found"
    )


async def test_threads_that_are_none(demo: CheckedSandbox) -> None:
    """General can't be named; an unknown topic isn't found; a group without topics doesn't care; a private chat does."""
    group, plain = await forum(demo), await demo.group("wang")
    for chat, thread in ((group, 1), (group, 999), (700001, 5)):
        refusal = await demo.refusal("sendMessage", chat_id=chat, message_thread_id=thread, text="x")
        assert refusal == "400 Bad Request: message thread not found"
    sent = await demo.api("sendMessage", chat_id=plain, message_thread_id=999, text="x")
    assert "message_thread_id" not in sent


async def test_a_closed_topic_takes_no_messages(demo: CheckedSandbox) -> None:
    """Closing and reopening tell the bot; doing either twice is not modified; people are kept out, administrators not."""
    group = await forum(demo)
    thread = (await demo.api("createForumTopic", chat_id=group, name="t"))["message_thread_id"]
    where = {"chat_id": group, "message_thread_id": thread}
    assert await demo.api("closeForumTopic", **where) is True
    assert await demo.refusal("closeForumTopic", **where) == "400 Bad Request: TOPIC_NOT_MODIFIED"
    assert await demo.refusal("sendMessage", **where, text="x") == "400 Bad Request: TOPIC_CLOSED"
    with pytest.raises(Refused, match="409"):
        await demo.act("zhao", "send", chat=group, thread=thread, text="x")
    await demo.act("qian", "send", chat=group, thread=thread, text="x")
    assert await demo.api("reopenForumTopic", **where) is True
    assert await demo.refusal("reopenForumTopic", **where) == "400 Bad Request: TOPIC_NOT_MODIFIED"
    kinds = [set(one["message"]) & {"forum_topic_closed", "forum_topic_reopened"} for one in await demo.updates("message")]
    assert [kind.pop() for kind in kinds if kind] == ["forum_topic_closed", "forum_topic_reopened"]


async def test_a_topic_is_renamed(demo: CheckedSandbox) -> None:
    """The same name again is not modified."""
    group = await forum(demo)
    thread = (await demo.api("createForumTopic", chat_id=group, name="旧"))["message_thread_id"]
    assert await demo.api("editForumTopic", chat_id=group, message_thread_id=thread, name="新") is True
    assert await demo.refusal("editForumTopic", chat_id=group, message_thread_id=thread, name="新") == "400 Bad Request: TOPIC_NOT_MODIFIED"
    assert (await demo.updates("message"))[-1]["message"]["forum_topic_edited"] == {"name": "新"}


async def test_a_deleted_topic_is_gone_with_its_messages(demo: CheckedSandbox) -> None:
    """Writing to it finds no thread."""
    group = await forum(demo)
    thread = (await demo.api("createForumTopic", chat_id=group, name="t"))["message_thread_id"]
    await demo.api("sendMessage", chat_id=group, message_thread_id=thread, text="x")
    assert await demo.api("deleteForumTopic", chat_id=group, message_thread_id=thread) is True
    assert all(one["deleted"] for one in await demo.messages(group, thread=thread))
    refusal = await demo.refusal("sendMessage", chat_id=group, message_thread_id=thread, text="x")
    assert refusal == "400 Bad Request: message thread not found"


async def test_topics_need_a_forum_a_name_and_the_right(demo: CheckedSandbox) -> None:
    """Each lack has its words."""
    group, plain = await forum(demo), await demo.group("wang")
    assert await demo.refusal("createForumTopic", chat_id=plain, name="t") == "400 Bad Request: the chat is not a forum"
    assert await demo.refusal("createForumTopic", chat_id=group, name=" ") == "400 Bad Request: name must be non-empty"
    assert await demo.refusal("closeForumTopic", chat_id=group, message_thread_id=77) == "400 Bad Request: TOPIC_ID_INVALID"
    await demo.post(f"/sim/chats/{group}/bot", {"status": "administrator", "rights": {"can_manage_topics": False}})
    assert await demo.refusal("createForumTopic", chat_id=group, name="t") == "400 Bad Request: not enough rights to create a topic"
