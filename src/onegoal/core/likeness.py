"""How likely two descriptions of a person are of one person: names in two alphabets, phones and addresses, in words."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import permutations
from typing import Final

from onegoal.core.search import search_key

LIKELY: Final = 0.5
"""From this probability on two people are shown as likely the same."""

# Log-odds in bits; docs/algorithms/duplicates.md says where they come from.
_PRIOR: Final = -17.0
_SAME_CONTACT: Final = 20.0
_NEAR_PHONE: Final = 13.0
_NEAR_EMAIL: Final = 12.0
_SAME_MAILBOX: Final = 11.0
_OTHER_NAME: Final = -9.0
_OTHER_CONTACT: Final = -2.0
_SAME_FACT: Final = 7.0
_NEAR_FACT: Final = 4.0
_OTHER_FACT: Final = -3.0
_TYPICAL_SHARE: Final = 1 / 500
_RAREST_SHARE: Final = 1 / 20_000

_CYRILLIC: Final = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "j", "з": "z", "и": "i", "й": "i", "к": "k",
    "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "h",
    "ц": "t", "ч": "c", "ш": "s", "щ": "s", "ъ": "", "ы": "i", "ь": "", "э": "e", "ю": "iu", "я": "ia",
    "і": "i", "ї": "i", "є": "e", "ґ": "g",
}  # fmt: skip
# One letter for the many spellings of one sound; longer ones first.
_SOUNDS: Final = (
    ("shch", "s"), ("tsch", "c"), ("sch", "s"), ("tch", "c"), ("sh", "s"), ("ch", "c"), ("cz", "c"), ("sz", "s"),
    ("zh", "j"), ("gh", "g"), ("kh", "h"), ("ph", "f"), ("th", "t"), ("ts", "t"), ("tz", "t"), ("ck", "c"), ("ks", "x"),
    ("cs", "c"), ("yu", "iu"), ("ya", "ia"), ("yo", "io"), ("ye", "e"), ("ju", "iu"), ("ja", "ia"), ("ij", "i"),
    ("iy", "i"), ("yi", "i"), ("w", "v"), ("y", "i"), ("q", "c"), ("k", "c"),
)  # fmt: skip
_NOT_WORDS: Final = frozenset({"mr", "mrs", "ms", "dr", "domnul", "doamna", "dl", "dna", "gospodin"})


@dataclass(frozen=True)
class Described:
    """What is known of a person: contacts in their one spelling, `facts` by name (a birthday, a town), all optional.

    `name_shares` gives, for a word of the name as `name_words` writes it, its share among all people; common words
    tell less.
    """

    name: str = ""
    phones: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    handles: frozenset[str] = frozenset()
    facts: tuple[tuple[str, str], ...] = ()
    name_shares: dict[str, float] = field(default_factory=dict, hash=False, compare=False)


@dataclass(frozen=True)
class Likeness:
    """The probability that two are one, and why: codes of what agrees, the strongest first.

    Codes: `same_contact`, `near_phone`, `near_email`, `same_mailbox`, `same_name`, `name_in_other_letters`,
    `names_swapped`, `near_name`, `same_fact`, `near_fact`; `other_name`, `other_contact`, `other_fact` speak against it.
    """

    probability: float
    reasons: tuple[str, ...]

    @property
    def is_likely(self) -> bool:
        """Tell whether the two should be shown to somebody who can decide."""
        return self.probability >= LIKELY


def likeness(one: Described, other: Described) -> Likeness:
    """Compare two people by the sum of the log-odds of what agrees and what does not (Fellegi and Sunter, 1969)."""
    found = [*_contacts(one, other), *_names(one, other), *_facts(one, other)]
    bits = _PRIOR + sum(weight for _code, weight in found)
    reasons = tuple(code for code, weight in sorted(found, key=lambda pair: -pair[1]) if weight)
    return Likeness(1 / (1 + 2.0**-bits) if bits > -60 else 0.0, reasons)


@lru_cache(maxsize=100_000)
def name_words(name: str) -> tuple[str, ...]:
    """Return a name's words as they sound, in Latin letters: Сергей, Sergey and Serghei are one.

    Titles and single letters are left out, so is what follows a comma only where it is empty.
    """
    words = re.findall(r"\w+", search_key(name))
    return tuple(sounds for word in words if len(word) > 1 and word not in _NOT_WORDS and (sounds := _sounds(word)))


def name_key(name: str) -> str:
    """Return what two spellings of a name share whatever the order of its words."""
    return " ".join(sorted(name_words(name)))


@lru_cache(maxsize=200_000)
def similarity(one: str, other: str) -> float:
    """Return the Jaro-Winkler similarity of two words, 0 to 1 (Winkler, 1990): prefix of at most 4, weight 0.1."""
    jaro = _jaro(one, other)
    prefix = 0
    for mine, theirs in zip(one[:4], other[:4], strict=False):
        if mine != theirs:
            break
        prefix += 1
    return jaro + prefix * 0.1 * (1 - jaro)


def is_one_slip(one: str, other: str) -> bool:
    """Tell whether one keystroke parts two texts: a letter changed, added, left out, or two neighbours swapped."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    at = next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    rest, other_rest = one[at:], other[at:]
    if len(one) == len(other):
        swapped = rest[:2] == other_rest[1::-1] and rest[2:] == other_rest[2:] and len(rest) > 1
        return rest[1:] == other_rest[1:] or swapped
    longer, shorter = (rest, other_rest) if len(one) > len(other) else (other_rest, rest)
    return longer[1:] == shorter


