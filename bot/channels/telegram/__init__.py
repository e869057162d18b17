"""Telegram: the only room that imports aiogram."""

from bot.channels.telegram.channel import Telegram

__all__ = ["Telegram"]
