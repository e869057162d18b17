"""Logs: structlog, one line a turn, with secrets and personal data taken out at the root.

The root handler redacts, not one logger: other libraries leaked tokens through their own loggers, exception texts and
download addresses (reliability.md 6.1).
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import IO, Any

import structlog

TOKEN = re.compile(r"\d{5,}:[A-Za-z0-9_-]{8,}")
PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
NEVER = frozenset({"text", "words", "caption", "raw", "body", "name", "phone", "first_name", "last_name", "username"})


def redact(text: str) -> str:
    """`text` without tokens, telephone and identity numbers."""
    return IDENTITY.sub("〔id〕", PHONE.sub("〔phone〕", TOKEN.sub("〔token〕", text)))


def _drop_personal(_logger: Any, _name: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name in NEVER & fields.keys():
        fields[name] = "〔…〕"
    return fields


class RedactingStream:
    """A stream that writes only redacted text: whatever the source, the last door is this one."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        return self._stream.write(redact(text))

    def flush(self) -> None:
        self._stream.flush()


def set_up_logs(level: str = "INFO", stream: IO[str] | None = None) -> None:
    """Send every log record of the process as JSON lines to `stream` (stderr), redacted."""
    out = RedactingStream(stream or sys.stderr)
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _drop_personal,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.format_exc_info, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    render = structlog.processors.JSONRenderer(ensure_ascii=False)
    remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=[remove, render], foreign_pre_chain=shared))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("aiohttp.access", "aiohttp.client", "apscheduler", "asyncio", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
