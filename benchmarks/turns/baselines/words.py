"""The words and buttons that the baselines share, read from form.toml."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

TOKEN = "4200000042:benchmark-not-a-real-token-0000000"
STAFF_CHAT = -1004200000042

_DATA = tomllib.loads((Path(__file__).parent.parent / "form.toml").read_text(encoding="utf-8"))
WORDS: dict[str, str] = _DATA["words"]
BUTTONS: dict[str, list[dict[str, str]]] = _DATA["buttons"]


def label(data: str) -> str:
    """What stands on the button that carries `data`."""
    return next(button["text"] for row in BUTTONS.values() for button in row if button["data"] == data)


def api_base() -> str:
    """The messenger's address, from the environment."""
    return os.environ["BENCH_API_BASE"]
