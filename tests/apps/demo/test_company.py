"""The demo company as it stands in the records: its planted truths are found there, and nobody else is accused."""

from __future__ import annotations

import datetime as dt
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import models, transaction
from django.test import override_settings
from django.utils import timezone

from onegoal.apps.accounts.models import User
from onegoal.apps.board.models import Discount, Registration, Reservation
from onegoal.apps.cards.models import Note
from onegoal.apps.company.queries import calendar_of_company
from onegoal.apps.conflicts.queries.reports import conflicts_of, waiting_report
from onegoal.apps.conflicts.services import run_audit
from onegoal.apps.control.models import Blocker, ChainReading, Sag
from onegoal.apps.control.queries.pace import pace_of
from onegoal.apps.demo import cast, clauses
from onegoal.apps.demo.joint_plan import FLOOD, REASON
from onegoal.apps.demo.pay import ACCOUNTANT, SHARED_DEAL
from onegoal.apps.demo.pay_rules import PLANTED_FORMULA
from onegoal.apps.demo.recordings import make_recordings
from onegoal.apps.demo.records import HEAD, MARKETER
from onegoal.apps.demo.reviewing import WEAK_STEP
from onegoal.apps.demo.services import make_demo_company
from onegoal.apps.desk.models import Offer
from onegoal.apps.evening.models import Channel, Delivery
from onegoal.apps.feedback.models import DepartmentQuestion, LeadMark
from onegoal.apps.goal.models import KpiPart, KpiSignature, KpiState, SharedKpi
from onegoal.apps.goal.queries import attainment_of
from onegoal.apps.pay.models import Adjustment, DealShare, Dispute, PayRun, Statement, StatementLine, StatementSource
from onegoal.apps.pay.queries.flags import flags_in_force
from onegoal.apps.pay.queries.statements import payroll_of
from onegoal.apps.planning.models import PlanCell, PlanSignature, PlanVersion, VersionState
from onegoal.apps.planning.services.signing import SigningRefused, propose_version
from onegoal.apps.quality.models import Answer, Check, CheckState, Coaching, Review, ReviewDuty
from onegoal.apps.quality.queries.recordings import recording_of
from onegoal.apps.regulation.models import Decision, Regulation, State
from onegoal.apps.sales.models import Deal, Lead, Outcome, Task
from onegoal.apps.wall.models import BoardKind, Contest, WallScreen
from onegoal.apps.wall.queries.contests import standing_in
from onegoal.core.differences import rates_differ, stand_out

NOW = dt.datetime(2026, 11, 22, 4, 30, tzinfo=dt.UTC)
"""A Sunday before dawn: the hardest moment to begin a day at a sales desk."""
SCALE = 0.4