def slips_of(text: str, *, fixed: int = 0) -> list[str]:
    """Return every digit text that one wrong digit or one swap of neighbours parts from `text`, after `fixed` characters."""
    found = []
    for at in range(fixed, len(text)):
        found += [text[:at] + digit + text[at + 1 :] for digit in "0123456789" if digit != text[at]]
        if at + 1 < len(text) and text[at] != text[at + 1]:
            found.append(text[:at] + text[at + 1] + text[at] + text[at + 2 :])
    return found


def _contacts(one: Described, other: Described) -> list[tuple[str, float]]:
    same = (one.phones & other.phones) | (one.emails & other.emails) | (one.handles & other.handles)
    if same:
        return [("same_contact", _SAME_CONTACT)]
    found = []
    if any(is_one_slip(mine, theirs) for mine in one.phones for theirs in other.phones):
        found.append(("near_phone", _NEAR_PHONE))
    pairs = [(mine.partition("@"), theirs.partition("@")) for mine in one.emails for theirs in other.emails]
    if any(is_one_slip(mine[0] + mine[2], theirs[0] + theirs[2]) for mine, theirs in pairs):
        found.append(("near_email", _NEAR_EMAIL))
    elif any(mine[0] == theirs[0] and len(mine[0]) > 5 for mine, theirs in pairs):
        found.append(("same_mailbox", _SAME_MAILBOX))
    is_told = (one.phones and other.phones) or (one.emails and other.emails)
    return found or ([("other_contact", _OTHER_CONTACT)] if is_told else [])


def _names(one: Described, other: Described) -> list[tuple[str, float]]:
    mine, theirs = name_words(one.name), name_words(other.name)
    if not mine or not theirs:
        return []
    shorter, longer = sorted((mine, theirs), key=len)
    pairs, likeliness = _best_pairs(shorter, longer)
    if likeliness < 0.8:
        return [("other_name", _OTHER_NAME)]
    shares = one.name_shares | other.name_shares
    weight = sum(_word_weight(a, b, shares) for a, b in pairs)
    return [(_name_code(one, other, mine, theirs, likeliness), weight - (len(longer) - len(shorter)))]


def _best_pairs(shorter: tuple[str, ...], longer: tuple[str, ...]) -> tuple[list[tuple[str, str]], float]:
    """The pairing of words in which the least alike pair is most alike; of long names only the first five words count."""
    best: tuple[list[tuple[str, str]], float] = ([], 0.0)
    for order in permutations(longer[:5], len(shorter[:5])):
        pairs = list(zip(shorter[:5], order, strict=True))
        worst = min(similarity(a, b) for a, b in pairs)
        mean = sum(similarity(a, b) for a, b in pairs) / len(pairs)
        measure = mean if worst >= 0.7 else mean * 0.8
        if measure > best[1]:
            best = (pairs, measure)
    return best


def _word_weight(one: str, other: str, shares: dict[str, float]) -> float:
    """Bits that a pair of words gives: the rarer the word, the more; slips take some away, another word takes all."""
    share = max(_RAREST_SHARE, min(shares.get(one, _TYPICAL_SHARE), shares.get(other, _TYPICAL_SHARE)))
    whole = -math.log2(share)
    if one == other:
        return whole
    alike = similarity(one, other)
    return whole - 2 if is_one_slip(one, other) else whole - 3.5 if alike >= 0.9 else 1.0 if alike >= 0.8 else -4.0


def _name_code(
    one: Described, other: Described, mine: tuple[str, ...], theirs: tuple[str, ...], likeliness: float
) -> str:
    if mine == theirs:
        return "same_name" if search_key(one.name) == search_key(other.name) else "name_in_other_letters"
    if sorted(mine) == sorted(theirs):
        return "names_swapped"
    return "near_name" if likeliness < 1 or len(mine) != len(theirs) else "same_name"


