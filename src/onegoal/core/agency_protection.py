"""Whose client a person is: the rule by which an agency's registration is accepted or refused."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Sequence
from dataclasses import dataclass


class Verdict(enum.StrEnum):
    """What becomes of a registration; all but the first two refuse it."""

    PROTECTED = "protected"
    PROLONGED = "prolonged"
    OTHER_AGENCY = "other_agency"
    OWN_CLIENT = "own_client"
    OWN_PROTECTION = "own_protection"  # this very agency's protection still runs


@dataclass(frozen=True, slots=True)
class Claim:
    """What is known of an earlier claim on the person: a protection from `since` to `until` by an agency."""

    key: int
    agency: int
    project: int | None
    since: dt.datetime
    until: dt.datetime


@dataclass(frozen=True, slots=True)
class Contact:
    """A lead or deal the company has with the person: since when, the latest activity, and the agency it came by."""

    project: int | None
    since: dt.datetime
    latest: dt.datetime
    agency: int | None = None


@dataclass(frozen=True, slots=True)
class Ruling:
    """The verdict, since when the obstacle stands, until when protection runs, and the claim that decided."""

    verdict: Verdict
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    claim: int | None = None

    @property
    def is_accepted(self) -> bool:
        """Tell whether the agency's client is protected now."""
        return self.verdict in (Verdict.PROTECTED, Verdict.PROLONGED)


def rule_on(
    *, agency: int, project: int | None, now: dt.datetime, days: int, claims: Sequence[Claim],
    contacts: Sequence[Contact], repeat_prolongs: bool = False,
) -> Ruling:  # fmt: skip
    """Decide on a registration made `now` for `days` days of protection.

    First come, first served: a running protection of another agency refuses it, then a contact of the company's own
    (or by another agency) with activity within the last `days` days. A running protection of the same agency is
    prolonged only when the rule says so. Claims and contacts of another project do not count; one without a project
    is about every project.
    """
    until = now + dt.timedelta(days=days)
    running = sorted(
        (one for one in claims if one.since <= now < one.until and _overlap(one.project, project)),
        key=lambda one: (one.since, one.key),
    )
    for one in running:
        if one.agency != agency:
            return Ruling(Verdict.OTHER_AGENCY, one.since, one.until, one.key)
    if running:
        mine = running[-1]
        if repeat_prolongs:
            return Ruling(Verdict.PROLONGED, mine.since, max(until, mine.until), mine.key)
        return Ruling(Verdict.OWN_PROTECTION, mine.since, mine.until, mine.key)
    fresh = now - dt.timedelta(days=days)
    met = [one for one in contacts if one.agency != agency and one.latest >= fresh and _overlap(one.project, project)]
    if met:
        first = min(met, key=lambda one: one.since)
        verdict = Verdict.OWN_CLIENT if any(one.agency is None for one in met) else Verdict.OTHER_AGENCY
        return Ruling(verdict, first.since)
    return Ruling(Verdict.PROTECTED, now, until)


def _overlap(one: int | None, other: int | None) -> bool:
    return one is None or other is None or one == other
