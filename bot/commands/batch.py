"""`linli classify --jsonl`: a line in, a line out, in order and flushed; a bad line is answered as such and the rest goes on."""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, Any

from bot.__main__ import OK, SOME_BAD
from bot.commands.open_data import OpenData
from bot.errors import BadUsage
from dialogs.sorted_out import Opinion
from dialogs.understand import Places, classify_line
from handlers.sorting import categories, sorter
from handlers.world import World
from models.place import layout

Json = dict[str, Any]
DEMO_COMMUNITY = Path(__file__).resolve().parent.parent / "demo_community.toml"
MAX_LINE = 4 << 20
"""Characters; nothing that people write comes near, and a runaway line must not fill the memory."""


class BadLine(ValueError):
    """The line is not what is expected"""

    def __init__(self, why: str, line_id: object = None) -> None:
        super().__init__(why)
        self.line_id = line_id


def lines_through(answer: Callable[[Json], Json], source: Iterable[bytes], out: IO[str]) -> int:
    """Answer each line of `source` by `answer`; the exit code says whether all were good."""
    code = OK
    for raw in source:
        if not raw.strip():
            continue
        try:
            told = answer(_read(raw))
        except BadLine as error:
            told, code = {"id": error.line_id, "error": str(error)}, SOME_BAD
        out.write(json.dumps(told, ensure_ascii=False) + "\n")
        out.flush()
    return code


def _read(raw: bytes) -> Json:
    if len(raw) > MAX_LINE:
        raise BadLine(f"the line is longer than {MAX_LINE} bytes")
    try:
        row = json.loads(raw)
    except (ValueError, RecursionError):
        raise BadLine("the line is no JSON") from None
    if not isinstance(row, dict):
        raise BadLine("the line is no JSON object")
    return row


def field(row: Json, name: str) -> str:
    """A text field of a line. Raises BadLine."""
    value = row.get(name)
    line_id = row.get("id")
    if not isinstance(value, str):
        raise BadLine(f'"{name}" is missing or no text', line_id)
    # A lone surrogate can be written in JSON but in no encoding; what can't be shown is dropped, the rest is read.
    return value.encode("utf-8", "replace").decode("utf-8")


def classify_lines(data: Path | None, jsonl: bool) -> int:
    """stdin {"id","text"} → stdout {"id","emergency","check","categories","place"}."""
    if not jsonl:
        raise BadUsage("classify reads JSON Lines: say `linli classify --jsonl`")
    with OpenData(data, reads=True) as store:
        places = Places.from_data(store.do(_layout))
        book = store.book
        codes, sorting = store.do(categories), store.do(sorter)
        own = sorting is not None and not set(sorting.names.tolist()) <= book.categories.keys()

        def answer(row: Json) -> Json:
            text = field(row, "text")
            if "id" not in row:
                raise BadLine('"id" is missing')
            learned = Opinion(sorting.ranked(text), sorting.like(text), int(sorting.cases), own) if sorting is not None else None
            found = classify_line(text, book.lexicon, book.emergency, places, codes, learned=learned)
            return {"id": row["id"], **found}

        return lines_through(answer, sys.stdin.buffer, sys.stdout)


def _layout(world: World) -> Json:
    """The community's houses; before one is imported those of the demo community, so that the command can be tried out."""
    if world.community_id:
        return layout(world.session, world.community_id)
    demo = tomllib.loads(DEMO_COMMUNITY.read_text(encoding="utf-8"))
    return {"buildings": {str(row["number"]): row for row in demo["buildings"]}, "aliases": {}}
