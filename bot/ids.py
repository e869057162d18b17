"""Where ids come from: 128 random bits as 22 characters. Handed in everywhere else (design.md law 6)."""

from __future__ import annotations

import secrets


def new_id() -> str:
    """An unguessable id."""
    return secrets.token_urlsafe(16)
