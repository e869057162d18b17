"""The place lexicon (locales/lexicon/places.toml) compiled into the patterns that dialogs/places.py reads a text with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dialogs.numerals import CHINESE, ENGLISH
from dialogs.spelling import Spelling
from dialogs.wordlists import WordLists

CUT = "|"  # stands where a part was cut out; no word of a place holds it


@dataclass(frozen=True)
class PlaceWords:
    """The place lexicon, compiled."""

    anything: re.Pattern[str]
    """Without any of this there is no part of a house in the text: most messages end here."""
    compound: re.Pattern[str]
    in_building: re.Pattern[str]
    buildings: tuple[re.Pattern[str], ...]
    units: tuple[re.Pattern[str], ...]
    door_unit: re.Pattern[str]
    basement: re.Pattern[str]
    floor_ranges: tuple[re.Pattern[str], ...]
    floors: tuple[re.Pattern[str], ...]
    ground: Mapping[str, str]
    rooms: tuple[re.Pattern[str], ...]
    side: re.Pattern[str]
    spots: WordLists
    not_spot: re.Pattern[str]
    home: re.Pattern[str]
    corrected: re.Pattern[str]
    denied: re.Pattern[str]

    @staticmethod
    def from_data(data: Mapping[str, Any], spelling: Spelling) -> PlaceWords:
        """Compile the parsed place lexicon."""
        number = rf"(\d{{1,4}}|[{CHINESE}]{{1,5}})"
        english = "|".join(sorted(ENGLISH, key=len, reverse=True))
        word = rf"(\d{{1,3}}|{english})"
        nth = rf"(?:(\d{{1,3}})(?:st|nd|rd|th)?|({english}))"
        amount = rf"(?!\d|\s?(?:{data['not_room']}))"
        floor, span = data["floor"], data["range"]
        zh = rf"(?<![\d{CHINESE}])"
        return PlaceWords(
            compound=re.compile(
                rf"(?<![\d.:-])(\d{{1,2}})\s?(?:{data['building']}|[-/.~])\s?(\d{{1,2}})\s?(?:单元|[-/.~])\s?(\d{{3,4}}[a-d]?){amount}(?![-:.]\d)"
            ),
            in_building=re.compile(rf"(?<![\d.:])(\d{{1,2}})\s?-\s?(\d{{3,4}}[a-d]?){amount}(?![-:.\d])"),
            buildings=(
                re.compile(rf"{zh}(?<![月])(?<![第几这那每整哪全][一两])(?:第)?{number}\s?(?:{data['building']})(?!\d?月)"),
                re.compile(rf"{zh}(\d{{1,3}})\s?(?:{data['building_slip']})(?=\d|单元|楼|的|[ ,.]|$|[{CHINESE}]+(?:单元|楼))"),
                re.compile(rf"{zh}(?<!月)(?<!门牌){number}号(?=\s?(?:{number}单元|\d{{3,4}}(?:室|房|$|[ ,.])))"),
                re.compile(rf"\b(?:{data['building_en']})\.?\s?(?:no\.?|number|num|#|is)?\s?{word}(?![a-z])"),
                re.compile(rf"\b(?:{data['building_en']})\s([a-h])(?=$|[ ,.](?:unit|room|floor|flat|apt|\d)|[,.])"),
                re.compile(rf"\b(?:no\.?|number|#)?\s?{nth}\s(?:{data['building_en']})\b"),
                re.compile(r"(?<![a-z])([a-h]\d?)(?:栋|幢|座(?!位))"),
            ),
            units=(
                re.compile(rf"{zh}(?:第)?(\d{{1,2}}|[{CHINESE}]{{1,2}})\s?(?:{data['unit']})"),
                re.compile(rf"\b(?:{data['unit_en']})\s?(?:no\.?|number|#)?\s?(?:(\d{{1,2}})(?!\d)|({english}))(?![a-z])"),
                re.compile(rf"\b{nth}\s(?:{data['unit_en']})\b"),
                re.compile(rf"(?:{data['unit']})\s?([a-d])(?![a-z])"),
            ),
            door_unit=re.compile(rf"{zh}(\d|[一二三四五六])(?:{data['unit_door']})(?=$|[\s,.]|\d|[{CHINESE}])"),
            basement=re.compile(rf"(?:{data['below']})\s?([1-3一二三])\s?(?:{floor}|f\b)|\bb([1-3])(?:层|楼|f)?(?![\da-z栋幢座])"),
            floor_ranges=(
                re.compile(rf"{zh}{number}\s?(?:{floor}|f)?\s?(?:{span})\s?{number}\s?(?:{floor}|f\b)(?!栋)"),
                re.compile(rf"{zh}{number}\s?(?:{floor})\s?{number}\s?(?:{floor})(?!栋)"),
                re.compile(rf"\b(?:floors?|levels?)\s{nth}\s?(?:{span})\s?{nth}\b"),
                re.compile(rf"\b{nth}\s?(?:floor\s)?(?:{span})\s?(?:the\s)?{nth}\s?(?:{data['floor_en']})\b"),
            ),
            floors=(
                re.compile(rf"{zh}(?:第)?{number}\s?(?:{floor})(?!栋|长|盘市|市|群|主|宇|面积)"),
                re.compile(rf"\b{nth}\s?-?(?:{data['floor_en']})\b"),
                re.compile(rf"\b(?:{data['floor_en']})\s?(?:no\.?|number|#)?\s?{word}(?![a-z\d])"),
                re.compile(r"(?<![\d.])(\d{1,2})\s?/?\s?f(?![a-z\d])"),
            ),
            ground=data["ground_en"],
            rooms=(
                re.compile(
                    rf"(?<![\d.-])(\d{{1,4}}[a-d]?)\s?(?:{data['room']})(?!\d?[厅卫]|内|间|友|外|东|子|产|屋|门|租|价|贷|主|型|管|顶|梁)"
                ),
                re.compile(rf"\b(?:{data['room_en']})\s?(?:no\.?|number|#|is)?\s?\.?\s?(\d{{3,4}}[a-d]?)(?![\d.])"),
                re.compile(r"\b(?:room|rm|apt|apartment|flat|unit)\s?#?\s?(\d{3,4}[a-d]?|\d{1,2})(?![\d.])"),
                re.compile(rf"\{CUT}[\s,的.#-]*(\d{{3,4}}[a-d]?){amount}(?![-:\d])"),
                re.compile(rf"(?<=\{CUT})[\s,的]*([{CHINESE}]{{3,4}})(?![{CHINESE}])(?={data['room']}|[\s,.]|$)"),
                re.compile(rf"#\s?(\d{{3,4}}[a-d]?){amount}"),
            ),
            side=re.compile(rf"(?:{'|'.join(sorted(data['left_right'].split('|'), key=len, reverse=True))})(?![a-z])"),
            spots=WordLists.from_data({"spots": data["spots"]}, spelling),
            anything=re.compile(
                rf"[\d#{CHINESE}]|[a-h](?:{data['building']})|{'|'.join(data['ground_en'])}|\b(?:{english}|{data['building_en']})\b"
            ),
            not_spot=re.compile(data["not_spots"]),
            home=re.compile(rf"(?:{data['home']})(?:的|在|the)?\s?$"),
            corrected=re.compile(data["corrected"]),
            denied=re.compile(rf"(?:{data['denied']})\s?(?:in |at )?$"),
        )
