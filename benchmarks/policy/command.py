"""`python -m benchmarks policy --sets FOLDER` (or LINLI_BENCH_SETS): each contender on each set of questions; results/policy.md.

FOLDER holds a folder for each set with docs, learn, questions and missing (.jsonl).
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.policy.contenders import CONTENDERS
from benchmarks.policy.measure import measured
from benchmarks.policy.score import figures
from benchmarks.policy.sets import OWN, OWN_OVER, Set, enlarged, read_sets, rows

Json = dict[str, Any]
RESULTS = Path(__file__).parents[1] / "results"
NOTES = (
    "Questions are those for developing: the weights of ours (locales/policy/weights.toml) and its dictionary were made with them in sight. "
    "`python -m benchmarks weights` prints figures where each half is judged by what the rest taught.",
    "All three are given the answered questions (learn.jsonl): ours learns from them, the others read them as text of their documents.",
    "The others have no threshold; `answered` and `wrongly` are theirs when they answer as large a share of the answerable as ours.",
    "AUROC: how well sureness tells right-at-1 from wrong or missing; for the others sureness is the best score.",
    "Import is everything from files to the first question: ours reads, splits, stores durably, learns its weights and builds its search.",
    "p50 and p95 are processor time of one question: what a core of one's own takes. "
    "Each run has a process and a core of its own; MB is what that process holds more than before the import.",
)
HEAD = (
    "set",
    "contender",
    "R@1",
    "R@3",
    "MRR",
    "AUROC",
    "answered",
    "wrongly",
    "right of answered",
    "p50 ms",
    "p95 ms",
    "import s",
    "MB",
    "peak MB",
)
KEYS = ("r1", "r3", "mrr", "auroc", "answered", "wrongly", "precision", "p50_ms", "p95_ms", "import_s", "mb", "peak_mb")


def main(arguments: Sequence[str]) -> int:
    """Exit codes: 0 measured, 2 usage."""
    parser = argparse.ArgumentParser("python -m benchmarks policy", description=__doc__)
    parser.add_argument("--sets", type=Path, default=Path(os.environ.get("LINLI_BENCH_SETS", "var/sets")), metavar="FOLDER")
    parser.add_argument(
        "--sizes", default="5000,50000", help="passages of the larger knowledge bases, made from the set with most documents"
    )
    parser.add_argument("--only", default="", help="some sets only; nothing is written")
    options = parser.parse_args(arguments)
    wanted = [part for part in options.only.split(",") if part]
    sets = [one for one in read_sets(options.sets) if not wanted or one.name in wanted]
    if not sets:
        print(f"{options.sets} holds no folder with questions.jsonl; name one by --sets", file=sys.stderr)
        return 2
    load = os.getloadavg()[0]
    records = [record for one in sets for record in _set(one)]
    large = max(sets, key=lambda one: len(one.docs))
    for size in (int(part) for part in options.sizes.split(",") if part):
        records += _compared(f"{large.name}, {size:,} passages", enlarged(large, size), large.learn, large.questions, large.chinese)
    table = [tuple(_cell(record, key) for key in ("set", "contender", *KEYS)) for record in records]
    about = [f"Made by `python -m benchmarks policy` on {datetime.date.today().isoformat()}; Python {platform.python_version()}, {platform.machine()}; "
             f"load average before {load:.1f}, after {os.getloadavg()[0]:.1f}: above 1 a core, times are noise."]  # fmt: skip
    text = _text(table, [*about, *NOTES])
    print(text)
    if not wanted:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / "policy.md").write_text(text, encoding="utf-8")
        (RESULTS / "policy.json").write_text(json.dumps({"about": about, "records": records}, indent=1) + "\n", encoding="utf-8")
    return 0


def _set(one: Set) -> list[Json]:
    records = _compared(one.name, one.docs, one.learn, one.questions, one.chinese)
    own = rows(OWN) if one.name == OWN_OVER else ()
    if own:
        missing = tuple(row for row in one.questions if not row["gold"])
        records += _compared(f"{one.name}, own words", one.docs, one.learn, (*own, *missing), one.chinese)
    return records


def _compared(name: str, docs: Sequence[Json], learn: Sequence[Json], questions: Sequence[Json], chinese: bool) -> list[Json]:
    records: list[Json] = []
    for contender in CONTENDERS:
        print(f"… {name}: {contender}", file=sys.stderr, flush=True)
        known = {doc["id"] for doc in docs}
        kept = [row for row in learn if known & set(row["gold"])]
        asked, cost = measured(contender, docs, kept, questions, chinese)
        coverage = records[0]["answered"] if records else None
        records.append({"set": name, "contender": contender, **figures(asked, coverage), **cost})
    return records


def _cell(record: Json, key: str) -> str:
    value = record[key]
    if value is None or isinstance(value, str):
        return value or "–"
    return (
        f"{value:.1f}" if key in ("p50_ms", "p95_ms", "import_s") else f"{value:.0f}" if key.endswith("mb") else f"{value:.3f}".lstrip("0")
    )


def _text(table: Sequence[Sequence[str]], notes: Sequence[str]) -> str:
    lines = [
        "# Policy search, side by side",
        "",
        *(f"* {note}" for note in notes),
        "",
        f"| {' | '.join(HEAD)} |",
        f"|{' --- |' * len(HEAD)}",
    ]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in table)]) + "\n"
