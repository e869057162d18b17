"""A document as passages: cut at headings and clauses (第N条, numbered items, paragraphs), never inside a sentence.

A passage is as much as one can read on a phone and as little as answers: 350–600 characters, in English 900. A short document is
one passage. What stands in a passage stands so in the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

NUMBER = "零〇一二三四五六七八九十百千0-9０-９"
LEVELS = (
    rf"第[{NUMBER}]{{1,6}}编", rf"第[{NUMBER}]{{1,6}}分?章", rf"第[{NUMBER}]{{1,6}}节",
    r"[一二三四五六七八九十]{1,3}、", r"[（(][一二三四五六七八九十]{1,3}[）)]",
)  # fmt: skip
"""Marks of headings, from the largest to the smallest."""
ARTICLE = rf"第[{NUMBER}]{{1,7}}条(?:之[{NUMBER}]+)?"
ITEM = r"\d{1,2}[.、．](?!\d)|[（(]\d{1,2}[）)]|[①-⑳]|[-*•·●]\s"
MARK = re.compile(rf"(?:(?P<level>{'|'.join(f'({one})' for one in LEVELS)})|(?P<article>{ARTICLE})|(?P<item>{ITEM}))")
HASHES = re.compile(r"(#{1,6})\s+")
# In text without line breaks a mark counts after the end of a sentence or after a space.
CUT = re.compile(rf"(?<=[。！？；;：:\s])(?={'|'.join(LEVELS)}|{ARTICLE}|{ITEM})")
END = re.compile(r"[。！？…]+[”’」』）)]*|[!?]+[\"”’)]*(?=[\s㐀-鿿]|$)|\.[\"”’)]*(?=\s|$)")
HEADING = 40
"""Characters: a longer line after a heading's mark is a clause, not a heading."""
HAN = re.compile("[㐀-鿿]")
PATH = " › "


@dataclass(frozen=True)
class Size:
    """Characters of a passage: it may end from `least` on and does not grow past `most` (a single long sentence may)."""

    least: int
    most: int


CHINESE, WESTERN = Size(350, 600), Size(550, 900)


@dataclass(frozen=True)
class Block:
    """A heading (`level` 1, 2 …) or a stretch of text (`level` 0). `label` goes into the section path; `opens`: a clause begins here.

    `shown` is False for a heading that stands apart from the text, and so need not be repeated in it.
    """

    text: str
    level: int = 0
    label: str = ""
    opens: bool = False
    shown: bool = True


@dataclass(frozen=True)
class Piece:
    """A passage to be: its section path and its text."""

    section: str
    text: str


def is_chinese(text: str) -> bool:
    """Whether a text is to be measured in Chinese characters."""
    return len(HAN.findall(text)) * 4 > len(text)


def split(blocks: Iterable[Block]) -> list[Piece]:
    """The passages of a document."""
    fine = [one for block in blocks for one in (blocks_of(block.text) if block.level == 0 else (block,)) if one.text.strip()]
    whole = "\n".join(block.text.strip() for block in fine)
    if not whole:
        return []
    size = CHINESE if is_chinese(whole) else WESTERN
    if len(whole) <= size.most:
        return [Piece(_only_heading(fine), whole)]
    return [Piece(section, text) for section, text in _packed(fine, size)]


def blocks_of(text: str) -> list[Block]:
    """Plain text as blocks: each line, and each numbered part inside a long line."""
    found: list[Block] = []
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        for part in CUT.split(line):
            stripped = part.strip()
            if stripped:
                found += _read(stripped, is_line=part is line or part.strip() == line.strip())
    return found


def _read(part: str, *, is_line: bool) -> list[Block]:
    hashes = HASHES.match(part)
    if hashes:
        label = part[hashes.end() :].strip()
        return [Block(part, len(hashes[1]), label)]
    mark = MARK.match(part)
    if mark is None:
        return [Block(part, opens=is_line)]
    if mark["article"]:
        return [Block(part, label=mark["article"], opens=True)]
    if mark["item"]:
        return [Block(part, opens=True)]
    level = next(number for number in range(len(LEVELS)) if mark.group(number + 2)) + 1
    label, rest = _heading(part)
    if not label:
        return [Block(part, opens=True)]
    heading = Block(label, level, label)
    return [heading, Block(rest)] if rest else [heading]


def _heading(part: str) -> tuple[str, str]:
    """The heading at the beginning of `part` and what follows; no heading when the mark begins a sentence."""
    mark = MARK.match(part)
    after = mark.end() if mark else 0
    gap = re.search(r"\s", part[after:].lstrip())
    lead = len(part[after:]) - len(part[after:].lstrip())
    end = after + lead + gap.start() if gap else len(part)
    label = part[:end]
    if len(label) > HEADING or re.search(r"[。；;，,！？]", label) or label[-1] in ":：":
        return "", part
    return label, part[end:].strip()


def _only_heading(blocks: Sequence[Block]) -> str:
    labels = [block.label for block in blocks if block.label]
    return labels[0] if len(labels) == 1 and blocks[0].label else ""


def _packed(blocks: Sequence[Block], size: Size) -> Iterator[tuple[str, str]]:
    """Blocks put together to passages, with the section that each begins in."""
    path: dict[int, str] = {}
    held: list[Block] = []
    section = ""

    def length() -> int:
        return sum(len(one.text) for one in held)

    def done() -> tuple[str, str]:
        told = section, "\n".join(one.text for one in _without_lead(held))
        held.clear()
        return told

    for block in (part for one in blocks for part in _parts(one, size)):
        has_text = any(one.level == 0 for one in held)
        full = length() + len(block.text) > size.most
        apart = block.level > 0 and (not block.shown or length() >= size.least // 2)
        if held and has_text and (full or apart or (block.opens and length() >= size.least)):
            yield done()
        if block.level:
            path = {level: label for level, label in path.items() if level < block.level} | {block.level: block.label}
        # A few words before the first heading don't keep a passage from being called by it.
        if not any(one.level == 0 for one in held) or (block.level and length() < size.least // 2):
            section = PATH.join([*(path[level] for level in sorted(path)), *([block.label] if block.label and not block.level else [])])
        held.append(block)
    if any(one.level == 0 for one in held) or held:
        yield done()


def _without_lead(held: Sequence[Block]) -> Sequence[Block]:
    """Headings that stand apart are in the section path already, when they come first."""
    first = next((number for number, one in enumerate(held) if one.shown or one.level == 0), 0)
    return held[first:]


def _parts(block: Block, size: Size) -> Iterator[Block]:
    """A block that is too long by itself, cut between sentences."""
    if len(block.text) <= size.most:
        yield block
        return
    part, opens = "", block.opens
    for sentence in _sentences(block.text):
        if part and len(part) + len(sentence) > size.most:
            yield Block(part.strip(), label=block.label, opens=opens)
            part, opens = "", False
        part += sentence
    if part.strip():
        yield Block(part.strip(), label=block.label, opens=opens)


def _sentences(text: str) -> Iterator[str]:
    begin = 0
    for end in END.finditer(text):
        yield text[begin : end.end()]
        begin = end.end()
    yield text[begin:]
