"""A statement told line by line: what it was counted from, how, by which condition and limit, to the cent."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onegoal.apps.accounts.models import User
from onegoal.apps.pay.models import SchemePart, Statement, StatementLine, StatementSource
from onegoal.apps.pay.queries.adjustments import CANCELLED_DEAL
from onegoal.apps.pay.queries.items import in_unit
from onegoal.apps.pay.queries.statements import Working, working_of
from onegoal.apps.pay.reading import Dictionary, dictionary_for, written
from onegoal.apps.pay.words import kind_words, problem_words, reason_words
from onegoal.apps.sales.queries import visible_deals
from onegoal.apps.shell import numbers
from onegoal.apps.shell.figures import language


@dataclass(frozen=True)
class Source:
    """A deal or payment behind a line: its words, the card where the reader may see it, what counted, what it made."""

    words: str
    url: str
    day: dt.date | None
    figure: str
    counted: str
    share_bp: int
    amount_minor: int


@dataclass(frozen=True)
class Told:
    """One line of a statement in sentences, with what it was counted from."""

    line: StatementLine
    title: str
    kind: str
    days: str
    sentences: list[str]
    sources: list[Source]
    is_amiss: bool


def told(statement: Statement, reader: User) -> list[Told]:
    """Return every line of a statement as the reader may see it; `statement` comes from `statement_of`."""
    lines = list(statement.lines.all())
    deals = {source.deal_id for line in lines for source in line.sources.all() if source.deal_id}
    seen = set(visible_deals(reader).filter(pk__in=deals).values_list("pk", flat=True))
    versions = {line.part.version_id for line in lines if line.part}
    words = dictionary_for(SchemePart.objects.filter(version__in=versions))
    is_own = statement.user_id == reader.pk
    return [_told(line, statement, words, seen, is_own) for line in lines]


def _told(line: StatementLine, statement: Statement, words: Dictionary, seen: set[int], is_own: bool) -> Told:
    working, sources = working_of(line), list(line.sources.all())
    if working is None:
        sentences, title = [], _adjusted(line)
    else:
        sentences, title = _sentences(line, working, sources, words, is_own), line.name
    month = statement.run.month
    is_part = line.starts_on != month or (line.ends_on + dt.timedelta(days=1)).day != 1
    return Told(
        line, title, kind_words(line.kind),
        numbers.write_days_between(line.starts_on, line.ends_on, language()) if is_part else "",
        sentences, [_source(one, words, seen) for one in sources], bool(working and working.problem),
    )  # fmt: skip


def _adjusted(line: StatementLine) -> str:
    told = line.explanation
    month = dt.date.fromisoformat(told["corrects"]) if told.get("corrects") else None
    return reason_words(told.get("reason_code", ""), told.get("reason", ""), told.get("deal"), month) or line.name


def _sentences(
    line: StatementLine, working: Working, sources: Sequence[StatementSource], words: Dictionary, is_own: bool
) -> list[str]:
    if working.problem:
        amiss = problem_words({"user": line.statement.user.name, "part": line.name, **working.problem}, words)
        return [amiss.words, amiss.remedy]
    found = _counted(sources, words, is_own)
    if working.gate is not None:
        condition = capfirst(written(working.gate, words, has_values=True))
        is_open = working.bound != "gate"
        met, not_met = _("Condition: %(condition)s. Met."), _("Condition: %(condition)s. Not met: nothing is paid.")
        found.append((met if is_open else not_met) % {"condition": condition})
    if working.bound != "gate" and working.formula is not None:
        said = {
            "formula": capfirst(written(working.formula, words, has_values=True)),
            "amount": words.money(working.raw),
        }
        found.append(_("%(formula)s = %(amount)s") % said if working.formula.kind != "name" else f"{said['formula']}.")
    return found + _limits(line, working, words)


def _limits(line: StatementLine, working: Working, words: Dictionary) -> list[str]:
    found = []
    if working.bound == "floor" and working.floor is not None:
        found.append(_("At least %(amount)s is paid.") % {"amount": words.money(working.floor)})
    if working.bound == "cap" and working.cap is not None:
        found.append(_("At most %(amount)s is paid.") % {"amount": words.money(working.cap)})
    paid = working.counted
    if working.share != 1:
        said = {
            "share": numbers.write_percent(float(working.share), language(), digits=1),
            "amount": words.money(paid * working.share),
        }
        found.append(
            _("Judged at the pace of a whole month and paid for %(share)s of its working days: %(amount)s.") % said
        )
        paid *= working.share
    if paid * 10**words.digits != line.amount_minor:
        amount = words.money(Fraction(line.amount_minor, 10**words.digits))
        found.append(_("Rounded to %(amount)s.") % {"amount": amount})
    return found


def _counted(sources: Sequence[StatementSource], words: Dictionary, is_own: bool) -> list[str]:
    """Say how many deals and payments stand behind a line, figure by figure."""
    by_metric: dict[str, list[StatementSource]] = defaultdict(list)
    for source in sources:
        by_metric[source.metric].append(source)
    return [_counted_of(metric, found, words, is_own) for metric, found in by_metric.items()]


def _counted_of(metric: str, found: list[StatementSource], words: Dictionary, is_own: bool) -> str:
    count = len({source.deal_id for source in found})
    if is_own:
        deals = ngettext("%(count)s of your deals", "%(count)s of your deals", count)
    else:
        deals = ngettext("%(count)s deal", "%(count)s deals", count)
    whole = sum(source.counted for source in found)
    if metric == "deals_won" and whole == count * 10_000:
        return _("%(deals)s signed.") % {"deals": deals % {"count": count}}
    said = {
        "deals": deals % {"count": count}, "figure": words.title(metric),
        "value": words.value(metric, in_unit(metric, whole, words.digits)),
    }  # fmt: skip
    return _("%(deals)s: %(figure)s %(value)s.") % said


def _source(one: StatementSource, words: Dictionary, seen: set[int]) -> Source:
    payment, deal = one.payment, one.deal
    label = str(deal) if deal and deal.pk in seen else _("Deal %(number)s") % {"number": one.deal_id}
    day = payment.received_on if payment else deal.won_at.date() if deal and deal.won_at else None
    is_claim = one.metric == CANCELLED_DEAL
    return Source(
        label, reverse("board:deal", args=[one.deal_id]) if one.deal_id in seen else "", day,
        _("claimed back") if is_claim else words.title(one.metric),
        "" if is_claim else words.value(one.metric, in_unit(one.metric, one.counted, words.digits)),
        one.share_bp, one.amount_minor,
    )  # fmt: skip
