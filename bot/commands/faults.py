"""Start-up failures: one human sentence and an exit code each."""

from __future__ import annotations

import structlog

from bot.__main__ import BAD_CONFIG, IN_USE, SOME_BAD, UNREACHABLE, USAGE
from bot.app import NotReady, Unreachable
from bot.commands.demo import PortTaken, SandboxFailed
from bot.database import DataInUse
from bot.intake import TokenRevoked
from bot.logs import redact
from bot.settings import BadSettings


class BadUsage(ValueError):
    """The command was given something it can't use"""


def sentence_and_code(error: Exception) -> tuple[str, int]:
    """What to say about `error`, and the code to leave with. An unexpected one is logged with its trace."""
    match error:
        case BadSettings():
            return "\n".join(error.sentences), BAD_CONFIG
        case NotReady():
            return str(error), BAD_CONFIG
        case TokenRevoked():
            return str(error) or "The messenger no longer accepts the bot's token", BAD_CONFIG
        case DataInUse():
            return f"The data folder {error} is in use by another bot process; stop that one first", IN_USE
        case Unreachable() | PortTaken() | SandboxFailed():
            return str(error), UNREACHABLE
        case BadUsage():
            return str(error), USAGE
    structlog.get_logger().error("command_failed", exc_info=error)
    return redact(f"{type(error).__name__}: {error}")[:300], SOME_BAD
