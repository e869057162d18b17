"""The house rules that a machine can hold: import rules, both languages, small files, locks without addresses."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import locales
from tools.audit import LOCKS, faults

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("bot", "dialogs", "handlers", "models", "scheduler", "sandbox")
LONGEST = 250


def product_files() -> list[Path]:
    return [path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "versions" not in path.parts]


def test_import_rules_hold() -> None:
    """Who may import whom, as design.md 2 says."""
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout


def test_both_languages_say_everything() -> None:
    """Every text stands in Chinese and in English."""
    chinese, english = locales.catalogue("zh"), locales.catalogue("en")
    assert len(chinese) > 100
    assert set(chinese) == set(english), set(chinese) ^ set(english)


def test_no_english_text_is_left_in_chinese_nor_the_other_way() -> None:
    """An English text holds no Chinese characters except names of places said so on purpose."""
    english = {key: text.replace("中文", "") for key, text in locales.catalogue("en").items() if "language" not in key}
    mixed = [key for key, text in english.items() if any("一" <= c <= "鿿" for c in text)]
    assert mixed == []


def test_files_are_small_and_say_their_job() -> None:
    """A product file opens with what it is for, and is no longer than a reader can hold."""
    silent = [str(path) for path in product_files() if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))]
    long = {str(path.relative_to(ROOT)): n for path in product_files() if (n := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST}
    assert silent == []
    assert long == {}


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_are_pinned_and_hashed(lock: str) -> None:
    """Every requirement stands with its version and hashes, and no index address is named."""
    assert faults(ROOT / lock) == []


CLOCKS = ("datetime.now(", "time.time(", "datetime.utcnow(", "uuid4(", "secrets.", "random.")


def test_nobody_below_the_edge_reads_a_clock_or_throws_dice() -> None:
    """Time, ids and chance are handed in (design.md law 6); sealing needs fresh nonces and is the one exception."""
    guilty = []
    for room in ("dialogs", "handlers", "models", "scheduler"):
        for path in (ROOT / room).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            guilty += [f"{path.name}: {word}" for word in CLOCKS if word in text]
    assert guilty == []
