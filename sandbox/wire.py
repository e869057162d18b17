"""JSON on the wire: compact, readable Chinese, and never broken by half a character that somebody sent."""

from __future__ import annotations

import json
from typing import Any

_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode


def encode(data: Any) -> bytes:
    """The UTF-8 JSON of plain data."""
    text = _encode(data)
    try:
        return text.encode()
    except UnicodeEncodeError:  # a lone surrogate, which UTF-8 cannot hold and an escape can
        return json.dumps(data).encode()
