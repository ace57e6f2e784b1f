"""Refusals, errors of formulas, problems of runs and flags in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onegoal.apps.pay.models import Adjustment, PartKind
from onegoal.apps.pay.queries.adjustments import BY_HAND, CANCELLED_DEAL, DISPUTE, LATE_FACT
from onegoal.apps.pay.queries.flags import Flag
from onegoal.apps.pay.queries.rules import PartError
from onegoal.apps.pay.reading import Dictionary, month_words
from onegoal.apps.pay.services import PayRefused
from onegoal.apps.regulation.models import Side
from onegoal.apps.shell import numbers
from onegoal.apps.shell.figures import language
from onegoal.core.formulas import FormulaError

ADJUSTED = {
    BY_HAND: lambda: _("by hand"),
    DISPUTE: lambda: _("after a dispute"),
    CANCELLED_DEAL: lambda: _("cancelled deal"),
    LATE_FACT: lambda: _("late fact"),
}


def refusal_words(refusal: PayRefused) -> str:
    """Return why something was refused and what to do now."""
    about = refusal.about
    words = {
        "name_taken": _("Another scheme is called “%(about)s”. Choose another name."),
        "no_parts": _("The scheme has no parts yet. Add one first."),
        "bad_parts": _("Some parts have errors. Mend them first; they are marked on the form."),
        "key_taken": _("Two parts are called “%(about)s” in formulas. Rename one."),
        "not_a_draft": _("It is no draft any more. Nothing is changed."),
        "same_person": _("You wrote it yourself: another person approves it."),
        "month_locked": _("Pay is approved and locked up to %(about)s. Choose a later day."),
        "no_right": _("Your role does not decide about pay. Nothing is changed."),
        "overlaps": _("From a later day the scheme “%(about)s” pays this person. End before that day."),
        "ends_before_it_starts": _("The last day is before the first."),
        "bad_value": _("The value “%(about)s” is no number that can be used here."),
        "shares_not_whole": _("The shares add up to %(about)s, not to 100 %%. Nothing is changed."),
        "run_locked": _("This month is approved and locked. What differs goes into the next one as an adjustment."),
        "run_missing": _("This run is not there any more. Compute the month anew."),
        "month_not_over": _("The month is not over: its figures still change. Approve it once it is."),
        "has_problems": _("Something could not be counted. Mend what is listed and compute again."),
        "changed": _("Figures have changed since it was computed. Compute it again and look at it before you approve."),
        "no_currency": _("The company has no currency yet. Set it in Settings first."),
        "nothing": _("An adjustment of nothing changes nothing. Write an amount."),
        "decided": _("Somebody has decided on it already. Nothing is changed."),
        "own_pay": _("It is about your own pay: another person does this."),
        "not_own": _("It is not your statement."),
        "not_locked": _("This month is not approved yet."),
        "not_open": _("It has been answered or taken back already."),
        "no_text": _("Write some words: the other side has to understand it."),
    }
    return words[refusal.code] % {"about": _about(refusal.code, about)}


def _about(code: str, about: Any) -> str:
    if code == "month_locked" and about:
        return numbers.write_day(dt.date.fromisoformat(about), language())
    if code == "shares_not_whole":
        return numbers.write_percent(int(about or 0) / 10_000, language(), digits=2)
    return str(about)


def error_words(error: FormulaError) -> str:
    """Return what is wrong with a formula and how to mend it."""
    said = {"said": error.said, "wanted": error.wanted}
    if error.code in ("unknown_name", "unknown_function") and error.wanted:
        return _("“%(said)s” is not known. Did you mean “%(wanted)s”?") % said
    if error.code == "unexpected" and not error.said:
        return _("The formula ends too early.")
    words = {
        "empty": _("Write a formula: for a fixed part the word base is enough."),
        "too_long": _("The formula is too long: at most %(wanted)s signs. Split it into two parts."),
        "too_deep": _("Too many brackets in each other: at most %(wanted)s. Split it into two parts."),
        "number_too_big": _("The number is too long."),
        "character": _("The sign “%(said)s” has no meaning here."),
        "unexpected": _("“%(said)s” cannot stand here."),
        "missing": _("“%(wanted)s” is missing here."),
        "decimal_comma": _("Write decimals with a point: 2.5. A comma parts what stands in a list."),
        "comparison_chain": _("Compare twice and join with and: a < b and b < c."),
        "unknown_function": _("The function “%(said)s” is not known. Choose one of the list."),
        "unknown_name": _("“%(said)s” is not known. Choose a name of the list."),
        "argument_count": _("“%(said)s” takes %(wanted)s values in its brackets."),
        "number_wanted": _("A number belongs here, not a condition."),
        "truth_wanted": _("A condition belongs here, such as attainment >= 80 %%."),
        "division_by_zero": _("This divides by nought."),
        "band_order": _("The edges go up from one to the next."),
        "digits": _("Round to 0 to 6 decimals."),
        "self_reference": _("A part cannot ask for itself."),
        "later_part": _("“%(said)s” stands below this part. Move it above."),
        "cycle": _("The parts ask for each other in a circle: %(said)s."),
        "name_taken": _("“%(said)s” is the name of a figure. Choose another name in formulas."),
        "floor_above_cap": _("The least amount is above the greatest."),
    }
    return words[error.code] % said


@dataclass(frozen=True)
class Marked:
    """A formula with the place of an error: what stands before, at and after it."""

    before: str
    at: str
    after: str
    words: str


def marked(text: str, error: FormulaError) -> Marked:
    """Return a formula with the place of its error for the form."""
    end = error.at + max(1, len(error.said) if text[error.at :].lower().startswith(error.said.lower()) else 1)
    place = min(error.at, len(text))
    return Marked(text[:place], text[place:end] or "\u2423", text[end:], error_words(error))


def part_error_words(found: PartError) -> str:
    """Return an error with the name of its part."""
    return _("%(part)s: %(error)s") % {"part": found.part.name, "error": error_words(found.error)}


_NAMED = 4


@dataclass(frozen=True)
class Amiss:
    """What could not be counted and what to do about it."""

    words: str
    remedy: str


def problem_words(problem: Mapping[str, Any], dictionary: Dictionary) -> Amiss:
    """Return what hinders the approval of a run, whose it is, and the remedy."""
    name = problem.get("name", "")
    said = {
        "user": problem.get("user", ""), "part": problem.get("part", ""),
        "name": dictionary.title(name) if name and problem["code"] not in ("no_version", "several_currencies") else name,
        "deals": ", ".join(str(one) for one in problem.get("deals", ())),
    }  # fmt: skip
    words = {
        "division_by_zero": (
            _("%(user)s, %(part)s: it divides by nought this month."),
            _("Write the formula with if(…) for a month without such figures, or set the person's value."),
        ),
        "value_missing": (
            _("%(user)s, %(part)s: nobody knows %(name)s for this month."),
            _("Set the value for the person, or see whether the plan, the KPI or the figure is there for the month."),
        ),
        "band_order": (_("%(user)s, %(part)s: with these values the edges do not go up."), _("Correct the person's values.")),
        "too_big": (_("%(user)s, %(part)s: the amount is beyond all bounds."), _("Correct the formula or the person's values.")),
        "no_version": (
            _("%(user)s: the scheme “%(name)s” has no approved version for some days."),
            _("Let another person approve a version that is valid from then, or pay the person by another scheme."),
        ),
        "facts_late": (
            _("%(name)s: records and figures differ, figures are still being written."), _("Compute again in a minute."),
        ),
        "no_rate": (_("Deals without an exchange rate: %(deals)s."), _("Enter the rate of their currency for these days.")),
        "several_currencies": (
            _("The figure %(name)s comes in several currencies."), _("Enter the exchange rates of these days."),
        ),
    }  # fmt: skip
    told, remedy = words[problem["code"]]
    return Amiss(told % said, remedy)


def problems_words(problems: Iterable[Mapping[str, Any]], dictionary: Dictionary) -> list[Amiss]:
    """Return what hinders an approval, each cause once with everybody it concerns."""
    people: dict[tuple[Any, ...], list[str]] = {}
    first: dict[tuple[Any, ...], Mapping[str, Any]] = {}
    for problem in problems:
        cause = (problem["code"], problem.get("part", ""), problem.get("name", ""))
        first.setdefault(cause, problem)
        people.setdefault(cause, []).append(problem.get("user", ""))
    return [
        problem_words({**problem, "user": _some_names(people[cause])}, dictionary) for cause, problem in first.items()
    ]


def _some_names(names: Sequence[str]) -> str:
    shown, left = ", ".join(names[:_NAMED]), len(names) - _NAMED
    if left <= 0:
        return shown
    words = ngettext("%(names)s and %(count)s other", "%(names)s and %(count)s others", left)
    return words % {"names": shown, "count": left}


def flag_words(flag: Flag) -> Amiss:
    """Return what is wrong with how people are paid, and what would mend it."""
    if flag.code == "wholly_fixed":
        return Amiss(
            _("“%(scheme)s” is wholly fixed: nothing of it hangs on results.") % {"scheme": _scheme(flag)},
            _("Add a part that hangs on the person's results or on the shared KPI."),
        )
    if flag.code == "department_without_shared":
        return Amiss(
            _("In %(side)s nobody's pay hangs on the shared KPI.") % {"side": Side(flag.side).label},
            _("Add a shared part to a scheme of this department."),
        )
    said = {
        "scheme": _scheme(flag), "part": flag.part, "user": flag.user or "",
        "share": numbers.write_percent(float(flag.reached or 0), language(), digits=0),
    }  # fmt: skip
    return Amiss(
        _(
            "“%(scheme)s”, %(part)s: the cap is reached at %(share)s of the target (%(user)s). More work then pays nothing."
        )
        % said,
        _("Raise the cap above what the target pays, or lower the rate."),
    )


def _scheme(flag: Flag) -> str:
    return flag.version.scheme.name if flag.version else ""


def kind_words(kind: str) -> str:
    """Return the words for what a line depends on."""
    if kind in PartKind.values:
        return str(PartKind(kind).label)
    return _("claimed back") if kind == "claw_back" else _("adjustment")


def adjustment_words(one: Adjustment) -> str:
    """Say what an adjustment is for."""
    return reason_words(one.reason_code, one.reason, one.deal_id, one.corrects.month if one.corrects else None)


def reason_words(code: str, reason: str, deal: int | None, month: dt.date | None) -> str:
    """Say what an adjustment or a claw-back is for."""
    said = {"reason": reason, "deal": deal or "", "month": month_words(month) if month else ""}
    if code == CANCELLED_DEAL:
        return _("Deal %(deal)s was cancelled: what was paid for it in %(month)s is taken off") % said
    if code == LATE_FACT:
        return _("What changed in %(month)s after it was locked") % said
    if code == DISPUTE:
        return _("After the dispute about %(month)s: %(reason)s") % said
    return reason
