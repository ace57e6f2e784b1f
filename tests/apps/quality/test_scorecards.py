"""The scorecard builder: what was used stays, what is changed becomes the next version."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from tests.apps.quality.calls import judge, keep_sound, make_call, make_scorecard
from tests.world import NOW

from onegoal.apps.quality.models import Question, Scorecard
from onegoal.apps.quality.services.scorecards import (
    FIELDS,
    ScorecardRefused,
    create_scorecard,
    move_question,
    order_questions,
    remove_question,
    save_question,
    use_scorecard,
)

VALUES = {
    "step": "Close", "text": "A date agreed?", "guide": "", "kind": "yes_no", "weight": 3, "failed_below": 3,
    "is_mandatory": True, "may_not_apply": False,
}  # fmt: skip


@pytest.fixture
def used(world, settings, tmp_path):
    """A scorecard with one review."""
    settings.RECORDINGS_DIRECTORY = tmp_path
    card = make_scorecard()
    judge(make_call(world.nora, recording=keep_sound(tmp_path)), world.quinn, 1, 4, 1)
    return card


def texts(card):
    return list(card.questions.values_list("step", flat=True))


def test_a_scorecard_without_reviews_is_changed_itself(world):
    card = make_scorecard()
    kept = save_question(scorecard=card, values=VALUES, now=NOW)
    assert kept.scorecard == card
    assert texts(card)[-1] == "Close"


def test_a_scorecard_with_reviews_is_copied_into_the_next_version(used):
    greeting = used.questions.first()
    kept = save_question(scorecard=used, question=greeting, values=VALUES | {"step": "Hello"}, now=NOW)
    assert kept.scorecard.version == 2
    assert not kept.scorecard.is_active
    assert texts(kept.scorecard) == ["Hello", "Needs", "Next step", "Remarks"]
    assert texts(used) == ["Greeting", "Needs", "Next step", "Remarks"]
    assert used.reviews.get().score_bp == 9000
    old, new = used.questions.get(step="Needs"), kept.scorecard.questions.get(step="Needs")
    assert [getattr(old, name) for name in FIELDS] == [getattr(new, name) for name in FIELDS]


def test_a_later_version_comes_into_use_and_the_former_goes_out(used):
    newer = save_question(scorecard=used, values=VALUES, now=NOW).scorecard
    use_scorecard(scorecard=newer, now=NOW)
    assert list(Scorecard.objects.filter(is_active=True)) == [newer]


def test_removing_and_ordering_make_a_next_version_too(used):
    without = remove_question(question=used.questions.get(step="Needs"), now=NOW)
    assert texts(without) == ["Greeting", "Next step", "Remarks"]
    ids = list(used.questions.values_list("pk", flat=True))
    turned = order_questions(scorecard=used, order=ids[::-1], now=NOW)
    assert (turned.version, texts(turned)) == (3, ["Remarks", "Next step", "Needs", "Greeting"])
    assert Question.objects.filter(scorecard=used).count() == 4


def test_an_order_may_leave_out_or_invent_questions(world):
    card = make_scorecard()
    needs = card.questions.get(step="Needs")
    order_questions(scorecard=card, order=[needs.pk, needs.pk, 987_654], now=NOW)
    assert texts(card) == ["Needs", "Greeting", "Next step", "Remarks"]


def test_the_first_question_does_not_move_up_nor_the_last_down(world):
    card = make_scorecard()
    move_question(question=card.questions.first(), step=-1, now=NOW)
    move_question(question=card.questions.last(), step=1, now=NOW)
    assert texts(card) == ["Greeting", "Needs", "Next step", "Remarks"]
    move_question(question=card.questions.first(), step=1, now=NOW)
    assert texts(card) == ["Needs", "Greeting", "Next step", "Remarks"]


def test_a_scorecard_in_use_gives_points(world):
    card = create_scorecard(name="Words", now=NOW)
    save_question(scorecard=card, values=VALUES | {"kind": "text", "weight": 0}, now=NOW)
    with pytest.raises(ScorecardRefused, match="no_weight"):
        use_scorecard(scorecard=card, now=NOW)
    kept = save_question(scorecard=card, values=VALUES, now=NOW)
    use_scorecard(scorecard=card, now=NOW)
    with pytest.raises(ScorecardRefused, match="no_weight"):
        remove_question(question=kept, now=NOW)
    with pytest.raises(ScorecardRefused, match="no_weight"):
        save_question(scorecard=card, question=kept, values=VALUES | {"weight": 0}, now=NOW)
    kept.refresh_from_db()
    assert kept.weight == 3


def test_two_scorecards_of_one_name_are_refused(world):
    create_scorecard(name="Script", now=NOW)
    with pytest.raises(ScorecardRefused, match="taken"):
        create_scorecard(name=" script ", now=NOW)


def test_the_builder_walks_from_nothing_to_use(world):
    client = Client()
    client.force_login(world.quinn)
    client.post(reverse("quality:scorecard_new"), {"name": "Script"})
    card = Scorecard.objects.get()
    form = {
        "step": "Greeting",
        "text": "Name said?",
        "kind": "yes_no",
        "weight": "2",
        "failed_below": "3",
        "is_mandatory": "on",
    }
    client.post(reverse("quality:question_save", args=[card.pk]), form)
    client.post(reverse("quality:question_save", args=[card.pk]), form | {"text": "Smiled?", "weight": "1"})
    first, second = card.questions.all()
    client.post(reverse("quality:question_order", args=[card.pk]), {"question": [second.pk, first.pk]})
    client.post(reverse("quality:question_move", args=[second.pk]), {"down": ""})
    client.post(reverse("quality:question_save", args=[card.pk]), form | {"question": first.pk, "weight": "4"})
    page = client.get(reverse("quality:scorecard", args=[card.pk])).content.decode()
    client.post(reverse("quality:scorecard_use", args=[card.pk]))
    card.refresh_from_db()
    assert card.is_active
    assert list(card.questions.values_list("text", "weight")) == [("Name said?", 4), ("Smiled?", 1)]
    assert "What the reviewer sees" in page


def test_the_builder_refuses_what_no_question_is(world):
    client = Client()
    client.force_login(world.quinn)
    card = make_scorecard()
    for wrong in ({"weight": "101"}, {"kind": "essay"}, {"text": ""}, {"failed_below": "6"}, {"weight": "-1"}):
        form = {"step": "A", "text": "B", "kind": "scale", "weight": "1", "failed_below": "3"} | wrong
        assert client.post(reverse("quality:question_save", args=[card.pk]), form).status_code == 422
    assert card.questions.count() == 4
    assert client.get(reverse("quality:scorecard", args=[card.pk]), {"question": "9" * 30}).status_code == 200


def test_objections_are_listed_renamed_ordered_and_taken_out_of_use(world):
    from onegoal.apps.sales.models import Objection

    client = Client()
    client.force_login(world.ada)
    for name in ("too dear", "too far"):
        client.post(reverse("quality:objection_new"), {"name": name})
    dear, far = Objection.objects.order_by("position")
    client.post(reverse("quality:objection_save", args=[far.pk]), {"name": "too dear"})
    client.post(reverse("quality:objection_save", args=[far.pk]), {"name": "far from work"})
    client.post(reverse("quality:objection_move", args=[far.pk]), {"up": ""})
    client.post(reverse("quality:objection_move", args=[dear.pk]), {"use": "0"})
    assert list(Objection.objects.values_list("name", "is_active")) == [("far from work", True), ("too dear", False)]
