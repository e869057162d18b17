"""The table on the screen, and results/turns.json with turns.md for whoever cites the figures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

Json = dict[str, Any]
HEAD = ("contender", "people", "forms/s", "turns/s", "p50 ms", "p95", "p99", "submit p95", "behind s", "CPU ms/form", "MB", "calls/form")
OURS = ("ours-sqlite", "ours-postgres")


def cells(record: Json) -> tuple[str, ...]:
    """One line of the table."""
    reply, cpu = record["reply_ms"], record["cpu_ms_per_form"]
    beside = "".join(f" + {name} {spent:.1f}" for name, spent in cpu.items() if name != "bot")
    calls = sum(count for name, count in record["calls_per_form"].items() if name != "to staff")
    return (
        record["title"], str(record["users"]), f"{record['forms_per_second']:.1f}", f"{record['turns_per_second']:.0f}",
        f"{reply['p50']:.1f}", f"{reply['p95']:.1f}", f"{reply['p99']:.1f}", f"{record['submit_ms']['p95']:.1f}", f"{record['behind_seconds']:.1f}",
        f"{cpu['bot']:.1f}{beside}", f"{record['memory_mb']:.0f}", f"{calls:.1f}",
    )  # fmt: skip


def faults(records: Sequence[Json]) -> list[str]:
    """What a reader must know before believing a line."""
    told = []
    for record in records:
        name = f"{record['title']}, {record['users']} people"
        if record["stuck"]:
            told.append(f"{name}: {record['stuck']} forms did not go on: {'; '.join(record['stuck_at'])}")
        if record["lost"]:
            told.append(f"{name}: {record['lost']} of {record['filed']} requests are not in its store")
        if record["unknown_calls"]:
            told.append(f"{name}: calls that the stand-in does not know: {record['unknown_calls']}")
    return told


def ratios(records: Sequence[Json], baselines: Sequence[str]) -> list[tuple[str, ...]]:
    """Ours against each baseline, with the same number of people: turns a second, and turns a second of CPU."""
    by = {(record["contender"], record["users"]): record for record in records}
    lines: list[tuple[str, ...]] = []
    for (key, users), record in by.items():
        if key not in OURS:
            continue
        for baseline in baselines:
            other = by.get((baseline, users))
            if other is None:
                continue
            speed = record["turns_per_second"] / max(other["turns_per_second"], 0.001)
            spent = sum(other["cpu_ms_per_form"].values()) / max(sum(record["cpu_ms_per_form"].values()), 0.001)
            lines.append((record["title"], other["title"], str(users), f"{speed:.2f}", f"{spent:.2f}"))
    return lines


RATIO_HEAD = ("ours", "against", "people", "turns/s ×", "forms per CPU second ×")


def plain_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns for a terminal."""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in (head, *rows))


def markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The same for a page."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def conditions(about: Json) -> list[str]:
    """Under what circumstances the figures were made."""
    fsync = about["fsync"]
    return [
        f"{about['cores']}; {about['seconds']:g} s a line after a warm-up; Python {about['python']}, {about['machine']}.",
        f"One fsync of a 4 KB write in the data folder: {fsync['p50_ms']:.2f} ms (p95 {fsync['p95_ms']:.2f} ms).",
        f"Load average of the machine before {about['load_before']:.2f}, after {about['load_after']:.2f}: above 2 on two cores others were at work"
        " too; then times are noise, CPU is inflated, and only comparisons within this run mean something.",
        *about["notes"],
    ]


def write(folder: Path, about: Json, records: Sequence[Json], baselines: Sequence[str]) -> None:
    """Keep the run."""
    folder.mkdir(exist_ok=True)
    kept = {"about": about, "records": records}
    (folder / "turns.json").write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    parts = [
        "# The same form, side by side", f"Made by `python -m benchmarks turns` on {about['date']}.", "\n".join(f"* {line}" for line in conditions(about)),
        markdown_table(HEAD, [cells(record) for record in records]), "## Ratios", markdown_table(RATIO_HEAD, ratios(records, baselines)),
    ]  # fmt: skip
    told = faults(records)
    if told:
        parts += ["## To know", "\n".join(f"* {line}" for line in told)]
    (folder / "turns.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")
