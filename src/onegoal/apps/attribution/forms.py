"""Reads the address of a page of attribution; whatever stands there, a usable question comes out and the reader is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.analysis.forms import Address, Pairs, query_string, read_address, read_choice
from onegoal.apps.attribution.queries.asked import (
    CONVERSIONS,
    DIMENSIONS,
    LONGEST_WINDOW,
    MARKOV_SHARES,
    USUAL_HALF_LIFE,
    WORTHS,
    Asked,
    Conversion,
)
from onegoal.apps.attribution.queries.figures import MODELS
from onegoal.apps.attribution.words import CONVERSION_WORDS, DIMENSION_WORDS, VALUE_WORDS, window_text
from onegoal.apps.company.queries import visible_projects
from onegoal.apps.shell import figures, numbers
from onegoal.metrics.question import Scope

USUAL_WINDOWS = {"lead": 30, "qualified": 30, "deal": 90, "money": 90}
"""Days before the conversion that are looked at unless the address says otherwise: a deal takes longer than a lead."""
USUAL_MODEL = "markov"
USUAL_CONVERSION: Conversion = "deal"
OWN_KEYS = ("conversion", "value", "window", "by", "project", "steps", "overlapping", "model", "share", "half_life")
"""Parts of the address that every page of attribution understands, beside the days."""


@dataclass(frozen=True)
class Wanted:
    """A page's address as it was understood: its question, its main model, whose records, what was wrong."""

    address: Address
    asked: Asked
    model: str
    scope: Scope
    sees_costs: bool
    projects: Mapping[str, int]
    problems: tuple[str, ...]

    @property
    def params(self) -> QueryDict:
        """The parts of the address as they stand there."""
        return self.address.params

    @property
    def project(self) -> str:
        """The name of the project that is looked at, empty for all."""
        chosen = self.asked.project_ids or frozenset()
        return next((name for name, pk in self.projects.items() if pk in chosen), "")

    def changed(self, **changes: str | None) -> str:
        """This page's address with some parts replaced; None takes a part out. Pages of tables start anew."""
        return self.address.changed(**changes)

    def shared(self, **changes: str | None) -> str:
        """The parts that all pages of attribution share as the end of an address, some of them replaced or added."""
        kept = [(key, value) for key, value in self._shared_pairs() if key not in changes]
        return query_string([*kept, *((key, value) for key, value in changes.items() if value)])

    def _shared_pairs(self) -> Pairs:
        keys = ("period", "from", "to", *OWN_KEYS)
        return tuple((key, str(self.params[key])) for key in keys if self.params.get(key))


def read_wanted(request: HttpRequest, *, now: dt.datetime) -> Wanted:
    """Read days, conversion, value, window, cut, project, switches and the main model."""
    address = read_address(request, now=now, compare="none")
    params, user = address.params, request.user
    conversion, wrong = read_choice(params, "conversion", _first(USUAL_CONVERSION, CONVERSIONS))
    value, wrong_value = read_choice(params, "value", _first("amount", WORTHS))
    dimension, wrong_cut = read_choice(params, "by", DIMENSIONS)
    model, wrong_model = read_choice(params, "model", _first(USUAL_MODEL, MODELS))
    share, wrong_share = read_choice(params, "share", MARKOV_SHARES)
    window, wrong_window = _read_days(
        params, "window", USUAL_WINDOWS[conversion], _("A window is 1 to %(most)s days; the usual %(usual)s are shown.")
    )
    half_life, wrong_half_life = _read_days(
        params, "half_life", USUAL_HALF_LIFE, _("A half-life is 1 to %(most)s days; the usual %(usual)s are taken.")
    )
    projects = {project.name: project.pk for project in visible_projects(_user(user)).order_by("name")}
    chosen, wrong_project = _read_project(params, projects)
    asked = Asked(
        conversion=conversion,  # type: ignore[arg-type]
        value=value,  # type: ignore[arg-type]
        window_days=window,
        start=address.asked.period.start,
        end=address.asked.period.end,
        dimension=dimension,  # type: ignore[arg-type]
        project_ids=chosen,
        steps=params.get("steps") == "1",
        overlapping=params.get("overlapping") == "1",
        half_life_days=half_life,
        markov_share=share,  # type: ignore[arg-type]
    )
    wrongs = (wrong, wrong_value, wrong_cut, wrong_model, wrong_share, wrong_window, wrong_half_life, wrong_project)
    return Wanted(
        address=replace(address, asked=replace(address.asked, where=())),
        asked=asked,
        model=model,
        scope=address.asked.scope,
        sees_costs=has_right(_user(user), Right.SEE_COSTS),
        projects=projects,
        problems=tuple(problem for problems in wrongs for problem in problems),
    )


def address_of(asked: Asked, projects: Mapping[str, int]) -> str:
    """A question as the end of an address that asks it again."""
    chosen = [name for name, pk in projects.items() if pk in (asked.project_ids or ())]
    pairs = [
        ("from", asked.start.isoformat() if asked.start else ""), ("to", asked.end.isoformat() if asked.end else ""),
        ("conversion", asked.conversion), ("value", asked.value), ("window", str(asked.window_days)),
        ("by", asked.dimension), ("project", chosen[0] if len(chosen) == 1 else ""), ("steps", "1" * asked.steps),
        ("overlapping", "1" * asked.overlapping), ("share", asked.markov_share),
        ("half_life", str(asked.half_life_days)),
    ]  # fmt: skip
    return query_string([(key, value) for key, value in pairs if value])


def asked_words(asked: Asked, projects: Mapping[str, int]) -> str:
    """A question in few words: Signed deals, gross margin, by channel, 1 Jan - 31 Mar 2026, 30 days, River Park."""
    parts = [str(CONVERSION_WORDS[asked.conversion])]
    parts += [str(VALUE_WORDS[asked.value])] if asked.conversion == "deal" else []
    parts += [str(DIMENSION_WORDS[asked.dimension])]
    if asked.start and asked.end:
        parts.append(numbers.write_days_between(asked.start, asked.end, figures.language()))
    parts.append(_("window %(days)s") % {"days": window_text(asked.window_days)})
    if asked.half_life_days != USUAL_HALF_LIFE:
        parts.append(_("half-life %(days)s") % {"days": window_text(asked.half_life_days)})
    parts += [name for name, pk in projects.items() if pk in (asked.project_ids or ())]
    return ", ".join(parts)


def _first(usual: str, known: Sequence[str]) -> list[str]:
    """The known words with the usual one first, as a choice falls back on the first."""
    return [usual, *(word for word in known if word != usual)]


def _read_days(params: QueryDict, key: str, usual: int, said: str) -> tuple[int, list[str]]:
    text = params.get(key, "").strip()
    if not text:
        return usual, []
    if text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= LONGEST_WINDOW:
        return int(text), []
    return usual, [said % {"most": LONGEST_WINDOW, "usual": usual}]


def _read_project(params: QueryDict, projects: Mapping[str, int]) -> tuple[frozenset[int] | None, list[str]]:
    name = params.get("project", "").strip()
    if not name:
        return None, []
    if name in projects:
        return frozenset({projects[name]}), []
    return None, [_("There is no project of that name; all are shown.")]


def _user(user: object) -> User:
    return user  # type: ignore[return-value]
