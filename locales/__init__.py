"""Everything that is words or numbers and not code: catalogues, lexicons, categories. Read once, then kept."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent


@cache
def lexicons() -> dict[str, dict[str, Any]]:
    """Name → contents, for each TOML file and each folder of locales/lexicon/; raises tomllib.TOMLDecodeError for a broken one.

    The files of a folder are one lexicon: tables are united, lists of the same name joined.
    """
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((_HERE / "lexicon").rglob("*.toml")):
        name = path.stem if path.parent.name == "lexicon" else path.parent.name
        found[name] = _united(found.get(name, {}), _read(path))
    return found


@cache
def table(name: str) -> dict[str, Any]:
    """The contents of locales/<name>.toml: categories, calendar, limits, settings …"""
    return _read(_HERE / f"{name}.toml")


@cache
def policy() -> dict[str, Any]:
    """The tables of locales/policy/: {"zh": [a table per file], "en": its files united, "regions": …, "weights": …}."""
    folder = _HERE / "policy"
    english: dict[str, Any] = {}
    for path in sorted((folder / "en").glob("*.toml")):
        english = _united(english, _read(path))
    single = {path.stem: _read(path) for path in sorted(folder.glob("*.toml"))}
    return {**single, "zh": [_read(path) for path in sorted((folder / "zh").glob("*.toml"))], "en": english}


def categories() -> dict[str, Any]:
    """The contents of locales/categories.toml."""
    return table("categories")


@cache
def catalogue(language: str) -> dict[str, str]:
    """All texts of one language, `<file>.<dotted path>` → text. An unknown language has none."""
    texts: dict[str, str] = {}
    for path in sorted((_HERE / language).glob("*.toml")):
        texts.update(_flat(path.stem, _read(path)))
    return texts


def _flat(prefix: str, table: Mapping[str, Any]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for key, value in table.items():
        path = f"{prefix}.{key}"
        if isinstance(value, Mapping):
            texts.update(_flat(path, value))
        else:
            texts[path] = str(value)
    return texts


def _united(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    united = dict(first)
    for key, value in second.items():
        known = united.get(key)
        if isinstance(known, Mapping):
            united[key] = _united(known, value)
        elif isinstance(known, list):
            united[key] = known + value
        else:
            united[key] = value
    return united


def _read(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)
