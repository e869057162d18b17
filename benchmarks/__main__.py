"""`python -m benchmarks` lists what there is; `python -m benchmarks NAME [options]` runs one."""

from __future__ import annotations

import sys
from importlib import import_module

BENCHMARKS = {
    "turns": "the same five-step form: bare frameworks, the ordinary bot and ours, 1 to 100 people at once",
    "policy": "policy search: ours, SQLite's full-text search and plain BM25 on the same questions",
    "sorting": "labelled letters sorted: naive Bayes, a linear SVM and ours; and residents' short words",
    "weights": "fits the weights of policy search over folders of questions, and says what they are worth",
}


def main(arguments: list[str]) -> int:
    """Run what the first argument names. Returns the exit code."""
    if not arguments:
        print("python -m benchmarks NAME [--help]")
        for name, line in BENCHMARKS.items():
            print(f"  {name:<8} {line}")
        return 0
    name, *rest = arguments
    if name not in BENCHMARKS:
        print(f"There is no benchmark {name!r}; there are: {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    code: int = import_module(f"benchmarks.{name}.command").main(rest)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
