"""What the report tells: the figures of the pages, to each reader what they may see, harmless and in their language."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from tests.apps.goal.conftest import stored_kpi
from tests.world import World, make_trade

from onegoal.apps.accounts.models import Team, User
from onegoal.apps.audit.services import mark_stale
from onegoal.apps.cards.queries_tasks import TaskFilter, open_tasks
from onegoal.apps.desk.queries.clocks import WAITING
from onegoal.apps.desk.queries.inbox import inbox
from onegoal.apps.evening.queries.report import evening_report
from onegoal.apps.evening.queries.sources import late_sources
from onegoal.apps.evening.text import one_line, report_text
from onegoal.apps.facts.queries import ask, data_version
from onegoal.apps.facts.services import publish_now
from onegoal.apps.people.models import Person
from onegoal.apps.quality.models import ReviewDuty
from onegoal.apps.sales.models import Call, Lead, Task
from onegoal.metrics.question import Question

NOW = dt.datetime(2026, 2, 10, 19, 0, tzinfo=dt.UTC)  # a Tuesday, nine in the evening; three deals were signed today
DAY = NOW.date()
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def evening(world: World, time_machine: Any) -> World:
    """The trade of Nora's, a KPI of the quarter, and what was left undone on the tenth of February."""
    time_machine.move_to(NOW, tick=False)
    make_trade()
    stored_kpi(world)
    leads = list(Lead.objects.order_by("pk"))
    for lead, seller, due, answered in (
        (leads[6], world.nora, NOW - HOUR, None),
        (leads[7], world.nora, NOW - 2 * HOUR, NOW - HOUR),
        (leads[8], world.nora, NOW - 3 * HOUR, NOW - 4 * HOUR),
        (leads[9], world.nick, NOW + HOUR, None),
        (leads[10], world.sam, NOW - 30 * HOUR, None),
        (leads[11], None, NOW - HOUR, None),
    ):
        lead.seller, lead.response_due_at, lead.first_response_at = seller, due, answered
        lead.outcome, lead.team = "open", seller.team if seller else None
        lead.save()
    Lead.objects.exclude(pk__in=[lead.pk for lead in leads[6:]]).update(outcome="qualified")
    for seller, count in ((world.nora, 2), (world.sam, 1)):
        for _ in range(count):
            Task.objects.create(title="Call", assignee=seller, created_at=NOW, due_at=NOW - HOUR)
    Task.objects.create(title="Later", assignee=world.nora, created_at=NOW, due_at=NOW + HOUR)
    _reviews(world)
    for rows in (Lead.objects, Call.objects, ReviewDuty.objects):
        mark_stale(entity=rows.model._meta.model_name or "", ids=rows.values_list("pk", flat=True))
    publish_now()
    return world


def _reviews(world: World) -> None:
    """Two calls of Nora's of Monday were drawn and one reviewed; of Sam's one, excused."""
    monday = dt.datetime(2026, 2, 9, 9, 0, tzinfo=dt.UTC)
    person = Person.objects.first()
    for seller, done, excused in ((world.nora, NOW, ""), (world.nora, None, ""), (world.sam, None, "no recording")):
        call = Call.objects.create(person=person, seller=seller, started_at=monday, is_answered=True, talk_seconds=200)
        ReviewDuty.objects.create(day=monday.date(), seller=seller, call=call, done_at=done, excused=excused)


def text_for(user: User, team: Team | None = None) -> str:
    return report_text(evening_report(user, day=DAY, now=NOW, team=team)).replace("\u00a0", " ")


def test_the_head_reads_everything_in_plain_lines(evening: World) -> None:
    said = text_for(evening.hanna)
    assert said.startswith(
        "Casa Verde, evening report, 10 Feb 2026\nFigures as of 10 Feb, 21:00\n\n30 % of the quarter's goal; "
    )
    assert "– Signed deals: 3 of 0 planned" in said or re.search(r"– Signed deals: 3 of \d+ planned, [\d,]+ %", said)
    blocks = said.split("\n\n")
    assert "Overdue tasks: 3\n– Nora: 2\n– Sam: 1" in blocks
    assert (
        "Leads that wait for an answer: 4, 3 of them too long\n– Nora: 1, 1 too long\n– Sam: 1, 1 too long\n– nobody's: 1, "
        in said
    )
    assert "– Nick: 1\n1 open lead has no seller" in said
    assert "First answers missed on the day: 3 of 4 due\n– Nora: 2 of 3\n– nobody's: 1 of 1" in blocks
    assert (
        "Calls of 9 Feb reviewed: 1 of 2 due\n– Nora: 1 of 2\n– Sam: 0 of 0\n– None due, no calls: Nick, Victor"
        in blocks
    )
    assert len(said) < 4_096


