"""What stands in a file, by its kind: blocks of text with their headings, and what the file says of itself.

Written by others: a file may be broken, enormous or made to harm, so each kind has its limits and every failure is a `NoDocument`.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from models.passages import MARK, Block

UNPACKED = 256 << 20
"""Bytes that a DOCX may unpack to."""
PAGES = 3_000
RULE = re.compile(r"-{3,}\s*$")
FIELD = re.compile(r"([^\s:#][^:]*?)\s*:\s*(.*)$")
PAGE_NUMBER = re.compile(r"\s*(?:[-—–－]*\s*\d{1,4}\s*[-—–－]*|第\s*\d+\s*页.*|page \d+.*|\d+\s*/\s*\d+)\s*$", re.I)
SENTENCE_END = "。！？；!?;:：”"
HAN = re.compile(r"[㐀-鿿，。、；：！？（）《》“”]")


class NoDocument(ValueError):
    """The content is no document that can be taken in"""


@dataclass(frozen=True)
class Read:
    """A file as read: `fields` by their own names, `meta` those of HTML, and a title found in the text ("" = none)."""

    blocks: tuple[Block, ...]
    title: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    meta: dict[str, Any] = field(default_factory=dict)


def decoded(content: bytes) -> str:
    """Text of a file without a declared encoding: UTF-8, else what Chinese offices still write."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding).replace("\0", "")
        except UnicodeDecodeError:
            continue
    raise NoDocument("its text is neither UTF-8 nor GB 18030")


def read_markdown(content: bytes) -> Read:
    """Markdown with front matter between two lines of `---`."""
    lines = decoded(content).replace("\r\n", "\n").split("\n")
    fields: dict[str, Any] = {}
    if lines and RULE.match(lines[0]):
        end = next((number for number, line in enumerate(lines[1:], start=1) if RULE.match(line)), None)
        if end is None:
            raise NoDocument("its front matter has no end: a second line of --- is missing")
        for line in lines[1:end]:
            match = FIELD.match(line)
            if match:
                fields[match[1]] = match[2].strip().strip("\"'")
        lines = lines[end + 1 :]
    blocks = list(_markdown(lines))
    first = next((block for block in blocks if block.level == 1), None)
    title = str(fields.get("title") or (first.label if first else ""))
    return Read(tuple(block for block in blocks if not (block.level and block.label == title)), title, fields)


def _markdown(lines: list[str]) -> Iterator[Block]:
    fenced = False
    held: list[str] = []
    for line in [*lines, "# "]:
        fenced ^= line.lstrip().startswith("```")
        heading = None if fenced else re.match(r"(#{1,6})\s+(.*?)\s*#*\s*$|#\s$", line)
        if heading is None:
            held.append(_plain(line))
            continue
        if any(one.strip() for one in held):
            yield Block("\n".join(held))
        held = []
        if heading[2]:
            label = _plain(heading[2])
            yield Block(label, len(heading[1]), label, shown=False)


def _plain(line: str) -> str:
    """A line without the marks of Markdown that only a screen needs."""
    line = re.sub(r"!\[([^\]]*)\]\([^)]*\)", r"\1", line)
    line = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", line)
    line = re.sub(r"(\*\*|__|`)(.+?)\1", r"\2", line)
    line = re.sub(r"^\s*>\s?|<!--.*?-->", "", line)
    return "" if re.fullmatch(r"\s*\|?[\s:|-]{3,}\|?\s*|\s*```.*", line) else line


def read_text(content: bytes) -> Read:
    """Plain text; a short first line is its title. It may have front matter too."""
    read = read_markdown(content)
    return Read(read.blocks, read.title or _first_line(read.blocks), read.fields)


def _first_line(blocks: tuple[Block, ...]) -> str:
    line = next((line.strip() for block in blocks for line in block.text.splitlines() if line.strip()), "")
    return line if len(line) <= 80 and not line.endswith(tuple("。；;.")) else ""


