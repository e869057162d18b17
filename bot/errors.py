"""Why the program did not start or can't go on. Each is told in one sentence, with an exit code (bot/commands/faults.py).

StartFailure
 ├ Unreachable   the messenger can't be reached
 ├ NotReady      the installation lacks something
 ├ TokenRevoked  the messenger refuses the token
 ├ PortTaken, SandboxFailed   the demo's own
 └ BadUsage      a command was given what it can't use
"""

from __future__ import annotations


class StartFailure(Exception):
    """The program could not start or go on"""


class Unreachable(StartFailure):
    """The messenger can't be reached"""


class NotReady(StartFailure):
    """The installation lacks something without which it must not serve people"""


class TokenRevoked(StartFailure):
    """The messenger no longer accepts the bot's token"""


class PortTaken(StartFailure):
    """The port is taken by another program"""


class SandboxFailed(StartFailure):
    """The local messenger did not start"""


class BadUsage(StartFailure):
    """The command was given something it can't use"""
