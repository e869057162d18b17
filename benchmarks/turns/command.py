"""`python -m benchmarks turns`: run the contenders one after another, print the table, keep it in results/."""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.turns import report
from benchmarks.turns.contenders import CONTENDERS
from benchmarks.turns.machine import NotLinux, cores, fsync_cost
from benchmarks.turns.run import ContenderFailed, measure

Json = dict[str, Any]
ROOT = Path(__file__).parent.parent.parent
RESULTS = ROOT / "benchmarks" / "results"
NOTES = (
    "Rates count until the last reply to a person; `behind` is how much longer the last message to the staff took; CPU counts all of it.",
    "Linli runs with LINLI_PACE so large that the messenger's limits (1/s a chat, 20/min a group, 30/s) never hold it back; the others keep none.",
    "PostgreSQL shares the bot's core, and its CPU is shown beside the bot's; fsync and synchronous_commit are as installed: on.",
)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m benchmarks turns", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="1 and 20 people, short: for a look, not for citing")
    parser.add_argument("--users", default="", help="how many people at once, as 1,20,100")
    parser.add_argument("--seconds", type=float, default=0.0, help="length of each measurement")
    parser.add_argument("--only", default="", help=f"some of: {','.join(c.key for c in CONTENDERS)}")
    parser.add_argument("--data", type=Path, default=ROOT / "var" / "bench", help="where the databases are made (its disk matters)")
    parser.add_argument("--profile", default="", metavar="PREFIX", help="ours only: write cProfile files PREFIX.<thread>.prof instead of results")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> int:
    """Exit codes: 0 measured, 1 some contender failed or left forms, 2 usage, 69 not this kind of machine."""
    options = _options(arguments)
    seconds = options.seconds or (1.5 if options.quick else 4.0)
    try:
        users = [int(part) for part in (options.users or ("1,20" if options.quick else "1,20,100")).split(",")]
    except ValueError:
        print(f"--users takes numbers with commas between, not {options.users!r}", file=sys.stderr)
        return 2
    wanted = [part for part in options.only.split(",") if part]
    unknown = set(wanted) - {c.key for c in CONTENDERS}
    if unknown:
        print(f"--only: there is no {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    chosen = [c for c in CONTENDERS if not wanted or c.key in wanted]
    if options.profile:
        chosen = [c for c in chosen if c.script == "ours"]
    try:
        api_core, bot_core = cores()
    except NotLinux as error:
        print(error, file=sys.stderr)
        return 69
    options.data.mkdir(parents=True, exist_ok=True)
    same = "one core only, shared by API and bot: compare within this run" if api_core == bot_core else f"API on core {api_core}, bot on core {bot_core}"
    load_before = os.getloadavg()[0]
    records: list[Json] = []
    failed = False
    for contender in chosen:
        print(f"… {contender.title}", file=sys.stderr, flush=True)
        try:
            records += measure(contender, options.data.resolve(), users, seconds, options.profile)
        except ContenderFailed as error:
            failed = True
            print(f"{contender.title}: {error}", file=sys.stderr)
    about: Json = {
        "date": datetime.date.today().isoformat(), "cores": same, "seconds": seconds, "python": platform.python_version(),
        "machine": platform.machine(), "fsync": fsync_cost(options.data), "load_before": load_before, "load_after": os.getloadavg()[0],
        "notes": list(NOTES),
    }  # fmt: skip
    baselines = [c.key for c in CONTENDERS if c.baseline]
    print(report.plain_table(report.HEAD, [report.cells(record) for record in records]))
    compared = report.ratios(records, baselines)
    if compared:
        print("\n" + report.plain_table(report.RATIO_HEAD, compared))
    told = report.faults(records)
    print("\n" + "\n".join(f"* {line}" for line in (*report.conditions(about), *told)))
    if not (options.quick or wanted or options.profile or failed):
        report.write(RESULTS, about, records, baselines)
    return 1 if failed or told else 0
