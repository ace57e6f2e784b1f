"""Why a question about figures cannot be answered, as codes that screens, commands and the API put into words."""

from __future__ import annotations

from collections.abc import Mapping


class QuestionRefused(ValueError):
    """A refused question: `code` is a stable word for programs, `params` what the sentence needs."""

    def __init__(self, code: str, **params: str) -> None:
        self.code = code
        self.params: Mapping[str, str] = params
        super().__init__(f"{code} {params}" if params else code)

    @property
    def message(self) -> str:
        """The reason in English with its parameters filled in."""
        return REASONS[self.code] % self.params


def gettext_noop(text: str) -> str:
    """Mark a sentence for translation without translating it: figures know no language."""
    return text


REASONS: dict[str, str] = {
    "metric_unknown": gettext_noop("There is no metric called %(metric)s."),
    "dimension_unknown": gettext_noop("There is no dimension called %(dimension)s."),
    "dimension_not_known": gettext_noop("%(metric)s cannot be cut by %(dimension)s: its records do not say it."),
    "dimension_twice": gettext_noop("%(dimension)s is named twice."),
    "filter_not_known": gettext_noop("%(metric)s cannot be filtered by %(dimension)s: its records do not say it."),
    "filter_missing": gettext_noop("%(metric)s needs a filter by %(dimension)s."),
    "value_not_known": gettext_noop("%(dimension)s has no value %(value)s."),
    "too_many_dimensions": gettext_noop("At most %(limit)s dimensions can be asked for at once."),
    "period_reversed": gettext_noop("The period ends before it starts."),
    "several_currencies": gettext_noop(
        "The amounts are in several currencies (%(currencies)s): set their rates or filter by currency."
    ),
    "scope_splits_ratio": gettext_noop("%(metric)s needs records of all colleagues; you see only a part of them."),
    "no_curve": gettext_noop("%(metric)s is not a time between two moments."),
}
