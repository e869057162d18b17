"""Texts: parse modes with Telegram's own errors, entities in UTF-16 units, limits after parsing."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.clock import Clock, parse_time
from sandbox.entities import find, finish, units
from sandbox.errors import ApiError
from sandbox.events import Bus
from sandbox.text import formatted
from sandbox.world import World
from tests.sandbox.conftest import CheckedSandbox

PARSE = "400 Bad Request: can't parse entities: "


@pytest.fixture(scope="module")
def world() -> World:
    return World(Clock(parse_time("2026-11-23T08:00")), Bus())


def marks(world: World, mode: str, text: str) -> tuple[str, list[tuple[Any, ...]]]:
    words, entities = formatted(world, text, mode, None)
    return words, [
        (one["type"], one["offset"], one["length"], *(one.get(n) for n in ("url", "language") if one.get(n))) for one in entities
    ]


@pytest.mark.parametrize(
    ("mode", "text", "words", "entities"),
    [
        ("HTML", "<b>粗</b>体", "粗体", [("bold", 0, 1)]),
        ("html", "😀<i>斜</i>", "😀斜", [("italic", 2, 1)]),
        ("HTML", "<b>a<i>b</i></b>", "ab", [("bold", 0, 2), ("italic", 1, 1)]),
        ("HTML", "&lt;b&gt; &amp; &#33; &#x4f60; &nbsp;", "<b> & ! 你 &nbsp;", []),
        ("HTML", '<a href="http://example.com">x</a>', "x", [("text_link", 0, 1, "http://example.com/")]),
        ("HTML", "<a>example.com/q</a>", "example.com/q", [("text_link", 0, 13, "http://example.com/q")]),
        ("HTML", '<a href="javascript:1">x</a>', "x", []),
        ("HTML", '<pre><code class="language-py">x</code></pre>', "x", [("pre", 0, 1, "py")]),
        ("HTML", '<code class="language-py">x</code>', "x", [("code", 0, 1)]),
        ("HTML", "<u>a</u><ins>b</ins><s>c</s><del>d</del>", "abcd",
         [("underline", 0, 1), ("underline", 1, 1), ("strikethrough", 2, 1), ("strikethrough", 3, 1)]),
        ("HTML", '<span class="tg-spoiler">x</span><tg-spoiler>y</tg-spoiler>', "xy", [("spoiler", 0, 1), ("spoiler", 1, 1)]),
        ("HTML", "<blockquote>a</blockquote><blockquote expandable>b</blockquote>", "ab",
         [("blockquote", 0, 1), ("expandable_blockquote", 1, 1)]),
        ("HTML", "<b></b>x", "x", []),
        ("HTML", "<B>x</B >", "x", [("bold", 0, 1)]),
        ("MarkdownV2", "*粗* _斜_ __下__ ~删~ ||藏||", "粗 斜 下 删 藏",
         [("bold", 0, 1), ("italic", 2, 1), ("underline", 4, 1), ("strikethrough", 6, 1), ("spoiler", 8, 1)]),
        ("MarkdownV2", "*a _b_*", "a b", [("bold", 0, 3), ("italic", 2, 1)]),
        ("MarkdownV2", "1\\. a\\!", "1. a!", []),
        ("MarkdownV2", "`a_b` ```py\nx=1```", "a_b x=1", [("code", 0, 3), ("pre", 4, 3, "py")]),
        ("MarkdownV2", "[x](http://example.com/a\\)b)", "x", [("text_link", 0, 1, "http://example.com/a)b")]),
        ("MarkdownV2", ">a\n>b\nc", "a\nb\nc", [("blockquote", 0, 3)]),
        ("MarkdownV2", ">a\n>b||", "a\nb", [("expandable_blockquote", 0, 3)]),
        ("Markdown", "*粗* _斜_ `码` [x](http://example.com)", "粗 斜 码 x",
         [("bold", 0, 1), ("italic", 2, 1), ("code", 4, 1), ("text_link", 6, 1, "http://example.com/")]),
        ("Markdown", "a\\_b\\*", "a_b*", []),
        ("", "*a* <b>", "*a* <b>", []),
    ],
)  # fmt: skip
def test_parse_modes(world: World, mode: str, text: str, words: str, entities: list[tuple[Any, ...]]) -> None:
    """Each mode gives its plain text and entities."""
    assert marks(world, mode, text) == (words, entities)


@pytest.mark.parametrize(
    ("mode", "text", "reason"),
    [
        ("HTML", "<foo>", 'Unsupported start tag "foo" at byte offset 0'),
        ("HTML", "你<foo>x", 'Unsupported start tag "foo" at byte offset 3'),
        ("HTML", "<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("HTML", "<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("HTML", "x</b>", "Unexpected end tag at byte offset 1"),
        ("HTML", "<b", "Unclosed start tag at byte offset 0"),
        ("HTML", "a < b", 'Unsupported start tag "" at byte offset 2'),
        ("HTML", "<b>x</b", "Unclosed end tag at byte offset 4"),
        ("HTML", "<a href>x</a>", 'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0'),
        ("HTML", "<a href=http://x>y</a>", "Unexpected end of name token at byte offset 8"),
        ("HTML", "<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("MarkdownV2", "1.", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("MarkdownV2", "a-b", "Character '-' is reserved and must be escaped with the preceding '\\'"),
        ("MarkdownV2", "*x", "Can't find end of Bold entity at byte offset 0"),
        ("MarkdownV2", "你_x", "Can't find end of Italic entity at byte offset 3"),
        ("MarkdownV2", "`x", "Can't find end of Code entity at byte offset 0"),
        ("MarkdownV2", "[x](http://example.com", "Can't find end of a URL at byte offset 4"),
        ("Markdown", "a *x", "Can't find end of the entity starting at byte offset 2"),
    ],
)  # fmt: skip
def test_parse_errors_are_telegrams_own(world: World, mode: str, text: str, reason: str) -> None:
    """Reason and byte offset are those of the real server."""
    with pytest.raises(ApiError) as refused:
        formatted(world, text, mode, None)
    assert f"{refused.value.code} {refused.value.description}" == PARSE + reason


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("/start x /help@sanmeiyuan_bot", [("bot_command", 0, 6), ("bot_command", 9, 20)]),
        ("😀 @sanmeiyuan_bot 你好", [("mention", 3, 15)]),
        ("见 https://example.com/a?b=c。好", [("url", 2, 25)]),
        ("example.com", [("url", 0, 11)]),
        ("写到 a.b@example.com", [("email", 3, 15)]),
        ("#停水 通知", [("hashtag", 0, 3)]),
        ("打 +8613900000000", [("phone_number", 2, 14)]),
        ("2/3 a@b 1.5 #1 ..", []),
    ],
)
def test_telegram_finds_some_entities_by_itself(text: str, entities: list[tuple[str, int, int]]) -> None:
    """Commands, mentions, links, addresses, tags and numbers are marked without being asked for."""
    assert [(one["type"], one["offset"], one["length"]) for one in find(text)] == entities


def test_text_is_trimmed_and_cleaned_and_offsets_follow() -> None:
    """Space at the ends goes, control characters become spaces, embedded directions vanish."""
    words, entities = finish("  \x00\u202e你好\t ", [{"type": "bold", "offset": 4, "length": 2}])
    assert (words, entities) == ("你好", [{"type": "bold", "offset": 0, "length": 2}])


def test_entity_may_not_cut_a_character_in_half(world: World) -> None:
    """Half of an emoji can't be bold."""
    with pytest.raises(ApiError, match="middle of a UTF-16 symbol"):
        formatted(world, "😀", "", [{"type": "bold", "offset": 0, "length": 1}])


