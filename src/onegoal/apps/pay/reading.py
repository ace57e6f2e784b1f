"""Formulas of pay read back in words, with or without the values they were counted with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from onegoal.apps.pay.models import SchemePart
from onegoal.apps.pay.queries.inputs import currency_of_pay
from onegoal.apps.pay.queries.names import KnownName, known_names
from onegoal.apps.pay.queries.rules import currency_digits
from onegoal.apps.shell import numbers
from onegoal.apps.shell.figures import language
from onegoal.core.formulas import Explained, FormulaError, explain, parse, plain_number

_WEAK, _STRONG = ("+", "-"), ("*", "/")


@dataclass(frozen=True)
class Dictionary:
    """What the names of formulas mean to a reader: known ones, and the parts of a scheme by their key."""

    known: Mapping[str, KnownName]
    parts: Mapping[str, str]
    currency: str
    digits: int

    def title(self, key: str) -> str:
        """Return a name in words: whose figure and which, in quotation marks the part it stands for."""
        if key in self.parts:
            return _("“%(part)s”") % {"part": self.parts[key]}
        known = self.known.get(key)
        if known is None:
            return key.removeprefix("value_").replace("_", " ")
        said = {"title": _lowered(known.title)}
        words = {
            "team": _("%(title)s of the team"),
            "company": _("%(title)s of the company"),
            "reviewer": _("%(title)s as a reviewer"),
            "plan": _("planned: %(title)s"),
        }
        return words[known.group] % said if known.group in words else said["title"]

    def unit(self, key: str) -> str:
        """Return what a name is counted in: money for parts of a scheme."""
        if key in self.parts:
            return "money"
        return self.known[key].unit if key in self.known else "number"

    def value(self, key: str, value: Fraction) -> str:
        """Write a value in the unit of its name; money comes in major units."""
        unit = self.unit(key)
        if unit == "money":
            return self.money(value)
        if unit == "share":
            return numbers.write_percent(float(value), language(), digits=1)
        return _decimal(value, 2)

    def money(self, major: Fraction) -> str:
        """Write an amount of major units exactly, with more decimals than the currency has where they matter."""
        minor = major * 10**self.digits
        if minor.denominator == 1:
            return numbers.write_money(int(minor), self.currency, language(), style="exact")
        return f"{_decimal(major, 4)}\u00a0{self.currency}"


def dictionary_for(parts: Iterable[SchemePart] = ()) -> Dictionary:
    """Return the words of every known name and of these parts."""
    known = {one.key: one for one in known_names()}
    return Dictionary(known, {part.key: part.name for part in parts}, currency_of_pay(), currency_digits())


def month_words(month: dt.date) -> str:
    """Write a month: March 2026."""
    return date_format(month, "YEAR_MONTH_FORMAT")


def read_back(text: str, dictionary: Dictionary) -> str:
    """Return a formula as typed in words; empty for one that cannot be read."""
    try:
        formula = parse(text)
    except FormulaError:
        return ""
    return capfirst(written(explain(formula, {}), dictionary, has_values=False))


def written(one: Explained, dictionary: Dictionary, *, has_values: bool) -> str:
    """Write a formula taken apart as one phrase; with values each name is followed by what it came to."""
    if one.kind == "number":
        return _number(one.word)
    if one.kind == "name":
        title = dictionary.title(one.word)
        if has_values and isinstance(one.value, Fraction):
            return _("%(name)s (%(value)s)") % {"name": title, "value": dictionary.value(one.word, one.value)}
        return title
    inner = [written(part, dictionary, has_values=has_values) for part in one.parts]
    if one.kind == "sign":
        return _sign(one, inner)
    return _bands(one, inner) if one.kind == "bands" else _function(one.word, inner)


def _sign(one: Explained, inner: list[str]) -> str:
    if one.word == "%":
        return f"{inner[0]}\u00a0%"
    if len(inner) == 1:
        return (
            _("not (%(a)s)") % {"a": inner[0]}
            if one.word == "not"
            else f"{numbers.MINUS}{_bracketed(one.parts[0], inner[0])}"
        )
    first, second = inner
    if one.word in _STRONG:
        first, second = _bracketed(one.parts[0], first), _bracketed(one.parts[1], second)
    elif one.word == "-":
        second = _bracketed(one.parts[1], second)
    words = {
        "*": _("%(a)s × %(b)s"), "/": _("%(a)s divided by %(b)s"), "+": _("%(a)s plus %(b)s"), "-": _("%(a)s less %(b)s"),
        "<": _("%(a)s is below %(b)s"), "<=": _("%(a)s is at most %(b)s"), ">": _("%(a)s is above %(b)s"),
        ">=": _("%(a)s is at least %(b)s"), "=": _("%(a)s is exactly %(b)s"), "!=": _("%(a)s is not %(b)s"),
        "and": _("%(a)s and %(b)s"), "or": _("%(a)s or %(b)s"),
    }  # fmt: skip
    return words[one.word] % {"a": first, "b": second}


def _bracketed(part: Explained, text: str) -> str:
    is_sum = part.kind == "sign" and part.word != "%" and part.word not in _STRONG
    return f"({text})" if is_sum or part.kind == "bands" or part.word == "if" else text


def _function(name: str, inner: list[str]) -> str:
    if name == "if":
        return _("if %(a)s: %(b)s, otherwise %(c)s") % {"a": inner[0], "b": inner[1], "c": inner[2]}
    if name == "accelerator":
        said = {"a": inner[0], "b": inner[1], "c": inner[2]}
        return _("%(a)s, of which what lies above %(b)s counts %(c)s times") % said
    if name == "round":
        if len(inner) == 1:
            return _("%(a)s, rounded to whole numbers") % {"a": inner[0]}
        return _("%(a)s, rounded to %(b)s decimals") % {"a": inner[0], "b": inner[1]}
    listed = {"list": "; ".join(inner)}
    return _("the least of (%(list)s)") % listed if name == "min" else _("the greatest of (%(list)s)") % listed


def _bands(one: Explained, inner: list[str]) -> str:
    pairs = zip(inner[1::2], inner[2::2], strict=True)
    said = {
        "a": inner[0],
        "list": "; ".join(_("from %(edge)s: %(rate)s") % {"edge": edge, "rate": rate} for edge, rate in pairs),
    }
    words = {
        "steps": _("%(a)s by steps, each stretch at its own rate (%(list)s)"),
        "tier": _("the whole of %(a)s at the rate it has reached (%(list)s)"),
        "band": _("what stands for %(a)s (%(list)s)"),
    }
    return words[one.word] % said


def _number(text: str) -> str:
    plain = text.replace(" ", "").replace("\u00a0", "").replace("\u202f", "")
    return numbers.write_number(Decimal(plain), language(), style="exact")


def _decimal(value: Fraction, digits: int) -> str:
    return numbers.write_number(Decimal(plain_number(value, digits)), language(), style="exact")


def _lowered(title: str) -> str:
    """Begin a title small inside a sentence, unless it begins with an abbreviation."""
    return title if len(title) < 2 or title[1].isupper() else title[0].lower() + title[1:]
