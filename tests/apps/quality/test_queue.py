"""Which rejections come into the queue: those against the regulation, promising ones, and a draw."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from tests.apps.quality.rejections import reject
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def begin(**agreed: Any) -> Any:
    """Begin control before the tests' rejections, with what was agreed."""
    from onegoal.apps.quality.models import QualitySettings
    from onegoal.apps.quality.services.queue import begin_control

    begin_control(now=NOW - dt.timedelta(days=40))
    QualitySettings.objects.update(**agreed)
    return QualitySettings.objects.get()


def look(now: dt.datetime = NOW) -> int:
    """Let the queue look at what is new."""
    from onegoal.apps.quality.services.queue import queue_new_rejections

    return queue_new_rejections(now=now, today=TODAY)


def checks() -> dict[str, Any]:
    """The checks by the lead they are about."""
    from onegoal.apps.quality.models import Check

    return {check.decision.lead.source_id: check for check in Check.objects.select_related("decision__lead")}


def test_years_of_history_do_not_come_into_the_queue(world: World) -> None:
    reject(world, world.nora, 1, at=NOW - dt.timedelta(days=400), contradiction="qualifies")
    assert look() == 0
    reject(world, world.nora, 2, at=NOW + dt.timedelta(minutes=1), contradiction="qualifies")
    assert look(NOW + dt.timedelta(minutes=2)) == 1
    assert set(checks()) == {"Nora-2"}


def test_an_import_of_old_rejections_stays_out(world: World) -> None:
    begin()
    reject(world, world.nora, 1, at=NOW - dt.timedelta(days=41), contradiction="qualifies")
    assert look() == 0


def test_whatever_contradicts_the_regulation_is_checked(world: World) -> None:
    begin(precision_bp=4900)
    for number in range(30):
        reject(world, world.nora, number, contradiction="no_clause" if number < 10 else "")
    look()
    found = checks()
    assert sum(check.is_contradictory for check in found.values()) == 10
    assert all(check.is_contradictory or check.is_drawn for check in found.values())


def test_few_rejections_are_checked_all(world: World) -> None:
    begin()
    for number in range(4):
        reject(world, world.nora, number)
    assert look() == 4
    assert {check.share_bp for check in checks().values()} == {10_000}


def test_a_look_at_the_same_adds_nothing(world: World) -> None:
    begin()
    reject(world, world.nora)
    assert [look(), look(), look()] == [1, 0, 0]


def test_a_promising_lead_is_checked_though_nothing_contradicts(world: World) -> None:
    from onegoal.apps.scoring.models import LeadScore, Training

    begin(expected_bp=10, precision_bp=4900, promising_bp=6000)
    training = Training.objects.create(started_at=NOW, is_used=True)
    for number in range(40):
        lead = reject(world, world.nora, number).lead
        LeadScore.objects.create(lead=lead, training=training, chance_bp=7000 if number < 5 else 100, scored_at=NOW)
    look()
    promising = [check for check in checks().values() if check.is_promising]
    assert {check.chance_bp for check in promising} == {7000}
    assert len(promising) == 5


def test_the_share_of_a_seller_follows_how_many_they_reject(world: World) -> None:
    begin()
    for number in range(100):
        reject(world, world.nora, number)
    reject(world, world.sam, 1)
    look()
    found = checks()
    assert {check.share_bp for key, check in found.items() if key.startswith("Nora")} == {3400}
    assert found["Sam-1"].share_bp == 10_000
    drawn = sum(key.startswith("Nora") for key in found)
    assert 15 <= drawn <= 53  # 34 within four standard deviations


def test_a_lead_rejected_anew_after_its_return_is_drawn_anew(world: World) -> None:
    from onegoal.apps.regulation.models import Decision

    begin()
    first = reject(world, world.nora)
    again = Decision.objects.create(lead=first.lead, at=NOW, seller=world.nora, outcome="rejected")
    assert look() == 2
    assert first.check_of and again.check_of