def test_units_count_utf16() -> None:
    """An emoji is two, a Chinese character one."""
    assert (units("ab"), units("你好"), units("😀")) == (2, 2, 4 - 2)


async def test_limits_count_characters_after_parsing(demo: CheckedSandbox) -> None:
    """4096 code points pass however many bytes or tags they take; one more does not."""
    _, chat = await demo.newcomer()
    sent = await demo.api("sendMessage", chat_id=chat, text="<b>" + "😀" * 4096 + "</b>", parse_mode="HTML")
    assert len(sent["text"]) == 4096
    assert sent["entities"] == [{"type": "bold", "offset": 0, "length": 8192}]
    assert await demo.refusal("sendMessage", chat_id=chat, text="字" * 4097) == "400 Bad Request: message is too long"
    assert await demo.refusal("sendMessage", chat_id=chat, text="字" * 11000) == "400 Bad Request: text is too long"


@pytest.mark.parametrize(
    ("params", "refusal"),
    [
        ({}, "400 Bad Request: message text is empty"),
        ({"text": ""}, "400 Bad Request: message text is empty"),
        ({"text": " \n "}, "400 Bad Request: text must be non-empty"),
        ({"text": "<b> </b>", "parse_mode": "HTML"}, "400 Bad Request: text must be non-empty"),
        ({"text": "x", "parse_mode": "BBCode"}, "400 Bad Request: unsupported parse_mode"),
        (
            {"text": "x", "entities": [{"type": "bold", "offset": 0}]},
            "400 Bad Request: can't parse MessageEntity: Can't find field \"length\"",
        ),
        ({"text": "x", "link_preview_options": "{"}, "400 Bad Request: can't parse link preview options JSON object"),
    ],
)
async def test_bad_texts_are_refused(demo: CheckedSandbox, params: dict[str, Any], refusal: str) -> None:
    """Empty, unreadable and unknown, each in the server's words."""
    assert await demo.refusal("sendMessage", chat_id=700001, **params) == refusal


async def test_mention_of_an_unknown_user_is_dropped(demo: CheckedSandbox) -> None:
    """A link to a user the bot knows becomes a mention with the whole user; to another one, nothing."""
    text = '<a href="tg://user?id=700002">李哥</a> <a href="tg://user?id=99">谁</a>'
    sent = await demo.api("sendMessage", chat_id=700001, text=text, parse_mode="HTML")
    assert [(one["type"], one["user"]["username"]) for one in sent["entities"]] == [("text_mention", "li_ge")]
