"""`linli import policies`, `linli import answers`, `linli ask`: the knowledge base from the command line."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.__main__ import OK, SOME_BAD
from bot.commands.batch import BadLine, field, lines_through
from bot.commands.open_data import OpenData
from bot.documents import Fault, read_documents
from bot.errors import BadUsage
from handlers.policies import Imported, Paper, import_papers
from handlers.policy_answers import Answered, fit, import_answers
from handlers.world import World
from models.community import Community
from models.search import Passage, Verdict

Json = dict[str, Any]
FEWEST = 3
TOGETHER = 2_000
"""Papers of one transaction: the bot's memory and the wait of others have a limit."""


def import_policy_files(files: Sequence[Path], data: Path | None) -> int:
    """Bring documents in or up to date; what can't be read is told in a line each, the rest is imported."""
    done, faults = Imported(), 0
    taken: dict[str, str] = {}
    with OpenData(data) as store:
        held: list[Paper] = []
        for file in files:
            for found in read_documents(file):
                fault = found if isinstance(found, Fault) else _twice(found, str(file), taken)
                if fault is not None:
                    faults += 1
                    print(fault, file=sys.stderr)
                elif isinstance(found, Paper):
                    held.append(found)
                if len(held) >= TOGETHER:
                    done.add(_store(store, held))
        done.add(_store(store, held))
    print(f"documents: {done.new} new, {done.changed} changed, {done.same} as before")
    print(f"passages: {done.passages_new} new, {done.passages_kept} kept, {done.passages_retired} retired")
    for quoting in done.review:
        print(f"review: {quoting.kind} “{quoting.question}” quotes “{quoting.title}” ({quoting.document}), which has changed")
    return SOME_BAD if faults else OK


def _twice(paper: Paper | Fault, file: str, taken: dict[str, str]) -> Fault | None:
    """Two files of one import that claim one id: the first holds."""
    if isinstance(paper, Paper) and taken.setdefault(paper.key, file) != file:
        return Fault(Path(file).name, 0, f'the id "{paper.key}" was given by {taken[paper.key]} already')
    return None


def _store(store: OpenData, held: list[Paper]) -> Imported:
    papers = list(held)
    held.clear()
    return store.do(lambda world: import_papers(world, papers)) if papers else Imported()


def import_answer_file(file: Path, data: Path | None) -> int:
    """Answered questions; afterwards the search learns its weights from all of them."""
    try:
        lines = file.read_bytes().splitlines()
    except OSError as error:
        raise BadUsage(f"{file} can't be read: {error.strerror}") from None
    good: list[Answered] = []
    where: dict[str, int] = {}
    faults = 0
    for number, found in _answers(lines):
        why = found if isinstance(found, str) else ""
        if isinstance(found, Answered):
            if found.key in where:
                why = f'the id "{found.key}" stands in line {where[found.key]} already'
            else:
                where[found.key] = number
                good.append(found)
        if why:
            faults += 1
            print(f"{file.name}:{number}: {why}", file=sys.stderr)
    with OpenData(data) as store:
        taught = store.do(lambda world: import_answers(world, good))
        for key in taught.unknown:
            print(f"{file.name}:{where[key]}: names no document that is known; import the documents first", file=sys.stderr)
        if taught.new or taught.changed:
            store.do(fit)
    print(f"answers: {taught.new} new, {taught.changed} changed, {taught.same} as before")
    return SOME_BAD if faults or taught.unknown else OK


def _answers(lines: Sequence[bytes]) -> Iterator[tuple[int, Answered | str]]:
    """Each line with its number: what it says, or what is wrong with it."""
    for number, raw in enumerate(lines, start=1):
        if raw.strip():
            try:
                yield number, _answer(raw)
            except ValueError as error:
                yield number, str(error)


def _answer(raw: bytes) -> Answered:
    try:
        row = json.loads(raw.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError):
        raise ValueError("the line is no JSON") from None
    if not isinstance(row, dict):
        raise ValueError("the line is no JSON object")
    key, gold, answer = row.get("id"), row.get("gold"), row.get("answer")
    if not isinstance(key, str | int) or isinstance(key, bool) or not 0 < len(str(key)) <= 128:
        raise ValueError('"id" is missing, no text, or too long')
    if not isinstance(gold, list) or not all(isinstance(one, str | int) for one in gold):
        raise ValueError('"gold" is no list of document ids')
    if answer is not None and not isinstance(answer, str):
        raise ValueError('"answer" is no text')
    question = field(row, "question").replace("\0", "").strip()
    if not question:
        raise ValueError('"question" is empty')
    said = answer.replace("\0", "").encode("utf-8", "replace").decode("utf-8") if answer else None
    return Answered(str(key), question, tuple(map(str, gold)), said)


def ask_lines(data: Path | None, jsonl: bool) -> int:
    """stdin {"id","question"} → stdout {"id","passages","confidence","answered"}."""
    if not jsonl:
        raise BadUsage("ask reads JSON Lines: say `linli ask --jsonl`")
    from handlers.knowledge import searcher

    with OpenData(data, reads=True) as store:
        search, today = store.do(lambda world: (searcher(world), _today(world)))

        def answer(row: Json) -> Json:
            question = field(row, "question")
            if "id" not in row:
                raise BadLine('"id" is missing')
            return {"id": row["id"], **told(search.search(question, today), search.corpus.passages)}

        return lines_through(answer, sys.stdin.buffer, sys.stdout)


def _today(world: World) -> Any:
    """The day it is where the community lives."""
    community = world.session.get(Community, world.community_id) if world.community_id else None
    return world.now.astimezone(ZoneInfo(community.zone)).date() if community is not None else world.now.date()


def told(verdict: Verdict, known: Sequence[Passage]) -> Json:
    """A verdict as the command prints it; scripts count on `FEWEST` passages, so few findings are followed by what stands near them."""
    shown: list[Passage] = list(verdict.findings)
    if len(shown) < FEWEST:
        ids, found = {one.id for one in shown}, {one.document_id for one in shown}
        near = (one for wanted in (True, False) for one in known if (one.document_id in found) is wanted and one.id not in ids)
        shown += islice(near, FEWEST - len(shown))
    passages = [{"doc": one.key, "section": one.section, "text": one.text} for one in shown]
    return {"passages": passages, "confidence": round(verdict.confidence, 6), "answered": verdict.outcome == "answer"}
