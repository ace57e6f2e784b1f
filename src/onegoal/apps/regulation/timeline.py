"""What decisions on leads add to a person's timeline; the first rejection stays there for ever."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onegoal.apps.accounts.models import User
from onegoal.apps.people.models import Person
from onegoal.apps.people.timeline import MOST_MOMENTS, Moment, Source
from onegoal.apps.regulation.models import Decision
from onegoal.apps.regulation.queries import visible_decisions, visible_suppressions
from onegoal.apps.sales.models import Outcome
from onegoal.apps.shell.figures import language
from onegoal.apps.shell.numbers import write_day

_TITLES = {
    Outcome.OPEN: gettext_lazy("Back to work"),
    Outcome.QUALIFIED: gettext_lazy("Qualified"),
    Outcome.NURTURE: gettext_lazy("Warming up"),
    Outcome.REJECTED: gettext_lazy("Rejected"),
}


def decision_moments(user: User, person: Person) -> Iterator[Moment]:
    """Yield every decision on the person's leads, and when they came onto or off the list of the suppressed."""
    found = visible_decisions(user).filter(lead__person=person).select_related("author", "seller")
    for one in found[:MOST_MOMENTS]:
        yield Moment(one.at, "decision", str(_TITLES[Outcome(one.outcome)]), detail_of(one), is_key=True)
    for entry in visible_suppressions(user).filter(person=person)[:MOST_MOMENTS]:
        yield Moment(entry.created_at, "decision", _("Never to be contacted again"), entry.reason)
        if entry.lifted_at:
            yield Moment(entry.lifted_at, "decision", _("May be contacted again"))


def detail_of(one: Decision) -> str:
    """Return who decided by what, and what the regulation said then."""
    parts = [
        one.reason, one.sub_reason, one.note,
        _("comes back on %(day)s") % {"day": write_day(one.returns_on, language())} if one.returns_on else "",
        _("by the regulation: %(result)s") % {"result": one.get_result_display()} if one.result else "",
        _("in spite of the regulation: %(why)s") % {"why": one.override} if one.override else "",
        str(one.author or one.seller or ""),
    ]  # fmt: skip
    return " · ".join(part for part in parts if part)


SOURCE = Source("decision", gettext_lazy("decisions"), decision_moments)
