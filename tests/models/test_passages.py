"""Splitting: at clauses, never inside a sentence, nothing lost, and each passage knows where it stands."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from models.passages import CHINESE, WESTERN, Block, blocks_of, split

FILL = "本条由街道办事处负责解释，居民可以向社区窗口询问。"


def letters(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum())


def clause(words: str, length: int) -> str:
    return words + FILL * ((length - len(words)) // len(FILL))


def test_a_short_document_is_one_passage() -> None:
    """What can be read at once is not torn apart, whatever headings it has."""
    pieces = split([Block("一、范围\n本小区全体居民。\n二、时间\n每天八点到二十点。")])
    assert [piece.text for piece in pieces] == ["一、范围\n本小区全体居民。\n二、时间\n每天八点到二十点。"]


def test_nothing_makes_no_passage() -> None:
    """Blanks are no document."""
    assert split([Block(" \n\n　")]) == []


def test_articles_begin_passages_and_name_them() -> None:
    """第N条 begins a passage when the one before is long enough; the section path holds chapter and article."""
    text = "\n".join(
        [
            "第一章 总则",
            clause("第一条 为了邻里和睦。", 400),
            clause("第二条 楼道不得堆物。", 400),
            "第二章 养犬",
            clause("第三条 养犬应当登记。", 400),
        ]
    )
    pieces = split([Block(text)])
    assert [piece.section for piece in pieces] == ["第一章 总则 › 第一条", "第一章 总则 › 第二条", "第二章 养犬 › 第三条"]
    assert [letters(piece.text)[:8] for piece in pieces] == ["第一章总则第一条", "第二条楼道不得堆", "第二章养犬第三条"]


def test_numbered_parts_inside_one_line_are_found() -> None:
    """Notices often come without line breaks; their headings count all the same."""
    text = f"现通知如下。 一、支持物资供应 {clause('对企业给予补贴。', 420)} 二、支持医疗救治 {clause('对医院免征税款。', 420)}"
    pieces = split([Block(text)])
    assert [piece.section for piece in pieces][-2:] == ["一、支持物资供应", "二、支持医疗救治"]
    assert pieces[-1].text.startswith("二、支持医疗救治")


def test_short_clauses_share_a_passage() -> None:
    """Clauses of a few words are put together until a passage is worth reading."""
    pieces = split([Block("\n".join(clause(f"第{n}条 其{n}。", 120) for n in "一二三四五六七八九"))])
    assert len(pieces) == 3
    assert all(CHINESE.least <= len(piece.text) <= CHINESE.most for piece in pieces[:-1])


def test_headings_that_stand_apart_are_not_repeated_in_the_text() -> None:
    """A heading of Markdown or Word is in the section path; nested ones make a path, and end with their parent."""
    blocks = [
        Block("养犬", 1, "养犬", shown=False), Block("登记", 2, "登记", shown=False), Block(clause("带犬只到社区。", 500)),
        Block("停车", 1, "停车", shown=False), Block(clause("按位停放。", 500)),
    ]  # fmt: skip
    pieces = split(blocks)
    assert [piece.section for piece in pieces] == ["养犬 › 登记", "停车"]
    assert pieces[0].text.startswith("带犬只")


def test_a_long_sentence_is_kept_whole() -> None:
    """A sentence beyond every limit is one passage rather than two halves."""
    monster = "居民，" * 400 + "皆可申请。"
    pieces = split([Block("此前。" * 100 + monster + "此后。" * 100)])
    assert any(monster in piece.text for piece in pieces)


def test_english_passages_are_longer() -> None:
    """English needs more characters for as many words, and its sentences end with a point and a space."""
    text = " ".join(f"Sentence number {n} says that rule 3.{n} of the estate holds for everybody who lives here." for n in range(60))
    pieces = split([Block(text)])
    assert all(len(piece.text) <= WESTERN.most for piece in pieces)
    assert all(piece.text.endswith("lives here.") for piece in pieces)
    assert len(pieces) < 8


def test_a_link_with_a_question_mark_stays_whole() -> None:
    """A question mark inside an address ends no sentence and loses no word."""
    link = "http://example.org/a.jsp?tid=5&id=13"
    pieces = split([Block(FILL * 30 + link + FILL * 30)])
    assert any(link in piece.text for piece in pieces)


MARKS = st.sampled_from(["", "第一条 ", "一、", "（二）", "3. ", "# ", "- "])
PARTS = st.tuples(MARKS, st.text("甲乙 ab。！?.；\n1", max_size=300), st.sampled_from(["", "\n", "\n\n", " "]))


@settings(deadline=None)
@given(st.lists(PARTS, max_size=12))
def test_no_word_is_lost_or_added(parts: list[tuple[str, str, str]]) -> None:
    """The passages together say what the document says, in its order."""
    text = "".join(mark + body + gap for mark, body, gap in parts)
    assert letters("".join(piece.text for piece in split([Block(text)]))) == letters(text)


@settings(deadline=None)
@given(st.text("甲乙ab。！；\n ", max_size=2500))
def test_no_sentence_is_cut(text: str) -> None:
    """Every passage ends where a sentence, a line or the document ends."""
    sentences = {letters(part) for part in re.split("[。！\n]", text)}
    for piece in split([Block(text)]):
        assert {letters(part) for part in re.split("[。！\n]", piece.text)} <= sentences | {""}


def test_plain_lines_are_blocks() -> None:
    """A line is a block; a year or a decimal number at its head is no item."""
    blocks = blocks_of("2026年11月23日通知\n1.5米以内\n1. 第一项\n① 第二项")
    assert [block.text for block in blocks] == ["2026年11月23日通知", "1.5米以内", "1. 第一项", "① 第二项"]
