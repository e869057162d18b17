"""The faults are tried on the same running demo as the conversations."""

from tests.conversations.conftest import start_demo

__all__ = ["start_demo"]
