"""Raw updates: what is read of them before they are trusted, and what malformed ones lead to."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.telegram.parse import Unreadable, parse, peek
from handlers.inbound import Command, Edit, Media, Other, Reach, Start, Tap, Words

USER = {"id": 7, "is_bot": False, "first_name": "李", "language_code": "zh-hans"}
CHAT = {"id": 7, "type": "private", "first_name": "李"}
GROUP = {"id": -100, "type": "supergroup", "title": "2栋"}


def update(**message: Any) -> dict[str, Any]:
    return {"update_id": 5, "message": {"message_id": 1, "date": 1_800_000_000, "chat": CHAT, "from": USER, **message}}


def read(raw: dict[str, Any]) -> Any:
    return parse("tg1", raw, "5", "sanmeiyuan_bot", ("小助手",))


@pytest.mark.parametrize(
    ("message", "body"),
    [
        ({"text": "灯不亮"}, Words("灯不亮")),
        ({"text": "小助手 在吗"}, Words("小助手 在吗", mention=True)),
        ({"text": "/start i_abc"}, Start("i_abc")),
        ({"text": "/cases@Sanmeiyuan_Bot"}, Command("cases")),
        ({"text": "/start@otherbot"}, Other("other_bots_command")),
        ({"text": "/START"}, Start("")),
    ],
)
def test_words_and_commands(message: dict[str, Any], body: object) -> None:
    """Words, mentions, commands and deep links are told apart; another bot's command is not ours."""
    assert read(update(**message)).body == body


def test_a_press_names_who_presses() -> None:
    """A callback carries its presser, and is ordered with that person's messages of the same chat."""
    raw = {"update_id": 6, "callback_query": {"id": "q", "from": USER, "chat_instance": "x", "data": "p:t:0",
           "message": {"message_id": 3, "date": 1_800_000_000, "chat": GROUP}}}  # fmt: skip
    inbound = read(raw)
    assert (inbound.actor, inbound.chat, inbound.body) == ("7", "-100", Tap("q", "p:t:0"))
    assert peek("tg1", raw).order_key == inbound.order_key  # type: ignore[union-attr]


def test_anonymous_admins_are_hidden() -> None:
    """An anonymous admin or a channel identity is marked, because nobody knows who speaks."""
    anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
    assert read(update(chat=GROUP, text="受理", **{"from": anonymous})).hidden
    assert read(update(chat=GROUP, text="受理", sender_chat=GROUP)).hidden
    assert not read(update(text="受理")).hidden


def test_a_photo_with_caption_and_an_edit() -> None:
    """The largest size is taken; an edited message is an edit."""
    sizes = [{"file_id": f"f{n}", "file_unique_id": f"u{n}", "width": n, "height": n} for n in (90, 320)]
    body = read(update(photo=sizes, caption="灯")).body
    assert isinstance(body, Media)
    assert (body.ref, body.caption) == ("f320", "灯")
    edited = {"update_id": 9, "edited_message": {**update(text="改了")["message"], "edit_date": 1_800_000_001}}
    assert read(edited).body == Edit("改了")


def test_blocked_even_when_the_types_are_of_another_version() -> None:
    """my_chat_member is read whatever rights this version of the API adds or lacks."""
    change = {"chat": CHAT, "from": USER, "date": 1_800_000_000, "old_chat_member": {}, "new_chat_member": {"status": "kicked", "new": 1}}
    assert read({"update_id": 8, "my_chat_member": change}).body == Reach(False, "kicked")


BAD: list[Any] = [
    {"update_id": 1, "message": {"message_id": 1}},
    {"update_id": 1, "message": {"message_id": "x", "date": "y", "chat": 3}},
    {"update_id": 1, "my_chat_member": {"chat": None}},
    {"update_id": 1, "callback_query": {"id": "q", "from": "nobody"}},
    {"update_id": 1, "message": {**update(text="x")["message"], "forward_origin": {"type": "hidden_user", "date": 1}}},
]


@pytest.mark.parametrize("raw", BAD)
def test_malformed_updates_are_unreadable_not_fatal(raw: dict[str, Any]) -> None:
    """What does not follow the messenger's own description raises one known error, and still has its keys."""
    with pytest.raises(Unreadable):
        read(raw)
    assert peek("tg1", raw) is not None


@pytest.mark.parametrize("raw", [{}, {"update_id": "7"}, {"update_id": True}, {"message": {}}])
def test_no_number_no_acknowledgement(raw: dict[str, Any]) -> None:
    """An update without a number can't be acknowledged and is dropped."""
    assert peek("tg1", raw) is None


json_values = st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=20), lambda c: st.lists(c, max_size=3) | st.dictionaries(st.sampled_from(["id", "chat", "from", "text", "message", "type", "date"]), c, max_size=4), max_leaves=12)  # fmt: skip  # noqa: E501


@given(st.dictionaries(st.sampled_from(["message", "edited_message", "callback_query", "my_chat_member", "poll"]), json_values, max_size=3))
@settings(max_examples=200, deadline=None)
def test_any_json_is_peeked_and_parsed_or_refused(body: dict[str, Any]) -> None:
    """Whatever arrives: peek never raises, parse gives an event or Unreadable."""
    raw = {"update_id": 1, **body}
    peek("tg1", raw)
    try:
        read(raw)
    except Unreadable:
        return
