"""The list of Bot API calls: what was asked, what was answered. The token is never in it."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from sandbox.clock import Clock
from sandbox.events import Bus
from sandbox.model import Json
from sandbox.params import Call

KEPT = 100_000
_SHOWN_BYTES = 400_000  # a longer answer (a queue of updates) is shown by its size only
# Parameters that carry JSON are shown decoded, so that a search for words finds them behind no escapes.
_JSON_PARAMS = frozenset(
    [
        "reply_markup",
        "reply_parameters",
        "entities",
        "caption_entities",
        "media",
        "link_preview_options",
        "allowed_updates",
        "message_ids",
        "commands",
        "scope",
        "menu_button",
        "permissions",
        "options",
    ]
)


@dataclass(slots=True)
class Record:
    """One call. `response` is the answer as sent, None when the connection was dropped before one."""

    seq: int
    at: float
    machine: float
    ms: float
    method: str
    params: dict[str, str]
    files: list[Json]
    status: int | None
    response: bytes | None
    modelled: bool
    dropped: str | None


class Calls:
    """The last 100,000 calls; `seq` counts from 1 and never starts anew."""

    def __init__(self, bus: Bus, clock: Clock) -> None:
        self._bus, self._clock = bus, clock
        self._records: deque[Record] = deque(maxlen=KEPT)
        self._seq = 0

    def add(
        self, at: float, began: float, method: str, call: Call, status: int | None, response: bytes | None,
        *, modelled: bool = True, dropped: str | None = None,
    ) -> None:  # fmt: skip
        """`at` is world time, `began` machine time of the call's arrival."""
        self._seq += 1
        ms = (time.monotonic() - began) * 1000
        files = [{"field": field, "name": file.name, "mime": file.mime, "size": len(file.data)} for field, file in call.files.items()]
        record = Record(self._seq, at, began, ms, method, call.params, files, status, response, modelled, dropped)
        self._records.append(record)
        self._bus.call(lambda: self.view(record))

    def since(self, seq: int, method: str = "") -> Iterator[Record]:
        """The records after `seq`, oldest first, of one method or all."""
        first = self._records[0].seq if self._records else 0
        wanted = method.lower()
        for record in islice(self._records, max(seq + 1 - first, 0), None):
            if not wanted or record.method.lower() == wanted:
                yield record

    def clear(self) -> None:
        self._records.clear()

    def view(self, record: Record) -> Json:
        response: object = None
        if record.response is not None:
            if len(record.response) > _SHOWN_BYTES:
                response = {"ok": True, "bytes": len(record.response)}
            else:
                try:
                    response = json.loads(record.response)
                except ValueError:
                    response = record.response.decode("utf-8", "replace")
        shown: Json = {
            "seq": record.seq,
            "at": self._clock.iso(record.at),
            "method": record.method,
            "params": {name: _decoded(name, value) for name, value in record.params.items()},
            "files": record.files,
            "status": record.status,
            "response": response,
            "modelled": record.modelled,
            "ms": round(record.ms, 1),
            "machine": round(record.machine, 4),
        }
        if record.dropped:
            shown["dropped"] = record.dropped
        return shown


def _decoded(name: str, value: str) -> object:
    if name in _JSON_PARAMS:
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