def read_docx(content: bytes) -> Read:
    """A Word file: headings by style, tables row by row. Numbers that Word counts itself stand in no file and are lost."""
    import docx
    from docx.table import Table

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(one.file_size for one in packed.infolist()) > UNPACKED:
                raise NoDocument(f"it unpacks to more than {UNPACKED >> 20} MB")
        document = docx.Document(io.BytesIO(content))
        blocks: list[Block] = []
        title = str(document.core_properties.title or "").strip()
        for part in document.iter_inner_content():
            if isinstance(part, Table):
                rows = [" | ".join(dict.fromkeys(cell.text.strip() for cell in row.cells if cell.text.strip())) for row in part.rows]
                blocks.append(Block("\n".join(rows)))
                continue
            text, style = part.text.strip(), str(part.style.name if part.style is not None else "")
            heading = re.fullmatch(r"Heading (\d)", style)
            if style == "Title" and text:
                title = title or text
            elif heading and text:
                blocks.append(Block(text, int(heading[1]), text, shown=False))
            elif text:
                blocks.append(Block(text))
    except NoDocument:
        raise
    except Exception as error:
        raise NoDocument(f"it is no DOCX that can be read ({type(error).__name__})") from error
    first = next((block.label for block in blocks if block.level == 1), "")
    return Read(
        tuple(block for block in blocks if not (block.level and block.label == title)), title or first or _first_line(tuple(blocks))
    )


def read_pdf(content: bytes) -> Read:
    """A PDF's text layer, with page numbers and repeated heads left out and broken lines joined."""
    from pypdf import PdfReader
    from pypdf.errors import FileNotDecryptedError

    try:
        reader = PdfReader(io.BytesIO(content))
        if len(reader.pages) > PAGES:
            raise NoDocument(f"it has more than {PAGES} pages")
        pages = [page.extract_text().replace("\0", "").splitlines() for page in reader.pages]
        title = str((reader.metadata and reader.metadata.title) or "").strip()
    except FileNotDecryptedError:
        raise NoDocument("it is locked by a password") from None
    except NoDocument:
        raise
    except Exception as error:
        raise NoDocument(f"it is no PDF that can be read ({type(error).__name__})") from error
    if not any(line.strip() for page in pages for line in page):
        raise NoDocument("it has no text layer (a scan?): run text recognition over it first")
    often = Counter(line.strip() for page in pages for line in {*page[:1], *page[-1:]})
    heads = {line for line, times in often.items() if len(pages) > 2 and times > len(pages) / 2}
    lines = [line.strip() for page in pages for line in page if not PAGE_NUMBER.match(line) and line.strip() not in heads]
    blocks = (Block("\n".join(_rejoined(lines))),)
    return Read(blocks, title if HAN.search(title) or " " in title else _first_line((Block("\n".join(lines)),)))


def _rejoined(lines: list[str]) -> Iterator[str]:
    """Lines that the page's width broke are put together; a mark, a sentence's end or a short line ends a paragraph."""
    usual = sorted(len(line) for line in lines if line)[-max(1, len(lines) // 3)] if any(lines) else 0
    held = ""
    for line in lines:
        if held and (not line or MARK.match(line) or held.endswith(tuple(SENTENCE_END)) or len(held.rsplit("\n", 1)[-1]) < usual * 0.7):
            yield held
            held = ""
        held += line if not held or (HAN.match(held[-1]) and HAN.match(line[:1])) else f" {line}"
    if held:
        yield held


def _html(content: bytes) -> Read:
    from bot.document_html import read_html

    return read_html(content)


READERS: dict[str, Callable[[bytes], Read]] = {
    ".md": read_markdown, ".markdown": read_markdown, ".txt": read_text, ".docx": read_docx, ".pdf": read_pdf,
    ".html": _html, ".htm": _html, ".xhtml": _html,
}  # fmt: skip
