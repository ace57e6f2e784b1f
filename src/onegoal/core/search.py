"""The key under which a name is found, however its case and accents are typed."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_BREVE: Final = "\u0306"
_LETTERS: Final = str.maketrans({"ё": "е", "ł": "l", "đ": "d", "ø": "o", "æ": "ae", "œ": "oe", "ı": "i"})


@lru_cache(maxsize=50_000)
def search_key(text: str) -> str:
    """Casefolded text without accents, ё as е, with single spaces: «Ёлкин» and «елкин», "Șerban" and "serban" meet.

    й stays itself, because и is another letter and not the same one without an accent.
    """
    # Unicode's caseless match (its chapter 3.13): compatibility forms may unfold into capitals, hence twice.
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text.casefold()).casefold())
    kept = [
        c for at, c in enumerate(folded) if not unicodedata.combining(c) or (c == _BREVE and folded[at - 1 : at] == "и")
    ]
    letters = "".join(c for c in kept if unicodedata.category(c) not in ("Cf", "Cc") or c.isspace())
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", letters).translate(_LETTERS)).strip()
