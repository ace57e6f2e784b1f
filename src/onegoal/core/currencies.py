"""Currencies: how many decimals each has, and the signs and words people write for them."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from onegoal.core.problems import ValueProblem


def _codes(text: str) -> list[str]:
    return text.split()


# ISO 4217 list one, every active currency whose minor unit is not 2. Storage follows ISO, not the number of decimals
# customary on screens (CLDR shows Iraqi dinars without any), because banks and payment systems count in ISO units.
_DIGITS: Final = dict.fromkeys(
    [
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "UYI",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ],
    0,
) | dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3)

_DOLLARS: Final = frozenset(["USD", "AUD", "CAD", "HKD", "SGD", "NZD", "MXN", "ARS", "CLP", "COP", "BBD", "BSD", "TWD"])
# A sign may stand for several currencies: it then contradicts none of them.
WORDS: Final[dict[str, frozenset[str]]] = {
    "₽": frozenset({"RUB"}),
    "руб": frozenset({"RUB", "BYN"}),
    "рублей": frozenset({"RUB", "BYN"}),
    "рубля": frozenset({"RUB", "BYN"}),
    "рубль": frozenset({"RUB", "BYN"}),
    "р": frozenset({"RUB", "BYN"}),
    "rub": frozenset({"RUB"}),
    "lei": frozenset({"RON", "MDL"}),
    "leu": frozenset({"RON", "MDL"}),
    "ft": frozenset({"HUF"}),
    "forint": frozenset({"HUF"}),
    "€": frozenset({"EUR"}),
    "euro": frozenset({"EUR"}),
    "евро": frozenset({"EUR"}),
    "$": _DOLLARS,
    "us$": frozenset({"USD"}),
    "£": frozenset({"GBP"}),
    "¥": frozenset({"JPY", "CNY"}),
    "₴": frozenset({"UAH"}),
    "грн": frozenset({"UAH"}),
    "₸": frozenset({"KZT"}),
    "тг": frozenset({"KZT"}),
    "₺": frozenset({"TRY"}),
    "₾": frozenset({"GEL"}),
    "₼": frozenset({"AZN"}),
    "₪": frozenset({"ILS"}),
    "₹": frozenset({"INR"}),
    "zł": frozenset({"PLN"}),
    "kč": frozenset({"CZK"}),
    "dh": frozenset({"AED", "MAD"}),
    "dhs": frozenset({"AED", "MAD"}),
    "د.إ": frozenset({"AED"}),
}
_CODES: Final = [
    "AED",
    "AMD",
    "AUD",
    "AZN",
    "BAM",
    "BGN",
    "BHD",
    "BRL",
    "BYN",
    "CAD",
    "CHF",
    "CLP",
    "CNY",
    "CZK",
    "DKK",
    "EGP",
    "EUR",
    "GBP",
    "GEL",
    "HKD",
    "HRK",
    "HUF",
    "IDR",
    "ILS",
    "INR",
    "IQD",
    "ISK",
    "JOD",
    "JPY",
    "KGS",
    "KRW",
    "KWD",
    "KZT",
    "MDL",
    "MXN",
    "NOK",
    "NZD",
    "OMR",
    "PLN",
    "QAR",
    "RON",
    "RSD",
    "RUB",
    "SAR",
    "SEK",
    "SGD",
    "THB",
    "TJS",
    "TMT",
    "TRY",
    "UAH",
    "USD",
    "UZS",
    "VND",
    "ZAR",
]
WORDS.update({code.casefold(): frozenset({code}) for code in _CODES})

_WORD: Final = "|".join(re.escape(word) for word in sorted(WORDS, key=len, reverse=True))
LEADING: Final = re.compile(rf"(?:{_WORD})(?=[\s\d.,(+\-]|$)\.?\s*", re.IGNORECASE)
TRAILING: Final = re.compile(rf"(?<![^\W\d_])(?:{_WORD})\.?$", re.IGNORECASE)


@cache
def minor_digits(currency: str) -> int:
    """Decimals of a currency by ISO 4217 (RUB 2, HUF 2, JPY 0, KWD 3).

    Raises: ValueProblem `currency_unknown` when the text is not three capital Latin letters.
    """
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise ValueProblem("currency_unknown", currency)
    return _DIGITS.get(currency, 2)


def currencies_of(word: str) -> frozenset[str]:
    """The currencies a sign, word or code may stand for; empty when it is none."""
    return WORDS.get(word.strip().rstrip(".").casefold(), frozenset())
