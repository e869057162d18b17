"""`linli import cases FILE.jsonl`: past cases teach `classify`. Keeping them is one transaction, training happens between two."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from bot.__main__ import OK, SOME_BAD
from bot.commands.batch import BadLine, field
from bot.commands.open_data import OpenData
from bot.errors import BadUsage
from handlers.sorting import SortedCase, cases_known, keep_version, learn_cases
from models.sorting import LONGEST_CATEGORY

LONGEST_ID = 128
IMPORTED = "import"


def import_case_file(file: Path, data: Path | None) -> int:
    """Keep the cases of `file`, then train a version on all that are known. Bad lines are told one by one, the rest is learned."""
    try:
        lines = file.read_bytes().splitlines()
    except OSError as error:
        raise BadUsage(f"{file} can't be read: {error.strerror}") from None
    cases: list[SortedCase] = []
    faults = 0
    for number, raw in enumerate(lines, start=1):
        if raw.strip():
            try:
                cases.append(_case(raw))
            except BadLine as error:
                faults += 1
                print(f"{file.name}:{number}: {error}", file=sys.stderr)
    with OpenData(data) as store:
        learned = store.do(lambda world: learn_cases(world, cases))
        print(f"cases: {learned.new} new, {learned.changed} changed, {learned.same} as before")
        if learned.categories:
            print(f"categories added: {', '.join(learned.categories)}")
        if learned.new or learned.changed:
            print(train(store))
    return SOME_BAD if faults else OK


def train(store: OpenData) -> str:
    """Train a version on everything known and put it in use; says what was done. The database is free meanwhile."""
    from models.sorting_fit import TooLittle, fitted  # scikit-learn takes a second to load, and only training needs it

    known = store.do(cases_known)
    try:
        sorting = fitted([case.words for case in known], [case.category for case in known])
    except TooLittle as error:
        return f"not trained: {error.__doc__}"
    number = store.do(lambda world: keep_version(world, sorting))
    return f"version {number}: trained on {len(known)} cases of {len(sorting.names)} categories"


def _case(raw: bytes) -> SortedCase:
    try:
        row = json.loads(raw.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError):
        raise BadLine("the line is no JSON") from None
    if not isinstance(row, dict):
        raise BadLine("the line is no JSON object")
    key = row.get("id")
    if not isinstance(key, str | int) or isinstance(key, bool) or not 0 < len(str(key)) <= LONGEST_ID:
        raise BadLine('"id" is missing, no text, or too long')
    words, category = field(row, "text").replace("\0", "").strip(), field(row, "category").strip()
    if not words:
        raise BadLine('"text" is empty')
    if not 0 < len(category) <= LONGEST_CATEGORY or not category.isprintable():
        raise BadLine('"category" is empty, too long or unprintable')
    return SortedCase(f"{IMPORTED}:{key}", words, category)
