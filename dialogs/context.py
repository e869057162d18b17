"""What a dialog may know while it decides: frozen, handed in, the same whatever the channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dialogs.words import Json


@dataclass(frozen=True)
class Who:
    """The person of this conversation, as far as a dialog needs to know them."""

    person: str
    language: str = "zh"
    elder: bool = False
    consent: str = ""
    """Version of the privacy notice agreed to, "" = none yet."""
    home: Json | None = None
    """{"building","unit","room","verified"} or None for a guest."""
    roles: tuple[str, ...] = ()
    met: bool = False
    """False on the first turn ever: the first answer then carries the line about the program."""


@dataclass(frozen=True)
class Context:
    """Everything a step is given besides its draft and the event."""

    now: datetime
    """World time, in the community's zone."""
    who: Who
    lexicon: Any
    """dialogs.understand.Lexicon"""
    places: Any
    """dialogs.understand.Places"""
    categories: Mapping[str, Json]
    """Category code → its row of locales/categories.toml."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Limits of dialogs as data (locales/settings.toml): fragment_seconds, undo_seconds, consent_version, …"""
    contacts: Mapping[str, str] = field(default_factory=dict)
    """The community's numbers: pm, gas, lift, area_suffix, …"""
    profile: Mapping[str, Any] = field(default_factory=dict)
    """The channel's profile: inline buttons or numbered, text limit, …"""
