"""The evening report in words: plain lines in the reader's language, without any markup."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from onegoal.apps.company.queries import current_company
from onegoal.apps.control.queries.days import PlanFact
from onegoal.apps.control.words import forecast_sentence, needed_sentence, of_the_goal, part_name, percent
from onegoal.apps.evening.queries.own import OwnDay
from onegoal.apps.evening.queries.report import EveningReport, Work
from onegoal.apps.evening.queries.sources import LateSource
from onegoal.apps.evening.queries.work import Counted
from onegoal.apps.quality.queries.duties import SellerDay
from onegoal.apps.shell import numbers
from onegoal.apps.shell.figures import language

_LONGEST_NAME: Final = 60
_BREAKS: Final = re.compile(r"[^\S\u00a0\u202f]+")  # spaces that must not break stay what they are
_LONGEST_LINE: Final = 300
_RESULTS: Final = {
    "deals_won": gettext_lazy("Signed deals"),
    "money_signed": gettext_lazy("Money signed"),
    "money_received": gettext_lazy("Money received"),
}
_SOURCES: Final = {
    "leads": gettext_lazy("leads from %(name)s"),
    "calls": gettext_lazy("calls from %(name)s"),
    "payments": gettext_lazy("payments from %(name)s"),
    "spend": gettext_lazy("spend from %(name)s"),
    "visits": gettext_lazy("visits of the site"),
}
_NOTHING_DRAWN: Final = {
    "no_calls": gettext_lazy("no calls"),
    "none_answered": gettext_lazy("no call was answered"),
    "too_short": gettext_lazy("all calls too short"),
    "": gettext_lazy("nothing was drawn yet"),
}
Lines = list[str]


def report_text(report: EveningReport, *, spoken: str = "", is_test: bool = False) -> str:
    """Return the whole report in a language (`spoken`, else the reader's), its blocks apart by an empty line."""
    with translation.override(spoken or report.reader.language or settings.LANGUAGE_CODE):
        blocks = [
            _head(report, is_test),
            goal_lines(report),
            *figure_blocks(report),
            *_work_blocks(report),
            late_lines(report),
        ]
        return joined([*blocks, [settings.SITE_URL] if settings.SITE_URL else []])


def joined(blocks: Iterable[Lines]) -> str:
    """Join blocks of lines by empty lines; empty blocks are left out."""
    return "\n\n".join("\n".join(block) for block in blocks if block)


def one_line(name: str | None, longest: int = _LONGEST_NAME) -> str:
    """Return a name as one harmless line: no line ends, no signs that hide or turn text, not too long."""
    spaced = _BREAKS.sub(" ", (name or "").strip())
    shown = "".join(sign for sign in spaced if unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"


def goal_lines(report: EveningReport) -> Lines:
    """Return the shared KPI, its pace and what today needs, in the words of the first page; the same for everybody."""
    if (pace := report.pace) is None:
        return []
    told = {"share": percent(pace.attained), "goal": of_the_goal(pace.kpi), "expected": percent(pace.expected)}
    said = one_line(_("%(share)s %(goal)s; %(expected)s was to be reached by today.") % told, _LONGEST_LINE)
    needed = ((part_name(part), needed_sentence(part)) for part in pace.parts)
    lines = [pgettext("result", "%(name)s: %(fact)s") % {"name": name, "fact": fact} for name, fact in needed if fact]
    return [f"{said} {forecast_sentence(pace)}", *_listed(lines)]


def figure_blocks(report: EveningReport) -> list[Lines]:
    """Return the day's and the month's results against plan."""
    month = format_skeleton("yMMMM", report.day, locale=numbers.locale_of(language()))
    return [
        _result_lines(_day_heading(report), report.of_day, report.currency),
        _result_lines(month[:1].upper() + month[1:], report.of_month, report.currency),
    ]  # fmt: skip


def _day_heading(report: EveningReport) -> str:
    today = report.cutoff.astimezone(ZoneInfo(current_company().time_zone)).date()
    return _("Today") if report.day == today else numbers.write_day(report.day, language())


def own_blocks(own: OwnDay) -> list[Lines]:
    """Return what waits for a person, and what they sold this month."""
    tasks = {"count": _count(own.tasks), "late": _count(own.overdue)}
    leads = {"count": _count(own.leads), "late": _count(own.late)}
    lines = [
        _("Your tasks due by tonight: %(count)s, %(late)s of them overdue") % tasks,
        _("Your leads that wait for an answer: %(count)s, %(late)s of them too long") % leads,
    ]
    return [lines, _result_lines(_("You, this month"), own.of_month, own.currency)]


def _result_lines(heading: str, results: Iterable[PlanFact], currency: str) -> Lines:
    lines = [_result(one, currency) for one in results]
    return [heading, *_listed(lines)] if lines else []


def _result(one: PlanFact, currency: str) -> str:
    told = {"name": _RESULTS[one.metric], "fact": _amount(one.metric, one.fact, currency)}
    if one.plan is None:
        return pgettext("result", "%(name)s: %(fact)s") % told
    told["plan"] = _amount(one.metric, one.plan, currency)
    if one.share is None:
        return _("%(name)s: %(fact)s of %(plan)s planned") % told
    told["share"] = numbers.write_percent(float(one.share), language(), digits=0)
    return _("%(name)s: %(fact)s of %(plan)s planned, %(share)s") % told


def _amount(metric: str, value: int, currency: str) -> str:
    if metric == "deals_won":
        return numbers.write_number(value, language())
    return numbers.write_money(value, currency, language(), style="whole")


def _head(report: EveningReport, is_test: bool) -> Lines:
    zone = ZoneInfo(current_company().time_zone)
    heading = _("%(company)s, evening report, %(day)s") % {
        "company": one_line(report.company) or "onegoal", "day": numbers.write_day(report.day, language()),
    }  # fmt: skip
    about = _("Only %(name)s") % {"name": one_line(report.team.name)} if report.team else ""
    as_of = _("Figures as of %(moment)s") % {"moment": numbers.write_moment(report.cutoff, language(), zone)}
    first = _("Test: %(heading)s") % {"heading": heading} if is_test else heading
    return [line for line in (first, about, as_of) if line]


def _work_blocks(report: EveningReport) -> list[Lines]:
    return work_blocks(report.work) if report.work else []


def work_blocks(work: Work) -> list[Lines]:
    """Return what was left undone, seller by seller."""
    return [_tasks(work.overdue), _answers(work), _missed(work.missed), _reviews(work)]


def _tasks(found: Counted) -> Lines:
    return [_("Overdue tasks: %(count)s") % {"count": _count(found.count)}, *_parts(found, _plain_part)]


def _answers(work: Work) -> Lines:
    found = work.unanswered
    told = {"count": _count(found.of or 0), "late": _count(found.count)}
    lines = [_("Leads that wait for an answer: %(count)s, %(late)s of them too long") % told]
    lines += _parts(found, _late_part)
    if work.nobodys:
        text = ngettext("%(count)s open lead has no seller", "%(count)s open leads have no seller", work.nobodys)
        lines.append(text % {"count": _count(work.nobodys)})
    return lines


def _missed(found: Counted) -> Lines:
    told = {"count": _count(found.count), "of": _count(found.of or 0)}
    heading = _("First answers missed on the day: %(count)s of %(of)s due") % told
    return [heading, *_parts(found, _of_part)]


def _reviews(work: Work) -> Lines:
    reviews = work.reviews
    if not reviews.sellers:
        return []
    day = numbers.write_day(reviews.day, language(), with_year=False)
    told = {"day": day, "count": _count(reviews.done), "of": _count(reviews.due)}
    drawn = [_review(name, one) for name, one in reviews.sellers if one.drawn]
    lines = [*drawn, *_not_drawn(reviews.sellers)]
    return [_("Calls of %(day)s reviewed: %(count)s of %(of)s due") % told, *_listed(lines)]


def _review(name: str, one: SellerDay) -> str:
    told = {"name": _name(name), "count": _count(one.done), "of": _count(one.drawn - one.excused)}
    return _("%(name)s: %(count)s of %(of)s") % told


def _not_drawn(sellers: Iterable[tuple[str, SellerDay]]) -> Lines:
    """Of whom no call is due, by the reason."""
    names: dict[str, list[str]] = {}
    for name, one in sellers:
        if not one.drawn:
            names.setdefault(one.why, []).append(_name(name))
    return [
        _("None due, %(why)s: %(names)s") % {"why": _NOTHING_DRAWN[why], "names": ", ".join(names[why])}
        for why in _NOTHING_DRAWN
        if why in names
    ]


def late_lines(report: EveningReport) -> Lines:
    """Return which sources have fallen silent, and whether records wait to be counted."""
    lines = [_late(one) for one in report.late]
    if report.unpublished:
        lines.append(_("Some of the records are not in the figures yet; they are being counted."))
    return [_("Data that is late"), *_listed(lines)] if lines else []


def _late(one: LateSource) -> str:
    what = str(_SOURCES[one.kind]) % {"name": one_line(one.name)}
    told = {"what": what[:1].upper() + what[1:], "day": numbers.write_day(one.last_on, language(), with_year=False)}
    return _("%(what)s: nothing since %(day)s, longer than ever lately") % told


def _parts(found: Counted, say: Callable[[str, int, int], str]) -> Iterator[str]:
    return _listed(say(_name(one.name), one.count, one.of or 0) for one in found.parts if one.count or one.of)


def _listed(lines: Iterable[str]) -> Iterator[str]:
    return (f"– {line}" for line in lines)


def _plain_part(name: str, count: int, _of: int) -> str:
    return pgettext("result", "%(name)s: %(fact)s") % {"name": name, "fact": _count(count)}


def _late_part(name: str, late: int, waiting: int) -> str:
    if not late:
        return _plain_part(name, waiting, 0)
    return _("%(name)s: %(count)s, %(late)s too long") % {"name": name, "count": _count(waiting), "late": _count(late)}


def _of_part(name: str, count: int, of: int) -> str:
    return _("%(name)s: %(count)s of %(of)s") % {"name": name, "count": _count(count), "of": _count(of)}


def _name(name: str) -> str:
    return one_line(name) or _("nobody's")


def _count(value: int) -> str:
    return numbers.write_number(value, language())