def _facts(one: Described, other: Described) -> list[tuple[str, float]]:
    theirs = dict(other.facts)
    found = []
    for name, mine in one.facts:
        if not mine or not theirs.get(name):
            continue
        if mine == theirs[name]:
            found.append(("same_fact", _SAME_FACT))
        elif is_one_slip(mine, theirs[name]):
            found.append(("near_fact", _NEAR_FACT))
        else:
            found.append(("other_fact", _OTHER_FACT))
    return found


@lru_cache(maxsize=100_000)
def _sounds(word: str) -> str:
    latin = "".join(_CYRILLIC.get(letter, letter) for letter in word)
    for spelling, sound in _SOUNDS:
        latin = latin.replace(spelling, sound)
    return re.sub(r"(.)\1+", r"\1", latin)


def _jaro(one: str, other: str) -> float:
    if one == other:
        return 1.0 if one else 0.0
    reach = max(0, max(len(one), len(other)) // 2 - 1)
    taken = [False] * len(other)
    matched = []
    for at, letter in enumerate(one):
        for place in range(max(0, at - reach), min(len(other), at + reach + 1)):
            if not taken[place] and other[place] == letter:
                taken[place] = True
                matched.append(letter)
                break
    if not matched:
        return 0.0
    theirs = [letter for letter, is_taken in zip(other, taken, strict=True) if is_taken]
    swaps = sum(a != b for a, b in zip(matched, theirs, strict=True)) / 2
    count = len(matched)
    return (count / len(one) + count / len(other) + (count - swaps) / count) / 3


def shares_of(names: Iterable[str]) -> dict[str, float]:
    """Return each word's share among the names of many people, for `Described.name_shares`.

    Drawn towards one in five hundred while there are few people: in a company of two every name is half of all.
    """
    counts: dict[str, int] = {}
    total = 0
    for name in names:
        total += 1
        for word in set(name_words(name)):
            counts[word] = counts.get(word, 0) + 1
    return {word: (count + 1) / (total + 500) for word, count in counts.items()}


def spellings(word: str) -> tuple[str, ...]:
    """Return how a folded word (see `search_key`) is likely written in the other alphabet, for a search in stored names."""
    if any(letter in _CYRILLIC for letter in word):
        return tuple(dict.fromkeys(_replaced(word, table) for table in (_TO_ENGLISH, _TO_ROMANIAN)))
    if not word.isascii():
        return ()
    plain = _replaced(word, _TO_CYRILLIC)
    short = re.sub(r"(?<=[аеоуыэюя])и\b", "й", plain)
    return tuple(dict.fromkeys((plain, short)))


def _replaced(word: str, table: tuple[tuple[str, str], ...]) -> str:
    for before, after in table:
        word = word.replace(before, after)
    return word


_SHARED: Final = tuple((a, b) for a, b in _CYRILLIC.items() if a not in "гжйхцчшщыюя")
_TO_ENGLISH: Final = (
    ("г", "g"), ("ж", "zh"), ("й", "y"), ("х", "kh"), ("ц", "ts"), ("ч", "ch"), ("ш", "sh"), ("щ", "shch"), ("ы", "y"),
    ("ю", "yu"), ("я", "ya"), *_SHARED,
)  # fmt: skip
_TO_ROMANIAN: Final = (
    ("ге", "ghe"), ("ги", "ghi"), ("г", "g"), ("ж", "j"), ("й", "i"), ("х", "h"), ("ц", "t"), ("че", "ce"),
    ("чи", "ci"), ("ч", "ci"), ("ш", "s"), ("щ", "s"), ("ы", "i"), ("ю", "iu"), ("я", "ia"), *_SHARED,
)  # fmt: skip
_TO_CYRILLIC: Final = (
    ("shch", "щ"), ("zh", "ж"), ("kh", "х"), ("ch", "ч"), ("sh", "ш"), ("ts", "ц"), ("gh", "г"), ("yu", "ю"), ("ya", "я"),
    ("iu", "ю"), ("ia", "я"), ("a", "а"), ("b", "б"), ("c", "к"), ("d", "д"), ("e", "е"), ("f", "ф"), ("g", "г"),
    ("h", "х"), ("i", "и"), ("j", "ж"), ("k", "к"), ("l", "л"), ("m", "м"), ("n", "н"), ("o", "о"), ("p", "п"),
    ("q", "к"), ("r", "р"), ("s", "с"), ("t", "т"), ("u", "у"), ("v", "в"), ("w", "в"), ("x", "кс"), ("y", "и"), ("z", "з"),
)  # fmt: skip
