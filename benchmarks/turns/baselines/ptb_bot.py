"""The form in python-telegram-bot: a ConversationHandler, state in memory, updates one after another as it requires."""

from __future__ import annotations

import itertools
import warnings
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import Application, CallbackQueryHandler, ContextTypes, ConversationHandler, MessageHandler, filters
from telegram.warnings import PTBUserWarning

from benchmarks.turns.baselines.words import BUTTONS, STAFF_CHAT, TOKEN, WORDS, api_base, label

CATEGORY, PLACE, FLOOR, CONFIRM = range(4)
numbers = itertools.count(1)
Context = ContextTypes.DEFAULT_TYPE


def keyboard(name: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(b["text"], callback_data=b["data"])] for b in BUTTONS[name]])


def draft_of(context: Context) -> dict[str, Any]:
    assert context.user_data is not None
    return context.user_data


async def begin(update: Update, context: Context) -> int:
    assert update.message is not None
    draft_of(context)["text"] = update.message.text
    await update.message.reply_text(WORDS["category"], reply_markup=keyboard("category"))
    return CATEGORY


async def category(update: Update, context: Context) -> int:
    assert update.callback_query is not None
    assert update.effective_chat is not None
    await update.callback_query.answer()
    draft_of(context)["category"] = label(update.callback_query.data or "")
    await update.effective_chat.send_message(WORDS["place"])
    return PLACE


async def place(update: Update, context: Context) -> int:
    assert update.message is not None
    draft_of(context)["place"] = update.message.text
    await update.message.reply_text(WORDS["floor"])
    return FLOOR


async def floor(update: Update, context: Context) -> int:
    assert update.message is not None
    draft = draft_of(context)
    draft["floor"] = update.message.text
    await update.message.reply_text(WORDS["confirm"].format(**draft), reply_markup=keyboard("confirm"))
    return CONFIRM


async def submit(update: Update, context: Context) -> int:
    assert update.callback_query is not None
    assert update.effective_chat is not None
    await update.callback_query.answer(WORDS["toast"])
    number, draft = next(numbers), dict(draft_of(context))
    draft_of(context).clear()
    await update.callback_query.edit_message_reply_markup(None)
    await update.effective_chat.send_message(WORDS["receipt"].format(number=number))
    await context.bot.send_message(STAFF_CHAT, WORDS["staff"].format(number=number, **draft))
    return ConversationHandler.END


def main() -> None:
    """Poll until the process is ended."""
    # It warns that buttons are not tracked per message; the form wants them per person, so the default is right.
    warnings.filterwarnings("ignore", category=PTBUserWarning)
    text = filters.TEXT & ~filters.COMMAND
    application = Application.builder().token(TOKEN).base_url(f"{api_base()}/bot").build()
    application.add_handler(
        ConversationHandler(
            entry_points=[MessageHandler(text, begin)],
            states={
                CATEGORY: [CallbackQueryHandler(category, "^category:")],
                PLACE: [MessageHandler(text, place)],
                FLOOR: [MessageHandler(text, floor)],
                CONFIRM: [CallbackQueryHandler(submit, "^submit$")],
            },
            fallbacks=[],
        )
    )
    application.run_polling()


if __name__ == "__main__":
    main()
