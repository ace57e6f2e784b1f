"""Which hours of the week bring leads that turn out good."""

from __future__ import annotations

from dataclasses import dataclass

from onegoal.apps.analysis.queries.asked import Asked, ask_each
from onegoal.metrics.question import Answer, Differs, Row

METRIC = "lead_to_qualified"


@dataclass(frozen=True)
class Week:
    """The share of leads qualified in each hour of the week that had any (0 is Monday midnight), and of all."""

    rows: dict[int, Row]
    total: Row | None
    differs: Differs | None

    @property
    def standing_out(self) -> list[tuple[int, Row]]:
        """The hours that differ from the rest beyond chance, in order."""
        return [(hour, row) for hour, row in sorted(self.rows.items()) if row.stands_out]


def week(asked: Asked) -> Week:
    """The hours of the week over the page's period and filters, on the company's clock."""
    by_hour, whole = asked.question(METRIC, ("hour_of_week",)), asked.question(METRIC)
    if not asked.may_ask(METRIC, ("hour_of_week",)):
        return Week({}, None, None)
    answers = ask_each([by_hour, whole])
    cut, total = answers[by_hour], answers[whole]
    if not isinstance(cut, Answer) or not isinstance(total, Answer):
        return Week({}, None, None)
    rows = {int(hour): row for row in cut.rows if (hour := row.by.get("hour_of_week"))}
    return Week(rows, next(iter(total.rows), None), cut.differs)
