"""Whose client a person is: first come, first served, within the agreed days."""

from __future__ import annotations

import datetime as dt

from onegoal.core.agency_protection import Claim, Contact, Ruling, Verdict, rule_on

NOW = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
ALPHA, BETA, RIVER, MILL = 1, 2, 10, 20


def rule(agency: int = ALPHA, project: int | None = RIVER, **said: object) -> Ruling:
    known: dict[str, object] = {"claims": [], "contacts": []}
    return rule_on(agency=agency, project=project, now=NOW, days=90, **(known | said))  # type: ignore[arg-type]


def claim(agency: int, days_ago: int = 10, project: int | None = RIVER) -> Claim:
    return Claim(7, agency, project, NOW - days_ago * DAY, NOW - days_ago * DAY + 90 * DAY)


def test_a_new_client_is_protected_for_the_agreed_days() -> None:
    assert rule() == Ruling(Verdict.PROTECTED, NOW, NOW + 90 * DAY)


def test_another_agency_that_came_first_keeps_the_client() -> None:
    ruling = rule(claims=[claim(BETA)])
    assert (ruling.verdict, ruling.since, ruling.claim) == (Verdict.OTHER_AGENCY, NOW - 10 * DAY, 7)


def test_a_protection_ends_at_its_moment() -> None:
    assert rule(claims=[claim(BETA, days_ago=90)]).is_accepted
    assert not rule(claims=[claim(BETA, days_ago=89)]).is_accepted


def test_a_protection_for_another_project_is_in_nobodys_way() -> None:
    assert rule(claims=[claim(BETA, project=MILL)]).is_accepted
    assert rule(claims=[claim(BETA, project=None)]).verdict is Verdict.OTHER_AGENCY
    assert rule(project=None, claims=[claim(BETA, project=MILL)]).verdict is Verdict.OTHER_AGENCY


def test_the_companys_own_client_is_refused_while_there_is_activity() -> None:
    old = NOW - 400 * DAY
    fresh = rule(contacts=[Contact(RIVER, old, NOW - 90 * DAY)])
    assert (fresh.verdict, fresh.since) == (Verdict.OWN_CLIENT, old)
    assert rule(contacts=[Contact(RIVER, old, NOW - 91 * DAY)]).is_accepted


def test_what_the_agency_itself_brought_is_in_nobodys_way() -> None:
    assert rule(contacts=[Contact(RIVER, NOW - DAY, NOW, agency=ALPHA)]).is_accepted
    assert rule(contacts=[Contact(RIVER, NOW - DAY, NOW, agency=BETA)]).verdict is Verdict.OTHER_AGENCY


def test_registering_again_prolongs_only_when_the_rule_says_so() -> None:
    again = rule(claims=[claim(ALPHA)])
    assert (again.verdict, again.is_accepted) == (Verdict.OWN_PROTECTION, False)
    prolonged = rule(claims=[claim(ALPHA)], repeat_prolongs=True)
    assert (prolonged.verdict, prolonged.until) == (Verdict.PROLONGED, NOW + 90 * DAY)
