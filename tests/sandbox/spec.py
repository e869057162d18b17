"""The Bot API as data: a small validator of answers and updates against the official list of types and methods."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

SPEC = Path(__file__).resolve().parents[3] / "shared" / "data" / "botapi-10.1.json"
_PLAIN: dict[str, type | tuple[type, ...]] = {
    "Integer": int,
    "Float": (int, float),
    "String": str,
    "Boolean": bool,
    "True": bool,
}
# How a value says which of several types it is.
_TELLING_FIELDS = ("type", "status", "source")


class Wrong(AssertionError):
    """An answer does not fit the Bot API"""


@cache
def spec() -> dict[str, Any]:
    """The whole list. Raises FileNotFoundError where it isn't there."""
    loaded: dict[str, Any] = json.loads(SPEC.read_text("utf-8"))
    return loaded


def check(value: Any, kinds: list[str], where: str) -> None:
    """Raises Wrong unless the value is of one of the kinds."""
    problems = []
    for kind in kinds:
        try:
            _check_one(value, kind, where)
        except Wrong as problem:
            problems.append(str(problem))
        else:
            return
    raise Wrong("; or ".join(problems))


def check_result(method: str, result: Any) -> None:
    """Raises Wrong unless the result is what the method returns."""
    methods = {name.lower(): one for name, one in spec()["methods"].items()}
    check(result, methods[method.lower()]["returns"], method)


def _check_one(value: Any, kind: str, where: str) -> None:
    if kind.startswith("Array of "):
        if not isinstance(value, list):
            raise Wrong(f"{where}: not an array")
        for place, item in enumerate(value):
            check(item, [kind.removeprefix("Array of ")], f"{where}[{place}]")
        return
    if kind in _PLAIN:
        expected = _PLAIN[kind]
        if not isinstance(value, expected) or (expected is int and isinstance(value, bool)) or (kind == "True" and value is not True):
            raise Wrong(f"{where}: {value!r} is no {kind}")
        return
    shape = spec()["types"][kind]
    if shape.get("subtypes"):
        check(value, _fitting(shape["subtypes"], value), where)
        return
    if not isinstance(value, dict):
        raise Wrong(f"{where}: {value!r} is no {kind}")
    fields = {field["name"]: field for field in shape.get("fields", [])}
    unknown = set(value) - set(fields)
    if unknown:
        raise Wrong(f"{where}: {kind} has no {', '.join(sorted(unknown))}")
    for name, field in fields.items():
        if name in value:
            check(value[name], field["types"], f"{where}.{name}")
        elif field["required"]:
            raise Wrong(f"{where}: {kind} lacks {name}")


def _fitting(subtypes: list[str], value: Any) -> list[str]:
    """The subtypes that a telling field leaves over, else all: so that a complaint is about the right one."""
    if not isinstance(value, dict):
        return subtypes
    for name in _TELLING_FIELDS:
        wanted = value.get(name)
        if isinstance(wanted, str):
            fits = [kind for kind in subtypes if _says(kind, name, wanted)]
            if fits:
                return fits
    return subtypes


def _says(kind: str, name: str, wanted: str) -> bool:
    for field in spec()["types"][kind].get("fields", []):
        if field["name"] == name:
            words = field["description"].replace("“", '"').replace("”", '"')
            return f'"{wanted}"' in words or f"always {wanted}" in words
    return False