def test_the_figures_equal_the_pages_at_the_same_version_of_the_data(evening: World, client: Client) -> None:
    report = evening_report(evening.hanna, day=DAY, now=NOW)
    assert report.data_version == data_version()
    client.force_login(evening.hanna)
    page = client.get("/goal/").content.decode()
    said = report_text(report)
    forecast = re.search(r"At today's pace .*? by 31 Mar 2026\.", said)
    assert forecast and forecast[0].replace("'", "&#x27;") in page
    assert said.split("\n\n")[1].split("%")[0] + "%" in page
    assert report.work is not None
    for metric, fact in {one.metric: one.fact for one in report.of_month}.items():
        answer = ask(Question(metric, (), dt.date(2026, 2, 1), DAY))
        assert fact == sum(int(row.value or 0) for row in answer.rows)
    waiting = inbox(evening.hanna).filter(WAITING)
    assert report.work.unanswered.of == waiting.count()
    assert report.work.unanswered.count == waiting.filter(response_due_at__lte=NOW).count()
    late = sum(task.due_at < NOW for task in open_tasks(evening.hanna, TaskFilter(whose="all")) if task.due_at)
    assert report.work.overdue.count == late == 3
    covered = ask(Question("review_coverage", (), dt.date(2026, 2, 9), dt.date(2026, 2, 9))).rows[0]
    assert (report.work.reviews.done, report.work.reviews.due) == (covered.numerator, covered.denominator)


def test_each_reader_is_told_what_they_may_see(evening: World) -> None:
    nora, sam, victor = text_for(evening.nora), text_for(evening.sam), text_for(evening.victor)
    assert ("Signed deals: 3\n" in nora, "Signed deals: 0\n" in sam, "Signed deals: 3\n" in victor) == (
        True,
        True,
        True,
    )
    assert ("Sam" in nora, "Nora" in sam, "Sam" in victor) == (False, False, False)
    assert "Calls of 9 Feb reviewed: 1 of 2 due\n– Nora: 1 of 2" in nora
    for user in (evening.ada, evening.paula, evening.key):
        said = text_for(user)
        assert ("30 % of the quarter's goal" in said, "Signed deals: 3" in said, "Overdue" in said) == (
            True,
            False,
            False,
        )


def test_a_team_channel_tells_of_the_team_alone_and_never_more_than_its_reader_sees(evening: World) -> None:
    south = text_for(evening.hanna, evening.south)
    assert ("Only South" in south, "Overdue tasks: 1\n– Sam: 1" in south, "Nora" in south) == (True, True, False)
    assert "Signed deals: 0\n" in south
    foreign = text_for(evening.victor, evening.south)
    assert ("Overdue tasks: 0" in foreign, "Signed deals: 0\n" in foreign, "Sam" in foreign) == (True, True, False)


def test_names_cannot_forge_lines_or_turn_the_text(evening: World) -> None:
    evening.nora.name = "Nora\n– Boss: 0\u202e\u200b " + "x" * 80
    evening.nora.save()
    said = text_for(evening.hanna)
    assert "\n– Boss" not in said
    assert "\u202e" not in said
    assert one_line("a\x00b\r\nc\u2028d") == "ab c d"
    assert len(one_line("x" * 80)) == 60


def test_the_report_speaks_the_readers_language_or_the_channels(evening: World) -> None:
    evening.hanna.language = "ru"
    evening.hanna.save()
    report = evening_report(evening.hanna, day=DAY, now=NOW)
    assert "10 февр. 2026" in report_text(report)
    assert "2026. febr. 10." in report_text(report, spoken="hu")


def test_sources_that_fell_silent_and_records_not_counted_yet_are_named(evening: World) -> None:
    person, origin = Person.objects.first(), Lead.objects.first().origin  # type: ignore[union-attr]
    days = [dt.date(2026, 1, 8) + dt.timedelta(days=n) for n in range(27)]  # until Tuesday, 3 February
    for n, day in enumerate(day for day in days if day.weekday() < 5):
        at = dt.datetime.combine(day, dt.time(9), dt.UTC)
        for source in ("portal\nof flats", ""):
            Lead.objects.create(
                person=person,
                origin=origin,
                last_origin=origin,
                created_at=at,
                source=source,
                source_id=f"p{n}" if source else "",
            )
    found = late_sources(DAY)
    assert [(one.kind, one.name, one.last_on.isoformat()) for one in found] == [
        ("leads", "portal\nof flats", "2026-02-03")
    ]
    assert "– Leads from portal of flats: nothing since 3 Feb, longer than ever lately" in text_for(evening.hanna)
    mark_stale(entity="lead", ids=[1])
    assert "Some of the records are not in the figures yet" in text_for(evening.hanna)
    publish_now()
    assert "Some of the records" not in text_for(evening.hanna)


def test_a_new_version_of_the_data_while_reading_is_read_anew(evening: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """All figures of one report belong to one version."""
    from onegoal.apps.evening.queries import report as module

    reads: list[str] = []
    usual = module.late_sources

    def slow(today: dt.date) -> Any:
        reads.append(data_version())
        if len(reads) == 1:
            Task.objects.create(title="New", assignee=evening.sam, created_at=NOW, due_at=NOW - HOUR)
            lead = Lead.objects.get(seller=evening.sam)
            lead.outcome = "nurture"
            lead.save()
            mark_stale(entity="lead", ids=[lead.pk])
            publish_now()
        return usual(today)

    monkeypatch.setattr(module, "late_sources", slow)
    report = evening_report(evening.hanna, day=DAY, now=NOW)
    assert len(reads) == 2
    assert report.data_version == data_version()
    assert report.work is not None and report.work.overdue.count == 4
