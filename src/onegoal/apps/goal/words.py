"""Refusals and flaws of the shared KPI in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from onegoal.apps.company.queries import current_company
from onegoal.apps.goal.models import PartKind
from onegoal.apps.goal.services.refusals import KpiRefused
from onegoal.apps.shell import numbers
from onegoal.apps.shell.figures import language
from onegoal.core.shared_kpi import DEALS, MIX, WHOLE_BP, Flaw, PartAttainment


def refusal_words(refusal: KpiRefused) -> str:
    """Return why something was refused and what to do now."""
    if refusal.code == "terms":
        return " ".join(flaw_words(flaw) for flaw in refusal.flaws)
    words = {
        "period_reversed": _("The period ends before it begins."),
        "not_a_draft": _("It is no draft any more. Nothing is changed."),
        "not_active": _("This KPI is not active. Nothing is changed."),
        "not_ended": _("This KPI is not ended. Nothing is changed."),
        "overlap": _("“%(name)s” is active for the same scope and some of these days. End it or choose other days."),
        "no_working_day": _("The period has no working day in this calendar. Choose other days or another country."),
        "reason_missing": _("A change in a running period needs a reason."),
        "change_waits": _("Another change waits for its signatures. Sign it or take it back first."),
        "nothing_changed": _("Nothing differs from what is in force."),
        "period_over": _("The period is over: what it has reached is not rewritten."),
        "not_waiting": _("This change does not wait any more."),
        "no_right": _("You do not sign for this department."),
        "signed_already": _("%(name)s has signed for this department already."),
        "same_person": _("You have signed for the other department: the second signature is another person's."),
    }
    return words[refusal.code] % {"name": refusal.name}


def flaw_words(flaw: Flaw) -> str:
    """Return what is wrong with the terms."""
    said = {
        "part": PartKind(flaw.kind).label if flaw.kind in PartKind.values else flaw.kind,
        "sum": percent(flaw.sum_bp),
    }
    words = {
        "no_parts": _("A KPI has at least one part."),
        "part_unknown": _("No part measures “%(part)s”."),
        "part_twice": _("The part “%(part)s” stands twice."),
        "weight_missing": _("The part “%(part)s” weighs nothing."),
        "weights_not_whole": _("The weights add up to %(sum)s, not to 100 %%."),
        "target_missing": _("The part “%(part)s” has no target."),
        "cap_too_low": _("The part “%(part)s” is counted up to %(sum)s: its target could not be reached."),
        "mix_missing": _("The product mix has no planned shares."),
        "mix_not_whole": _("The planned shares add up to %(sum)s, not to 100 %%."),
        "mix_without_part": _("There are planned shares, but the product mix is no part of the KPI."),
    }
    return words[flaw.code] % said


def percent(hundredths: int) -> str:
    """Write hundredths of a per cent: 2,550 is 25.5 %."""
    return numbers.write_percent(hundredths / WHOLE_BP, language(), digits=2 if hundredths % 100 else 0)


def part_words(part: PartAttainment) -> tuple[str, str]:
    """Write what a part has reached and its target: deals, money, or the likeness of the mix."""
    if part.kind == MIX:
        return numbers.write_percent(float(part.raw), language(), digits=0), ""
    if part.kind == DEALS:
        return numbers.write_number(int(part.fact or 0), language()), numbers.write_number(part.target, language())
    currency = current_company().currency
    fact = numbers.write_money(round(part.fact), currency, language(), style="whole") if part.fact is not None else ""
    return fact or numbers.NOTHING, numbers.write_money(part.target, currency, language(), style="whole")
