"""`python -m benchmarks sorting FILE.jsonl`: labelled letters, part to learn and part to ask, ours beside two plain methods in one run.

FILE holds {"id","text","category"}. `halves` learns one half and asks the other, `fifths` learns four fifths; both ways round.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.sorting.contenders import CONTENDERS
from benchmarks.sorting.short import short_words


def main(arguments: Sequence[str]) -> int:
    """Exit codes: 0 done, 2 usage."""
    parser = argparse.ArgumentParser("python -m benchmarks sorting", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--seeds", type=int, default=2, help="so many different divisions")
    options = parser.parse_args(arguments)
    if not options.file.is_file():
        print(f"{options.file} can't be read", file=sys.stderr)
        return 2
    rows = [json.loads(line) for line in options.file.read_text(encoding="utf-8").splitlines() if line.strip()]
    texts, labels = [row["text"] for row in rows], [row["category"] for row in rows]
    print(f"{len(rows)} letters of {len(set(labels))} categories; first · in three · macro-F1, ± over {options.seeds} divisions")
    for name, folds in (("halves", 2), ("fifths", 5)):
        for contender, run in CONTENDERS.items():
            print(f"  {name:<7} {contender:<26} {run(texts, labels, folds, range(options.seeds))}", flush=True)
    for line in short_words(texts, labels):
        print(line)
    return 0
