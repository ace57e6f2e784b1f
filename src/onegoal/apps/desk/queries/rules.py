"""Which rule of distribution holds for a lead, and to whom it would give it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from onegoal.apps.accounts.models import Role, User
from onegoal.apps.company.queries import calendar_of_company
from onegoal.apps.desk.models import DistributionRule, GivesWhen, Method, Turn
from onegoal.apps.desk.queries.absences import away_on
from onegoal.apps.sales.models import Lead, Outcome
from onegoal.core.distribution import Candidate, WhyNot, choose, why_not
from onegoal.core.distribution import Method as HowToChoose
from onegoal.core.working_hours import Calendar


@dataclass(frozen=True)
class Answer:
    """To whom a lead would go at a moment: the rule, the colleague (None: nobody, or whoever takes it), why not others."""

    rule: DistributionRule | None
    seller: User | None
    is_offered: bool
    passed_over: Sequence[tuple[User, WhyNot]]
    opens_at: dt.datetime | None = None


def rules_in_use() -> list[DistributionRule]:
    """Return the rules that are in use, in their order."""
    return list(DistributionRule.objects.filter(is_active=True).select_related("project", "team"))


def rule_of(lead: Lead, rules: Sequence[DistributionRule] | None = None) -> DistributionRule | None:
    """Return the first rule that fits a lead whatever the time: its answer times are the lead's."""
    known = rules_in_use() if rules is None else rules
    return next((rule for rule in known if _fits(rule, lead)), None)


def answer_times(rule: DistributionRule | None) -> tuple[int, int]:
    """Return a rule's working minutes to the first answer and working hours to the next step; the usual ones without it."""
    usual = rule or DistributionRule()
    return usual.response_minutes, usual.next_step_hours


def sellers_of(rule: DistributionRule, lead: Lead | None = None) -> QuerySet[User]:
    """Return the colleagues a rule gives leads to, without those whose projects the lead is not of."""
    able = User.objects.filter(is_active=True, email__isnull=False)
    named = list(rule.sellers.values_list("pk", flat=True))
    if named:
        able = able.filter(pk__in=named)
    else:
        able = able.filter(role=Role.SELLER, **({"team_id": rule.team_id} if rule.team_id else {}))
    if lead is not None:
        able = able.filter(Q(projects=None) | Q(projects=lead.project_id))
    return able.order_by("pk").distinct()


def candidates(
    rule: DistributionRule, lead: Lead, today: dt.date, away: Collection[int] | None = None
) -> list[tuple[User, Candidate]]:
    """Return a rule's colleagues with what the choice between them needs."""
    sellers = list(sellers_of(rule, lead).select_related("team"))
    absent = away_on(today) if away is None else away
    turns = dict(Turn.objects.filter(rule=rule).values_list("seller_id", "last_at"))
    open_leads = _open_leads(sellers)
    return [
        (one, Candidate(one.pk, open_leads.get(one.pk, 0), turns.get(one.pk), is_away=one.pk in absent))
        for one in sellers
    ]


def give_answer(
    lead: Lead, now: dt.datetime, rules: Sequence[DistributionRule] | None = None, calendar: Calendar | None = None
) -> Answer:
    """Say to whom a lead would go now, by the same way in which it is given out."""
    known = rules_in_use() if rules is None else rules
    calendar = calendar or calendar_of_company()
    is_open = calendar.is_open(now)
    rule = next((one for one in known if _gives_now(one, is_open) and _fits(one, lead)), None)
    if rule is None:
        later = next((one for one in known if _fits(one, lead)), None)
        waits = later is not None and not is_open and later.gives_when == GivesWhen.WORKING_HOURS
        return Answer(later, None, False, [], calendar.next_opening(now) if waits else None)
    able = candidates(rule, lead, now.astimezone(calendar.zone).date())
    passed_over = [(user, why) for user, one in able if (why := why_not(one, rule.most_open))]
    if rule.method == Method.BY_CLAIM:
        return Answer(rule, None, True, passed_over)
    how: HowToChoose = "by_load" if rule.method == Method.BY_LOAD else "round_robin"
    chosen = choose([one for _user, one in able], how, rule.most_open)
    seller = next((user for user, one in able if chosen and one.key == chosen.key), None)
    return Answer(rule, seller, False, passed_over)


def _gives_now(rule: DistributionRule, is_open: bool) -> bool:
    return rule.gives_when == GivesWhen.ALWAYS or (rule.gives_when == GivesWhen.WORKING_HOURS) == is_open


def _fits(rule: DistributionRule, lead: Lead) -> bool:
    return (
        rule.project_id in (None, lead.project_id)
        and rule.request_type in ("", lead.request_type)
        and rule.channel in ("", lead.origin.channel)
    )


def _open_leads(sellers: Sequence[User]) -> dict[int, int]:
    found = Lead.objects.filter(outcome=Outcome.OPEN, seller__in=[one.pk for one in sellers])
    return dict(found.order_by().values_list("seller_id").annotate(count=Count("pk")))
