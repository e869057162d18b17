"""The faults are tried on the same running demos as the conversations."""

from tests.conversations.conftest import database, demo, start_demo

__all__ = ["database", "demo", "start_demo"]
