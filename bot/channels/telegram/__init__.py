"""Telegram: the only room that imports aiogram.

Import its files by name: `parse.py` brings aiogram with it, four seconds that a command which only calls the API need not wait.
"""
