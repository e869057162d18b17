"""Numbers as people write them: 3, 十一, 廿三, 一零二, 三四 (three or four), third, eleven → digits."""

from __future__ import annotations

_NAMES = ("零〇", "一壹幺", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
_DIGITS = {char: value for value, chars in enumerate(_NAMES) for char in chars}
_TENS = {"十": 10, "拾": 10, "廿": 20, "卅": 30}
# fmt: off
_ENGLISH = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen",
    "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)
_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth",
    "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth",
)
# fmt: on
ENGLISH = {word: number for words in (_ENGLISH, _ORDINALS) for number, word in enumerate(words, start=1)}

CHINESE = "零〇一二三四五六七八九十百廿卅两壹贰叁肆伍陆柒捌玖拾幺"
"""The characters that a Chinese number may be made of, for patterns."""


def digits(text: str) -> str | None:
    """`text` in digits, a range as "3-4" (“三四”, “十一二”); None if it is no number. "0302" keeps its zero."""
    if text.isdigit() and text.isascii():
        return text
    if text in ENGLISH:
        return str(ENGLISH[text])
    if not text or any(char not in CHINESE for char in text):
        return None
    both = _two_in_a_row(text)
    if both:
        return both
    if all(char in _DIGITS for char in text):
        return "".join(str(_DIGITS[char]) for char in text)
    return str(_value(text))


def _two_in_a_row(text: str) -> str | None:
    """“三四” = 3-4, “十一二” = 11-12, but “一零” is a room number's part."""
    head, last_two = text[:-2], text[-2:]
    if len(last_two) < 2 or any(char not in _DIGITS for char in last_two) or any(char in _DIGITS for char in head):
        return None
    low, high = (_DIGITS[char] for char in last_two)
    if low == 0 or high != low + 1 or (head and head[-1] not in _TENS):
        return None
    base = _value(head) if head else 0
    return f"{base + low}-{base + high}"


def _value(text: str) -> int:
    total, digit = 0, 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _TENS:
            ten = _TENS[char]
            total += ten * (digit or 1) if ten == 10 else ten
            digit = 0
        else:  # 百
            total += 100 * (digit or 1)
            digit = 0
    return total + digit
