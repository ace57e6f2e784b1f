"""The page of agreement: alpha from the records, and only questions read differently beyond chance are named."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from tests.apps.quality.calls import make_call, make_scorecard
from tests.world import NOW

from onegoal.apps.quality.models import Answer, Review
from onegoal.apps.quality.queries.agreement import agreement_of, compared_scorecards


@pytest.fixture
def card(world):
    """Thirty calls judged by Quinn and Victor: they agree on the greeting, and toss coins about the next step."""
    card = make_scorecard()
    greeting, _needs, step, _words = card.questions.all()
    for number in range(30):
        call = make_call(world.nora, number)
        for reviewer, told in ((world.quinn, number // 2), (world.victor, number // 4)):
            review = Review.objects.create(
                call=call, seller=world.nora, reviewer=reviewer, scorecard=card, started_at=NOW, finished_at=NOW,
                score_bp=5000 + 100 * number,
            )  # fmt: skip
            Answer.objects.create(review=review, question=greeting, value=number % 2)
            Answer.objects.create(review=review, question=step, value=told % 2)
    return card


def test_alpha_is_told_by_question_and_only_what_differs_beyond_chance_is_named(world, card):
    found = agreement_of(world.quinn, card)
    by_step = {one.question.step: one for one in found.questions}
    assert by_step["Greeting"].agreement.alpha.estimate == 1
    assert by_step["Next step"].agreement.is_too_low
    assert by_step["Needs"].agreement.things == 0
    assert [one.question.step for one in found.read_differently] == ["Next step"]
    assert found.overall.alpha.estimate == 1
    assert len(found.calls) == 30


def test_a_call_the_reader_has_not_finished_is_not_compared(world, card):
    late = Review.objects.filter(reviewer=world.victor).first()
    late.finished_at = None
    late.save()
    assert len(agreement_of(world.victor, card).calls) == 29


def test_the_page_shows_it_and_without_comparisons_says_how_to_get_them(world, card):
    client = Client()
    client.force_login(world.quinn)
    page = client.get(reverse("quality:agreement"), {"scorecard": card.pk}).content.decode()
    assert "read differently, beyond chance" in page
    Review.objects.filter(reviewer=world.victor).delete()
    assert compared_scorecards(world.quinn) == []
    assert "Nothing to compare yet" in client.get(reverse("quality:agreement")).content.decode()