@pytest.fixture(scope="module")
def lumina(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The demo company at two fifths of its size; the folder of its recordings."""
    home = tmp_path_factory.mktemp("lumina")
    places = override_settings(WAREHOUSE_DIRECTORY=home / "warehouse", RECORDINGS_DIRECTORY=home / "recordings")
    with django_db_blocker.unblock(), places, transaction.atomic():
        make_demo_company(seed=1, scale=SCALE, now=NOW)
        yield home / "recordings"
        transaction.set_rollback(True)


def sample_of(name: str) -> tuple[int, int]:
    """How many of a seller's rejections in the random sample were wrong, and how many are decided."""
    drawn = Check.objects.filter(decision__seller__name=name, is_drawn=True)
    decided = drawn.exclude(state__in=(CheckState.WAITING, CheckState.DISPUTED))
    return decided.filter(state__in=(CheckState.WRONG, CheckState.UPHELD)).count(), decided.count()


def test_control_names_the_seller_who_rejects_good_leads_and_nobody_else(lumina: Path) -> None:
    names = [seller.name for seller in cast.SELLERS]
    verdicts = dict(zip(names, stand_out([sample_of(name) for name in names]), strict=True))
    assert [name for name in names if verdicts[name] == "above"] == [cast.REJECTS_GOOD_LEADS]


def test_most_contradictions_are_his(lumina: Path) -> None:
    against = Decision.objects.exclude(contradiction="")
    assert against.filter(seller__name=cast.REJECTS_GOOD_LEADS).count() > 0.6 * against.count()


def test_the_queue_is_a_morning_of_work_and_a_dispute_waits(lumina: Path) -> None:
    assert 15 <= Check.objects.filter(state=CheckState.WAITING).count() <= 40
    assert Check.objects.filter(state=CheckState.DISPUTED).count() == 1


def test_leads_that_came_back_were_bought(lumina: Path) -> None:
    came_back = Check.objects.filter(returned_at__isnull=False).values("decision__lead")
    won = Deal.objects.filter(lead__in=came_back, won_at__isnull=False).exclude(contract_number="")
    assert won.exists()
    assert all(deal.won_at > deal.lead.returned_at for deal in won)  # type: ignore[operator, union-attr]


def test_two_versions_were_signed_and_a_third_waits_for_sales(lumina: Path) -> None:
    drafts = Regulation.objects.filter(state=State.DRAFT)
    assert Regulation.objects.filter(state=State.SIGNED).count() == 2
    assert [signature.side for draft in drafts for signature in draft.signatures.all()] == ["marketing"]
    decided = Decision.objects.exclude(outcome=Outcome.OPEN)
    assert not decided.filter(regulation=None).exists()
    cited = decided.filter(outcome=Outcome.REJECTED)
    assert not cited.filter(clause=None).exists()


def test_good_leads_qualify_by_the_regulation(lumina: Path) -> None:
    qualified = Decision.objects.filter(outcome=Outcome.QUALIFIED)
    assert not qualified.filter(result="fails").exists()
    assert qualified.filter(result="qualifies").count() > 0.9 * qualified.count()


def test_who_tires_loses_more_points_after_lunch(lumina: Path) -> None:
    zone = calendar_of_company().zone
    reviews = Review.objects.filter(seller__name=cast.TIRES_DURING_THE_DAY).select_related("call")
    scores: dict[bool, list[int]] = {True: [], False: []}
    for review in reviews:
        scores[review.call.started_at.astimezone(zone).hour >= 14].append(review.score_bp or 0)
    assert sum(scores[True]) / len(scores[True]) < sum(scores[False]) / len(scores[False]) - 1_000


def test_one_step_of_the_script_fails_more_often_than_the_others(lumina: Path) -> None:
    answers = Answer.objects.filter(value__isnull=False)
    weak, rest = answers.filter(question__step=WEAK_STEP), answers.exclude(question__step=WEAK_STEP)
    counts = [(group.filter(is_failed=True).count(), group.count()) for group in (weak, rest)]
    assert counts[0][0] / counts[0][1] > 2 * counts[1][0] / counts[1][1]
    assert rates_differ(counts).p < 0.001


def test_calls_owed_can_be_heard(lumina: Path) -> None:
    owed = ReviewDuty.objects.filter(done_at=None).select_related("call")
    assert owed
    assert all(recording_of(duty.call).is_there for duty in owed)
    assert Review.objects.filter(asked_by__isnull=False).exists()
    assert Coaching.objects.filter(closed_at=None).count() == 2


def test_recordings_are_sound_and_small(lumina: Path) -> None:
    files = list(lumina.rglob("*.wav"))
    assert 10 <= len(files) <= 14
    assert sum(file.stat().st_size for file in files) < 6_000_000
    with wave.open(str(files[0])) as sound:
        assert (sound.getnchannels(), sound.getframerate()) == (1, 8_000)
        assert len(set(sound.readframes(40_000))) > 50


def test_sellers_say_which_creative_brings_good_leads(lumina: Path) -> None:
    def good(creative: str) -> tuple[int, int]:
        marks = LeadMark.objects.filter(lead__origin__creative=creative).exclude(quality="")
        return marks.filter(quality="good").count(), marks.count()

    better, worse = good(cast.GOOD_CREATIVE), good("discount-banner")
    assert better[0] / better[1] > worse[0] / worse[1]
    assert DepartmentQuestion.objects.filter(answered_at=None, due_at__lt=NOW).count() == 1
    assert DepartmentQuestion.objects.filter(answered_at__isnull=False).exists()
    assert Note.objects.exists()


def test_the_desk_has_leads_to_take_and_clocks_that_run(lumina: Path) -> None:
    assert Offer.objects.filter(lead__seller=None, lead__outcome=Outcome.OPEN).count() == 3
    waiting = Lead.objects.filter(outcome=Outcome.OPEN, first_response_at=None, response_due_at__isnull=False)
    assert waiting.filter(response_due_at__lt=NOW).exists()
    assert waiting.filter(response_due_at__gt=NOW).exists()
    assert not Lead.objects.filter(outcome=Outcome.NURTURE, returns_on=None).exists()
    assert not Task.objects.filter(
        done_at=None, title="Call back with an offer", lead__outcome=Outcome.REJECTED
    ).exists()


def test_the_board_has_flats_kept_a_discount_to_approve_and_agencies_clients(lumina: Path) -> None:
    assert Reservation.objects.filter(ended_at=None, until__gt=NOW).exists()
    assert not Reservation.objects.filter(ended_at=None, until__lte=NOW).exists()
    assert set(Discount.objects.values_list("state", flat=True)) == {"asked", "approved"}
    states = set(Registration.objects.values_list("state", "conflict"))
    assert {("protected", ""), ("lapsed", ""), ("refused", "other_agency")} <= states


def test_nothing_was_done_after_now(lumina: Path) -> None:
    done: list[tuple[type[models.Model], str]] = [
        (Decision, "at"), (Check, "checked_at"), (Review, "finished_at"), (ReviewDuty, "done_at"), (LeadMark, "at"),
        (Note, "created_at"), (Deal, "won_at"), (Task, "done_at"), (Lead, "returned_at"), (DepartmentQuestion, "asked_at"),
        (DepartmentQuestion, "answered_at"), (Discount, "decided_at"), (Reservation, "reserved_at"),
        (PlanSignature, "signed_at"), (KpiSignature, "signed_at"), (PayRun, "approved_at"), (Dispute, "answered_at"),
        (Adjustment, "approved_at"), (Blocker, "resolved_at"), (Contest, "closed_at"),
    ]  # fmt: skip
    for model, field in done:
        late = model._default_manager.filter(**{f"{field}__gt": NOW})
        assert not late.exists(), (model.__name__, field)


def the_flood() -> tuple[PlanVersion, SigningRefused]:
    """The scenario of 500 sales, and how it was refused to Irina."""
    flood, head = PlanVersion.objects.get(name=FLOOD), User.objects.get(name=HEAD)
    with timezone.override(cast.TIME_ZONE), pytest.raises(SigningRefused) as refused:
        propose_version(version=flood, author=head, now=NOW)
    return flood, refused.value


def test_500_sales_on_100_leads_are_refused_with_the_missing_leads(lumina: Path) -> None:
    _flood, refused = the_flood()
    assert refused.code == "red"
    short = next(one for one in refused.checks if one.code == "leads_short" and one.month == dt.date(2026, 11, 1))
    seen = next(one for one in refused.checks if one.code == "conversion_unseen" and one.subject == "lead_to_won")
    signed = Deal.objects.filter(won_at__gte=dt.datetime(2026, 10, 31, 22, tzinfo=dt.UTC)).count()
    assert short.planned == 500 - signed
    # So many more leads, at the company's own conversion, bring exactly the deals that are not there.
    assert short.possible.estimate is not None and seen.possible.estimate is not None
    wanted = (short.planned - short.possible.estimate) / seen.possible.estimate
    assert short.missing == pytest.approx(wanted, rel=0.02)
    assert short.missing == pytest.approx(sum(leads for _month, leads in short.by_month), abs=1)
    assert short.missing > 1_000


def test_the_plan_in_force_was_red_and_somebody_answers_for_it_by_name(lumina: Path) -> None:
    plan = PlanVersion.objects.get(state=VersionState.IN_FORCE)
    assert {one.side: one.user.name for one in plan.signatures.all()} == {"sales": HEAD, "marketing": MARKETER}
    override = plan.overrides.get()
    assert (override.author.name, override.reason) == (HEAD, REASON)
    assert override.checks
    planned = {
        name: sum(plan.cells.filter(metric=name, month=dt.date(2026, 11, 1)).values_list("value", flat=True))
        for name in ("leads", "deals_won")
    }
    assert planned["leads"] <= 100 and planned["deals_won"] > 0.1 * planned["leads"]
    assert plan.plan.versions.filter(state=VersionState.DRAFT).count() == 2


def test_each_quarter_had_one_kpi_and_the_running_one_was_changed_by_both_departments(lumina: Path) -> None:
    ended, running = SharedKpi.objects.filter(state=KpiState.ENDED), SharedKpi.objects.get(state=KpiState.ACTIVE)
    assert ended.count() == 4
    assert (running.starts_on, running.ends_on) == (dt.date(2026, 10, 1), dt.date(2026, 12, 31))
    changed = running.versions.latest("number")
    assert changed.reason and changed.in_force_from and running.versions.count() == 2
    assert {one.side: one.user.name for one in changed.signatures.all()} == {"sales": HEAD, "marketing": MARKETER}
    with timezone.override(cast.TIME_ZONE):
        pace = pace_of(running, today=NOW.date())
        assert pace is not None and pace.pace is not None
        assert 0.7 < pace.pace < 1.05
        assert all(0.7 < float(attainment_of(kpi, until=kpi.ends_on).total) < 1.1 for kpi in ended)


def test_every_statement_adds_up_to_its_lines_and_all_of_them_to_the_run(lumina: Path) -> None:
    runs = PayRun.objects.all()
    assert [run.state for run in runs] == ["draft", *["locked"] * 12]
    assert not any(run.problems for run in runs)
    assert all({one["name"] for one in run.left_out} == {HEAD} for run in runs)
    for run in runs:
        statements = {one.user_id: one.total_minor for one in run.statements.all()}
        lines = StatementLine.objects.filter(statement__run=run)
        by_person = lines.order_by().values_list("statement__user_id").annotate(models.Sum("amount_minor"))
        assert dict(by_person) == statements
        assert {row.user.pk: row.total for row in payroll_of(run)} == statements
        traced = lines.filter(sources__isnull=False).annotate(counted=models.Sum("sources__amount_minor"))
        assert all(line.counted == line.amount_minor for line in traced)
    assert {run.author.name for run in runs} == {ACCOUNTANT}
    assert {run.approved_by.name for run in runs if run.approved_by} == {HEAD}


def test_pay_knows_part_months_shared_deals_claims_and_disputes(lumina: Path) -> None:
    for former, follower in ((one, name) for name, one in cast.FOLLOWS.items()):
        cut = StatementLine.objects.filter(statement__user__name__in=(former.name, follower), kind="fixed")
        assert cut.filter(starts_on__day__gt=1).exists() and cut.exclude(ends_on__day__gte=28).exists()
    share = DealShare.objects.filter(share_bp=SHARED_DEAL[2]).get()
    paid = StatementSource.objects.filter(deal=share.deal, metric="money_signed").order_by("-share_bp")
    assert [source.line.statement.user.name for source in paid] == list(SHARED_DEAL[:2])
    claimed = StatementLine.objects.get(kind="claw_back")
    assert claimed.amount_minor < 0
    assert {(one.state, bool(one.adjustment)) for one in Dispute.objects.all()} == {("accepted", True), ("open", False)}
    assert Adjustment.objects.filter(approved_at=None, refused_at=None).count() == 1
    assert StatementLine.objects.filter(kind="adjustment", statement__run__state="locked").count() == 2


def test_only_the_analyst_has_a_wholly_fixed_pay(lumina: Path) -> None:
    flags = [(flag.code, str(flag.version and flag.version.scheme)) for flag in flags_in_force(NOW.date())]
    assert flags == [("wholly_fixed", "Quality")]


def test_the_audit_finds_the_planted_conflict_and_no_other(lumina: Path) -> None:
    asked = waiting_report()
    assert asked is not None and asked.author is not None and asked.author.name == HEAD
    with timezone.override(cast.TIME_ZONE):
        report = run_audit(report=asked, clock=lambda: NOW)
    found = [(one["scheme"], one["lever"], one["part"]["formula"]) for one in conflicts_of(report)]
    assert found == [("Marketing", "cheap_leads", PLANTED_FORMULA)]
    conflict = conflicts_of(report)[0]
    assert conflict["p"] < 0.01
    assert conflict["pay"][1] > 0 > conflict["kpi"][2]
    assert conflict["mend"]


def test_blockers_of_different_people_wait_are_late_and_were_resolved(lumina: Path) -> None:
    blockers = Blocker.objects.all()
    assert len({one.raised_by for one in blockers}) == len({one.link for one in blockers}) == 5
    assert blockers.filter(resolved_at=None, due_on__lt=NOW.date()).count() == 1
    resolved = [one for one in blockers if one.resolved_at]
    assert len(resolved) == 2
    assert all(one.resolved_at > one.raised_at + dt.timedelta(days=3) for one in resolved if one.resolved_at)
    assert all(one.stake_minor and one.owner for one in blockers)
    assert ChainReading.objects.exists()
    assert Sag.objects.filter(metric="calls").count() <= 1


def test_the_office_has_a_wall_a_race_and_a_report_that_claims_nothing_was_sent(lumina: Path) -> None:
    assert BoardKind.CONTEST in WallScreen.objects.get().boards.values_list("kind", flat=True)
    closed = Contest.objects.get(closed_at__isnull=False)
    assert closed.prizes.filter(given_at__isnull=False).exists()
    places = [one.place for one in standing_in(closed, today=NOW.date()) if one.place]
    assert places == sorted(places)
    race = Contest.objects.get(closed_at=None)
    assert race.starts_on < NOW.date() < race.ends_on and race.is_between_teams
    assert [(one.kind, one.address) for one in Channel.objects.all()] == [("email", "irina@lumina.example")]
    assert not Delivery.objects.exists()


@pytest.mark.django_db
def test_the_same_seed_at_the_same_moment_makes_the_same_company(tmp_path: Path, settings: Any) -> None:
    settings.WAREHOUSE_DIRECTORY, settings.RECORDINGS_DIRECTORY = tmp_path / "warehouse", tmp_path / "recordings"

    def made() -> list[Any]:
        with transaction.atomic():
            make_demo_company(seed=4, scale=0.05, now=NOW)
            checks = Check.objects.order_by("decision__at").values_list(
                "decision__lead__source_id", "state", "is_drawn"
            )
            reviews = Review.objects.order_by("finished_at", "score_bp").values_list("call__source_id", "score_bp")
            marks = LeadMark.objects.order_by("at").values_list("lead__source_id", "quality", "at")
            kept = Reservation.objects.order_by("product__name").values_list("product__name", "until")
            pay = Statement.objects.order_by("run__month", "user__name").values_list("user__name", "total_minor")
            goals = KpiPart.objects.order_by("version__kpi__starts_on", "version__number", "kind")
            planned = PlanCell.objects.order_by(
                "version__number", "month", "metric", "project", "product_type", "channel"
            )
            found = [
                *checks, *reviews, *marks, *kept, *pay, *goals.values_list("kind", "target"),
                *planned.values_list("metric", "value"),
            ]  # fmt: skip
            transaction.set_rollback(True)
        return found

    assert made() == made()


def test_recordings_are_the_same_for_the_same_seed(tmp_path: Path) -> None:
    def made(folder: str) -> list[bytes]:
        with override_settings(RECORDINGS_DIRECTORY=tmp_path / folder):
            files = make_recordings(seed=2)
        return [(tmp_path / folder / name).read_bytes() for name in files]

    assert made("one") == made("two")


def test_every_reason_is_a_clause_of_each_version() -> None:
    numbers = {reason.number for reason in clauses.REASONS}
    for version in clauses.VERSIONS:
        assert not numbers & {criterion[0] for criterion in version.criteria()}
