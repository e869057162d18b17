"""Start-up failures: one human sentence and an exit code each."""

from __future__ import annotations

import structlog

from bot.__main__ import BAD_CONFIG, IN_USE, SOME_BAD, UNREACHABLE, USAGE
from bot.database import DataInUse
from bot.errors import BadUsage, NotReady, PortTaken, SandboxFailed, TokenRevoked, Unreachable
from bot.logs import redact
from bot.settings import BadSettings


def sentence_and_code(error: Exception) -> tuple[str, int]:
    """What to say about `error`, and the code to leave with. An unexpected one is logged with its trace."""
    match error:
        case BadSettings():
            return "\n".join(error.sentences), BAD_CONFIG
        case NotReady() | TokenRevoked():
            return str(error) or str(type(error).__doc__), BAD_CONFIG
        case DataInUse():
            return f"The data folder {error} is in use by another bot process; stop that one first", IN_USE
        case Unreachable() | PortTaken() | SandboxFailed():
            return str(error), UNREACHABLE
        case BadUsage():
            return str(error), USAGE
    structlog.get_logger().error("command_failed", exc_info=error)
    return redact(f"{type(error).__name__}: {error}")[:300], SOME_BAD
