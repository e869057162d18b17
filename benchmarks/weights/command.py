"""`python -m benchmarks weights DATA`: fit the weights of policy search and write locales/policy/weights.toml; `--dry` only reports.

DATA holds folders with docs, learn, questions and missing (.jsonl). The report is crossed: each half is judged by what the rest taught.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import locales
from benchmarks.weights.fitting import crossed, fit
from benchmarks.weights.reading import read_base

ROOT = Path(__file__).parent.parent.parent
OWN = ROOT / "tests" / "data" / "policy_own_law.jsonl"
HEAD = """# What the features of policy search are worth: fitted by `python -m benchmarks weights DATA` (docs/decisions/search.md).
# `prior` in the order of RANKED (models/search_weights.py); `sure` in that of OF_WINNER, then the measures of `winning`, then the constant.
"""


def main(arguments: Sequence[str]) -> int:
    """Exit codes: 0 done, 2 usage."""
    parser = argparse.ArgumentParser("python -m benchmarks weights", description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--dry", action="store_true", help="report only")
    options = parser.parse_args(arguments)
    folders = sorted(path.parent for path in options.data.glob("*/questions.jsonl"))
    if not folders:
        print(f"{options.data} holds no folder with questions.jsonl", file=sys.stderr)
        return 2
    bases = []
    for folder in folders:
        print(f"… {folder.name}", file=sys.stderr, flush=True)
        bases.append(read_base(folder, OWN))
    text = HEAD
    for language in ("zh", "en"):
        of_language = [base for base in bases if base.language == language]
        for name, first, third, answered, wrongly in crossed(of_language):
            print(f"{name:<12} recall at 1 {first:.3f}  at 3 {third:.3f}  answered {answered:.3f}  wrongly answered {wrongly:.3f}")
        table, _ = fit(of_language, lambda base, kind: base.examples[kind])
        text += f"\n[{language}]\n" + "".join(f"{name} = {_written(value)}\n" for name, value in table.items())
    if not options.dry:
        (Path(locales.__file__).parent / "policy" / "weights.toml").write_text(text, encoding="utf-8")
    return 0


def _written(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4f}"
    numbers = [text if any(sign in text for sign in ".en") else f"{text}.0" for text in (f"{one:.5g}" for one in value)]
    lines = [", ".join(numbers[n : n + 12]) for n in range(0, len(numbers), 12)]
    return "[\n  " + ",\n  ".join(lines) + ",\n]"
