"""`linli import cases` and what `linli classify` makes of it, as scripts drive them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.bot.test_cli import FIXTURE, linli

STREETS = ("东街", "西街", "南街", "北街", "新街", "老街", "长街", "短街")
LETTERS = [
    (f"l{i}", f"{s}路灯坏了很久\n{s}的路灯晚上不亮，行人看不见路，请派人来修理灯泡和电线", "市政工程") for i, s in enumerate(STREETS)
]
LETTERS += [(f"s{i}", f"{s}小学收费问题\n{s}小学的老师要求补课并收取费用，家长希望学校停止违规收费", "教育") for i, s in enumerate(STREETS)]
NEW_LETTER = "中街路灯不亮\n中街的路灯坏了，晚上行人看不见路，请派人来修理电线"


def written(path: Path, rows: list[tuple[str, str, str]]) -> Path:
    lines = [json.dumps({"id": key, "text": text, "category": category}, ensure_ascii=False) for key, text, category in rows]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def sorted_as(data: Path, text: str) -> list[str]:
    told = linli("classify", "--jsonl", "--data", str(data), said=json.dumps({"id": 1, "text": text}, ensure_ascii=False))
    row: dict[str, Any] = json.loads(told.stdout)
    assert set(row) == {"id", "emergency", "check", "categories", "place"}
    assert 1 <= len(row["categories"]) <= 5
    return list(row["categories"])


def test_learned_categories_lead_letters_and_follow_short_words(tmp_path: Path) -> None:
    """Before a community and after it: letters like those learned get their categories, short words the built-in codes."""
    data = tmp_path / "data"
    told = linli("import", "cases", str(written(tmp_path / "cases.jsonl", LETTERS)), "--data", str(data))
    assert told.returncode == 0, told.stderr
    assert "16 new" in told.stdout
    assert "市政工程" in told.stdout
    assert sorted_as(data, NEW_LETTER)[:2] == ["市政工程", "教育"]
    assert sorted_as(data, "楼道灯不亮")[0] == "PR01"
    assert linli("import", "community", str(FIXTURE), "--data", str(data)).returncode == 0
    assert sorted_as(data, NEW_LETTER)[0] == "市政工程"


def test_cases_of_built_in_categories_keep_the_built_in_codes(tmp_path: Path) -> None:
    """Nothing is added to the list, and short words are sorted as before."""
    rows = [(key, text, "PF01" if category == "教育" else "PR01") for key, text, category in LETTERS]
    told = linli("import", "cases", str(written(tmp_path / "cases.jsonl", rows)), "--data", str(tmp_path / "data"))
    assert "categories added" not in told.stdout
    assert sorted_as(tmp_path / "data", "家里没水了")[0] == "UT01"


def test_bad_lines_are_told_and_the_rest_is_learned(tmp_path: Path) -> None:
    """Each with its number; the exit code is 1. The same file again changes nothing; a missing file is 2."""
    file = written(tmp_path / "cases.jsonl", LETTERS)
    bad = [
        "no json",
        '{"id": "x", "text": "", "category": "a"}',
        '{"id": "y", "text": "b", "category": 3}',
        '{"text": "b", "category": "a"}',
    ]
    file.write_text(file.read_text(encoding="utf-8") + "\n" + "\n".join(bad), encoding="utf-8")
    told = linli("import", "cases", str(file), "--data", str(tmp_path / "data"))
    assert told.returncode == 1
    assert [line.split(":")[1] for line in told.stderr.splitlines()] == ["17", "18", "19", "20"]
    again = linli("import", "cases", str(file), "--data", str(tmp_path / "data"))
    assert "0 new, 0 changed, 16 as before" in again.stdout
    assert "version" not in again.stdout
    assert linli("import", "cases", str(tmp_path / "none.jsonl"), "--data", str(tmp_path / "data")).returncode == 2


def test_a_single_category_is_kept_but_not_trained(tmp_path: Path) -> None:
    """There is nothing to tell apart yet; it is said, and nothing fails."""
    told = linli("import", "cases", str(written(tmp_path / "cases.jsonl", LETTERS[:8])), "--data", str(tmp_path / "data"))
    assert told.returncode == 0
    assert "not trained" in told.stdout
    assert sorted_as(tmp_path / "data", "楼道灯不亮")[0] == "PR01"
