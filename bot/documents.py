"""Files of documents → papers for the knowledge base: JSON Lines, Markdown, plain text, HTML, DOCX, PDF with a text layer.

A file that can't be read is one `Fault` with one sentence; of JSON Lines each bad line is. A paper has a source or is refused: no
answer is given without one (domain.md 3.17 rule 11). Facts that a file can't hold may stand in `FILE.toml` beside it.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

import locales
from bot.document_formats import READERS, NoDocument
from handlers.policies import KEY_LENGTH, Paper
from models.passages import Block

LARGEST = 64 << 20
"""Bytes of a file that is read whole, and of one line of JSON Lines."""
LONGEST_TEXT = 4_000_000
"""Characters of one document: a code of laws has a million."""
LINES = (".jsonl", ".ndjson")
DATE = re.compile(r"\s*(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:$|[T\s].*)", re.S)
DATES = ("issued", "valid_from", "valid_until")
EDGE = 12
"""How many lines at the head and at the foot of a document may state facts of it."""


@dataclass(frozen=True)
class Fault:
    """Why a file, or line `line` of it, was not imported."""

    file: str
    line: int
    why: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.why}" if self.line else f"{self.file}: {self.why}"


def read_documents(path: Path) -> Iterator[Paper | Fault]:
    """The papers of a file on disk, one after the other."""
    name = path.name
    try:
        if path.suffix.lower() in LINES:
            with path.open("rb") as file:
                yield from _lines(name, file)
            return
        if path.stat().st_size > LARGEST:
            yield Fault(name, 0, f"is larger than {LARGEST >> 20} MB")
            return
        beside = path.with_name(f"{name}.toml")
        facts = tomllib.loads(beside.read_text(encoding="utf-8")) if beside.exists() else {}
        content = path.read_bytes()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        yield Fault(f"{name}.toml", 0, f"is no TOML: {error}")
    except OSError as error:
        yield Fault(name, 0, f"can't be read: {error.strerror}")
    else:
        yield from documents(name, content, facts)


def documents(name: str, content: bytes, facts: Mapping[str, Any] | None = None) -> Iterator[Paper | Fault]:
    """The papers of a file by its name and content, as staff send it; `facts` hold before what the file says itself."""
    suffix = Path(name).suffix.lower()
    if suffix in LINES:
        yield from _lines(name, content.splitlines(keepends=True))
        return
    reader = READERS.get(suffix)
    if reader is None:
        yield Fault(name, 0, "is of a kind that can't be read; give Markdown, text, HTML, DOCX, PDF or JSON Lines")
        return
    try:
        read = reader(content)
        given = {**_meant(read.meta, "meta"), **_meant(read.fields), **_meant(facts or {})}
        stated = _stated(read.blocks)
        yield _paper({"id": name, "title": read.title or Path(name).stem, **stated, **given}, read.blocks)
    except NoDocument as error:
        yield Fault(name, 0, str(error))


def _lines(name: str, lines: Iterable[bytes]) -> Iterator[Paper | Fault]:
    first: dict[str, int] = {}
    for number, raw in enumerate(lines, start=1):
        if not raw.strip():
            continue
        try:
            paper = _line(raw)
            if paper.key in first:
                raise NoDocument(f'the id "{paper.key}" stands in line {first[paper.key]} already')
            first[paper.key] = number
            yield paper
        except NoDocument as error:
            yield Fault(name, number, str(error))


def _line(raw: bytes) -> Paper:
    if len(raw) > LARGEST:
        raise NoDocument(f"the line is longer than {LARGEST >> 20} MB")
    try:
        row = json.loads(raw.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError):
        raise NoDocument("the line is no JSON") from None
    if not isinstance(row, dict):
        raise NoDocument("the line is no JSON object")
    text = row.pop("text", None)
    if not isinstance(text, str):
        raise NoDocument('"text" is missing or no text')
    return _paper(_meant(row), (Block(clean(text)),))


def clean(text: str) -> str:
    """What a database can hold and a messenger can show: no NUL, no half of a character."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


@cache
def _names(table: str) -> dict[str, str]:
    """Each way to write a field → the field."""
    return {word.lower(): field for field, words in locales.table("documents")[table].items() for word in words}


def _meant(raw: Mapping[str, Any], table: str = "fields") -> dict[str, Any]:
    """The fields among `raw`. A name that is nearly one of ours is refused: a lost “valid until” would keep an old rule alive."""
    names = _names(table)
    found: dict[str, Any] = {}
    for key, value in raw.items():
        name = str(key).strip().lower()
        field = names.get(name) or names.get(name.replace("-", "_"))
        if field is not None:
            if value not in (None, "") and field not in found:
                found[field] = value
        elif table == "fields" and (near := get_close_matches(name.replace("-", "_"), names, 1, 0.85)):
            raise NoDocument(f'there is no field "{key}"; did you mean "{near[0]}"?')
    return found


def _stated(blocks: Iterable[Block]) -> dict[str, str]:
    """Facts in lines like “来源：…” at the head or foot of a document."""
    names = _names("lines")
    lines = [line.strip() for block in blocks for line in block.text.splitlines() if line.strip()]
    found: dict[str, str] = {}
    for line in lines if len(lines) <= 2 * EDGE else [*lines[:EDGE], *lines[-EDGE:]]:
        label, mark, value = re.sub("：", ":", line, count=1).partition(":")
        field = names.get(label.strip().lower())
        if mark and field and field not in found and value.strip() and len(value) <= 100:
            found[field] = value.strip()
    return found


def _paper(fields: Mapping[str, Any], blocks: tuple[Block, ...]) -> Paper:
    values = {name: _text(fields, name) for name in ("id", "title", "source", "url", "region", "replaced_by")}
    for name, what in (("id", "id"), ("title", "title"), ("source", "source")):
        if not values[name]:
            raise NoDocument(f'it has no {what}: say `{what}: …` at its head, "{what}" in the line, or in FILE.toml beside it')
    if len(values["id"]) > KEY_LENGTH:
        raise NoDocument(f"its id is longer than {KEY_LENGTH} characters")
    size = sum(len(block.text) for block in blocks)
    if not any(block.text.strip() for block in blocks):
        raise NoDocument("it has no text")
    if size > LONGEST_TEXT:
        raise NoDocument(f"its text is longer than {LONGEST_TEXT} characters")
    days = {name: _day(fields[name], name) for name in DATES if name in fields}
    if "valid_from" in days and "valid_until" in days and days["valid_until"] < days["valid_from"]:
        raise NoDocument("it ends to be valid before it begins")
    url = values["url"] or None
    if url is not None and not re.match(r"https?://\S+$", url):
        raise NoDocument(f'its url is no http address: "{url[:80]}"')
    return Paper(
        values["id"], values["title"], blocks, values["source"], url,
        days.get("issued"), days.get("valid_from"), days.get("valid_until"), values["region"][:64], values["replaced_by"][:KEY_LENGTH] or None,
    )  # fmt: skip


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name, "")
    if isinstance(value, int) and not isinstance(value, bool) and name == "id":
        return str(value)
    if not isinstance(value, str):
        raise NoDocument(f'"{name}" is no text')
    return " ".join(clean(value).split())


def _day(value: Any, name: str) -> date:
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    match = DATE.match(value) if isinstance(value, str) else None
    try:
        if match is not None:
            return date(*map(int, match.groups()))
    except ValueError:
        pass
    raise NoDocument(f'"{name}" is no date: "{str(value)[:40]}" (write it as 2026-11-23)')
