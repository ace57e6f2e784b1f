"""Which encoding a text file is written in, told by its bytes and by how Russian, Romanian and Hungarian look."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple


class Encoding(NamedTuple):
    """A Python codec name, the length of the byte order mark, and whether another reading is as likely."""

    name: str
    bom: int = 0
    is_sure: bool = True


_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# In order of preference when they read equally well.
_SINGLE_BYTE = ("cp1251", "cp1250", "koi8-r", "cp866", "cp1252")
_SURE_MARGIN = 0.25

# The letter pairs that make up nine tenths of written Russian.
_PAIRS = (
    "абавагадазайакаламанапарасатауахацачашаябабебиблбобрбубъбывавввевивлвнвоврвсвувыгагегигогргудадедждидлдндодрдсдуе"
    "вегедееезейекелеменеоересетешжажежижнзазизмзнзоиаибивидиеизиииийикилиминиоипириситифицичиюияйсйткакиклкокркскткула"
    "лелжлилллолульлюлямамбмвмемимомумымянангндненинннонснтнуныньобовогодоеожойоколомонопоросоточошпапепипопрпурарврерж"
    "рирмрнрорсртрурысасвсесискслсоспссстсусьсятатвтетитнтотртстутытьуаубугудуеузуйукумунупурусутуюфафифофрхоцацецичаче"
    "чичнчтшашешищещиъеыбыеыйылымытыхьзьньсьтэлэтющязянят"
)
_RUSSIAN_PAIRS = frozenset(_PAIRS[i : i + 2] for i in range(0, len(_PAIRS), 2))
_RUSSIAN_WORDS = frozenset("авиксоуяё")
_ROMANIAN_HUNGARIAN = frozenset("ăâîşţșțáéíóöőúüű")
_WESTERN = frozenset("äàâçèéêëîïñôöùûüßáíóúãõåæø")
_LETTERS = re.compile(r"[^\W\d_]+")
_TYPOGRAPHY = frozenset("«»„“”‘’–—…№°·•©®™±§€₽£\xa0\xad")


def guess_encoding(sample: bytes) -> Encoding:
    """The encoding of a text sample; the sample may end in the middle of a character.

    A byte order mark decides at once; then UTF-16 by its zero bytes, UTF-8 by its strict form (a few broken lines are
    forgiven), then the single-byte page in which the text reads most like Russian, Romanian or Hungarian.
    """
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return Encoding(name, len(mark))
    wide = _utf16(sample)
    if wide:
        return Encoding(wide)
    if sample.isascii() or _reads_as_utf8(sample):
        return Encoding("utf-8")
    return _single_byte(sample)


def _utf16(sample: bytes) -> str:
    size = len(sample) // 2
    if size < 2 or b"\0" not in sample:
        return ""
    even, odd = sample[0 : size * 2 : 2], sample[1 : size * 2 : 2]
    for name, high, low in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        plausible = sum(high.count(byte) for byte in b"\x00\x01\x02\x04\x20")
        if high.count(0) > 0.05 * size and plausible > 0.95 * size and low.count(0) <= 0.01 * size:
            return name
    return ""


def _reads_as_utf8(sample: bytes) -> bool:
    text = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode(sample)
    foreign = re.findall(r"[^\x00-\x7f]", text)
    broken = sum("\udc80" <= char <= "\udcff" for char in foreign)
    return len(foreign) - broken > 4 * broken


def _single_byte(sample: bytes) -> Encoding:
    scores = []
    texts = {}
    for rank, name in enumerate(_SINGLE_BYTE):
        texts[name] = sample.decode(name, "replace")
        scores.append((_likeness(texts[name]), -rank, name))
    scores.sort(reverse=True)
    best, _, name = scores[0]
    rivals = [score for score, _, other in scores[1:] if texts[other] != texts[name]]
    return Encoding(name, is_sure=best > 0 and all(best - score >= _SURE_MARGIN for score in rivals))


def _likeness(text: str) -> float:
    """How much the non-ASCII part of the text reads like a language we know, from about -3 to 1 for each character."""
    foreign = sum(not char.isascii() for char in text)
    score = sum(_word(word) for word in _LETTERS.findall(text) if not word.isascii())
    marks = (char for char in re.findall(r"[^\x00-\x7f]", text) if not char.isalpha())
    score += sum(0.0 if char in _TYPOGRAPHY else -2.0 for char in marks)
    return score / max(foreign, 1)


def _word(word: str) -> float:
    cyrillic = sum("\u0400" <= char <= "\u04ff" for char in word)
    if not cyrillic:
        return _latin_word(word)
    if cyrillic < len(word):
        return -3.0 * cyrillic
    return _russian_word(word) + _letter_case(word)


def _russian_word(word: str) -> float:
    lower = word.lower()
    if len(lower) == 1:
        return 0.5 if lower in _RUSSIAN_WORDS else -0.5
    known = sum(lower[i : i + 2].replace("ё", "е") in _RUSSIAN_PAIRS for i in range(len(lower) - 1))
    share = known / (len(lower) - 1)
    return len(word) * (2 * share - 1)


def _letter_case(word: str) -> float:
    if word.islower() or word.istitle():
        return 0.0
    return -0.1 * len(word) if word.isupper() else -1.5 * len(word)


def _latin_word(word: str) -> float:
    score = 0.0
    for i, char in enumerate(word):
        if char.isascii():
            continue
        score += _latin_letter(char.lower())
        score -= 1.0 if i and not word[i - 1].isascii() else 0.0
    return score + _letter_case_inside(word)


def _latin_letter(char: str) -> float:
    if char in _ROMANIAN_HUNGARIAN:
        return 1.0
    return 0.6 if char in _WESTERN else -1.5


def _letter_case_inside(word: str) -> float:
    plain = word.islower() or word.isupper() or word[1:].islower()
    return 0.0 if plain else -0.5 * len(word)