def test_a_rejection_taken_back_at_once_is_not_checked(world: World) -> None:
    from onegoal.apps.regulation.models import Decision

    begin()
    slip = reject(world, world.nora)
    Decision.objects.create(lead=slip.lead, at=NOW, seller=world.nora, outcome="open", via="undo")
    assert look() == 0


def test_what_puts_a_rejection_back_is_no_rejection(world: World) -> None:
    from onegoal.apps.regulation.models import Decision

    begin()
    first = reject(world, world.nora)
    Decision.objects.create(lead=first.lead, at=NOW, seller=world.nora, outcome="open", via="web")
    Decision.objects.create(lead=first.lead, at=NOW, seller=world.nora, outcome="rejected", via="undo")
    assert look() == 1


def test_the_sample_of_past_days_has_just_the_size_that_is_needed(world: World) -> None:
    from onegoal.apps.quality.models import Check
    from onegoal.apps.quality.services.queue import queue_period

    for number in range(100):
        reject(
            world, world.nora, number, at=NOW - dt.timedelta(days=60), contradiction="qualifies" if number < 3 else ""
        )
    reject(world, world.nora, 200, at=NOW - dt.timedelta(days=90))
    since, until = NOW - dt.timedelta(days=61), NOW - dt.timedelta(days=59)
    asked = {"since": since, "until": until, "now": NOW, "today": TODAY}
    assert queue_period(with_contradictions=False, **asked) == 34
    assert queue_period(with_contradictions=False, **asked) == 0
    queue_period(with_contradictions=True, **asked)
    assert Check.objects.filter(is_drawn=True).count() == 34
    assert Check.objects.filter(is_contradictory=True).count() == 3


def test_one_already_checked_counts_in_the_sample_once_it_is_drawn(world: World) -> None:
    from onegoal.apps.quality.models import Check
    from onegoal.apps.quality.services.queue import queue_period

    decision = reject(world, world.nora, at=NOW - dt.timedelta(days=3))
    Check.objects.create(decision=decision, queued_on=TODAY, is_contradictory=True, state="wrong")
    asked = {"since": NOW - dt.timedelta(days=4), "until": NOW, "with_contradictions": False}
    assert queue_period(**asked, now=NOW, today=TODAY) == 0
    check = Check.objects.get()
    assert (check.is_drawn, check.share_bp, check.state) == (True, 10_000, "wrong")


def test_the_seed_is_made_once(world: World) -> None:
    seed = begin().seed
    look()
    assert len(seed) == 32
    assert begin().seed == seed


def test_an_earlier_beginning_lets_the_queue_look_back(world: World) -> None:
    from onegoal.apps.quality.services.queue import begin_control
    from onegoal.apps.quality.services.settings import save_quality_settings

    reject(world, world.nora, at=NOW - dt.timedelta(days=5))
    begin_control(now=NOW)
    assert look() == 0
    save_quality_settings(changes={"began_at": NOW - dt.timedelta(days=10)}, now=NOW)
    assert look() == 1


def test_the_job_fills_the_queue(world: World) -> None:
    from django.utils import timezone

    from onegoal.apps.audit.jobs import RECURRING
    from onegoal.apps.quality.jobs import queue_rejections

    begin()
    reject(world, world.nora, at=timezone.now())
    queue_rejections()
    assert len(checks()) == 1
    assert any(work.function is queue_rejections and work.seconds == 20 for work in RECURRING)


def test_progress_counts_what_is_left_of_each_sample(world: World) -> None:
    from onegoal.apps.quality.models import Check
    from onegoal.apps.quality.queries.checks import sample_progress

    agreed = begin()
    for number in range(5):
        reject(world, world.nora, number)
    look()
    first, second = Check.objects.order_by("pk")[:2]
    Check.objects.filter(pk=first.pk).update(state="right")
    Check.objects.filter(pk=second.pk).update(state="disputed")
    (nora,) = sample_progress(world.quinn, agreed, now=NOW)
    assert (nora.seller, nora.rejections, nora.wanted, nora.drawn, nora.decided, nora.left) == (
        world.nora,
        5,
        5,
        5,
        1,
        4,
    )
