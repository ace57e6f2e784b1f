"""A review: begun, saved answer by answer, finished in words, seen by whom it concerns and by nobody too early."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from tests.apps.quality.calls import judge, keep_sound, make_call, make_lead, make_scorecard
from tests.world import NOW

from onegoal.apps.quality.models import Answer, Review, ReviewDuty
from onegoal.apps.quality.queries.reviews import visible_remarks, visible_reviews
from onegoal.apps.quality.services.reviews import (
    ReviewRefused,
    acknowledge_review,
    answer_question,
    ask_for_reviews,
    drop_review,
    finish_review,
    save_remark,
    start_review,
)


@pytest.fixture
def call(world, settings, tmp_path):
    """A recorded call of Nora's, and a scorecard in use."""
    settings.RECORDINGS_DIRECTORY = tmp_path
    make_scorecard()
    return make_call(world.nora, lead=make_lead(world.nora), recording=keep_sound(tmp_path))


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def refused(action):
    with pytest.raises(ReviewRefused) as caught:
        action()
    return caught.value.code


def test_one_does_not_judge_ones_own_call(world, call):
    own = make_call(world.victor, recording=call.recording)
    assert refused(lambda: start_review(call=own, reviewer=world.victor, now=NOW)) == "own_call"
    answer = browser(world.victor).post(reverse("quality:review_start", args=[own.pk]), follow=True)
    assert "Nobody judges their own call" in answer.content.decode()
    assert not Review.objects.exists()


def test_a_call_without_a_recording_is_not_judged_and_it_is_said_what_to_do(world, call):
    silent = make_call(world.nora, 2, lead=call.lead)
    assert refused(lambda: start_review(call=silent, reviewer=world.quinn, now=NOW)) == "no_recording"
    page = browser(world.quinn).post(reverse("quality:review_start", args=[silent.pk]), follow=True).content.decode()
    assert "attach the recording of this call first" in page
    assert 'type="file"' in page


def test_a_call_whose_file_is_gone_is_not_judged(world, call):
    call.recording = "gone.wav"
    call.save()
    assert refused(lambda: start_review(call=call, reviewer=world.quinn, now=NOW)) == "no_recording"


def test_without_a_scorecard_in_use_no_review_begins(world, call):
    from onegoal.apps.quality.models import Scorecard

    Scorecard.objects.update(is_active=False)
    assert refused(lambda: start_review(call=call, reviewer=world.quinn, now=NOW)) == "no_scorecard"


def test_to_begin_again_is_to_go_on(world, call):
    first = start_review(call=call, reviewer=world.quinn, now=NOW)
    assert start_review(call=call, reviewer=world.quinn, now=NOW).pk == first.pk


def test_each_answer_is_saved_at_once_and_survives_a_reload(world, call):
    client = browser(world.quinn)
    client.post(reverse("quality:review_start", args=[call.pk]))
    review = Review.objects.get()
    greeting, needs = review.scorecard.questions.all()[:2]
    for question, value in ((greeting, "1"), (needs, "2"), (needs, "-")):
        url = reverse("quality:review_answer", args=[review.pk, question.pk])
        answer = client.post(url, {f"q{question.pk}": value}, headers={"HX-Request": "true"})
        assert answer.status_code == 200
    page = client.get(reverse("quality:review", args=[review.pk])).content.decode()
    assert f'name="q{greeting.pk}" value="1" checked' in page
    assert f'name="q{needs.pk}" value="-" checked' in page
    assert Answer.objects.filter(review=review).count() == 2


def test_an_answer_outside_its_question_is_refused_and_the_former_stays(world, call):
    review = start_review(call=call, reviewer=world.quinn, now=NOW)
    greeting, needs, _step, words = review.scorecard.questions.all()
    answer_question(review=review, question=greeting, value=1, now=NOW)
    assert refused(lambda: answer_question(review=review, question=greeting, value=2, now=NOW)) == "bad_answer"
    assert refused(lambda: answer_question(review=review, question=needs, value=6, now=NOW)) == "bad_answer"
    assert refused(lambda: answer_question(review=review, question=words, value=0, now=NOW)) == "bad_answer"
    assert (
        refused(lambda: answer_question(review=review, question=greeting, does_not_apply=True, now=NOW)) == "bad_answer"
    )
    foreign = make_scorecard("Other").questions.first()
    assert refused(lambda: answer_question(review=review, question=foreign, value=1, now=NOW)) == "bad_answer"
    assert Answer.objects.get().value == 1


def test_finishing_names_what_is_missing(world, call):
    client = browser(world.quinn)
    client.post(reverse("quality:review_start", args=[call.pk]))
    review = Review.objects.get()
    greeting = review.scorecard.questions.first()
    page = client.post(reverse("quality:review_finish", args=[review.pk]), {f"q{greeting.pk}": "1"}, follow=True)
    text = page.content.decode()
    assert "2 questions must still be answered" in text
    assert "Needs: Needs?" in text
    assert "Next step: Next step?" in text
    assert Answer.objects.get(question=greeting).value == 1
    review.refresh_from_db()
    assert review.finished_at is None


def test_a_finished_review_has_its_score_settles_the_duty_and_stays(world, call):
    ReviewDuty.objects.create(day=NOW.date(), seller=world.nora, reviewer=world.victor, call=call)
    review = judge(call, world.quinn, 1, 2, 0)
    assert review.score_bp == 4500  # (1·1 + 2·0.4 + 1·0) / 4
    assert set(Answer.objects.filter(is_failed=True).values_list("question__step", flat=True)) == {"Needs", "Next step"}
    assert ReviewDuty.objects.get().done_at == NOW
    question = review.scorecard.questions.first()
    assert refused(lambda: answer_question(review=review, question=question, value=0, now=NOW)) == "finished"
    assert refused(lambda: finish_review(review=review, now=NOW)) == "finished"
    assert refused(lambda: drop_review(review=review, now=NOW)) == "finished"


def test_what_does_not_apply_is_left_out_of_the_score(world, call):
    assert judge(call, world.quinn, 1, None, 1).score_bp == 10_000


def test_a_review_begun_by_mistake_is_taken_back(world, call):
    review = start_review(call=call, reviewer=world.quinn, now=NOW)
    answer_question(review=review, question=review.scorecard.questions.first(), value=1, now=NOW)
    browser(world.quinn).post(reverse("quality:review_drop", args=[review.pk]))
    assert not Review.objects.exists()


def test_nobody_answers_in_anothers_review(world, call):
    review = start_review(call=call, reviewer=world.quinn, now=NOW)
    question = review.scorecard.questions.first()
    url = reverse("quality:review_answer", args=[review.pk, question.pk])
    assert browser(world.victor).post(url, {f"q{question.pk}": "1"}).status_code == 404
    assert not Answer.objects.exists()


def test_the_seller_reads_a_review_when_it_is_finished_and_others_sellers_never(world, call):
    review = start_review(call=call, reviewer=world.quinn, now=NOW)
    page = reverse("quality:review", args=[review.pk])
    assert browser(world.nora).get(page).status_code == 404
    for question, value in zip(review.scorecard.questions.all(), (1, 5, 1), strict=False):
        answer_question(review=review, question=question, value=value, now=NOW)
    finish_review(review=review, now=NOW)
    assert browser(world.nora).get(page).status_code == 200
    assert browser(world.sam).get(page).status_code == 404
    assert browser(world.nick).get(page).status_code == 404
    assert "100" in browser(world.nora).get(reverse("quality:own_reviews")).content.decode()
    browser(world.nora).post(reverse("quality:review_read", args=[review.pk]))
    assert Review.objects.get().acknowledged_at is not None


def test_only_the_seller_acknowledges(world, call):
    review = judge(call, world.quinn, 1, 5, 1)
    assert refused(lambda: acknowledge_review(review=review, seller=world.nick, now=NOW)) == "not_yours"
    assert browser(world.nick).post(reverse("quality:review_read", args=[review.pk])).status_code == 404


def test_a_supervisor_judges_a_call_of_the_team_that_has_no_lead(world, call):
    bare = make_call(world.nick, 7, recording=call.recording)
    foreign = make_call(world.sam, 7, recording=call.recording)
    client = browser(world.victor)
    assert client.post(reverse("quality:review_start", args=[bare.pk])).status_code == 302
    assert client.post(reverse("quality:review_start", args=[foreign.pk])).status_code == 404
    assert Review.objects.get().call == bare


class TestSeveralReviewersOfOneCall:
    """Calibration: each judges alone."""

    @pytest.fixture
    def asked(self, world, call):
        """Quinn has judged; Hanna asked Victor to judge too, and is to judge herself."""
        judge(call, world.quinn, 0, 1, 0)
        save_remark(call=call, author=world.quinn, second=3, text="he hurries", now=NOW)
        ask_for_reviews(call=call, reviewers=[world.victor, world.hanna], author=world.quinn, now=NOW)
        return Review.objects.get(reviewer=world.victor)

    def test_nobody_sees_anothers_answers_before_finishing(self, world, call, asked):
        quinns = Review.objects.get(reviewer=world.quinn)
        client = browser(world.victor)
        assert client.get(reverse("quality:review", args=[quinns.pk])).status_code == 404
        page = client.get(reverse("quality:review", args=[asked.pk])).content.decode()
        assert "he hurries" not in page
        assert reverse("quality:review", args=[quinns.pk]) not in page
        assert quinns not in visible_reviews(world.victor)
        listing = client.get(reverse("quality:reviews_done")).content.decode()
        assert reverse("quality:review", args=[quinns.pk]) not in listing
        assert (
            reverse("quality:review", args=[quinns.pk])
            not in client.get(reverse("quality:call", args=[call.pk])).content.decode()
        )

    def test_after_finishing_everything_is_open(self, world, call, asked):
        judge(call, world.victor, 1, 4, 1)
        quinns = Review.objects.get(reviewer=world.quinn)
        assert browser(world.victor).get(reverse("quality:review", args=[quinns.pk])).status_code == 200
        assert visible_remarks(world.victor).filter(text="he hurries").exists()

    def test_who_has_finished_does_not_see_those_still_at_work(self, world, call, asked):
        answer_question(review=asked, question=asked.scorecard.questions.first(), value=1, now=NOW)
        assert asked not in visible_reviews(world.quinn)

    def test_a_reviewer_who_has_not_begun_sees_nothing_while_others_work(self, world, call, asked):
        from onegoal.apps.accounts.models import User

        late = User.objects.create(name="Late", email="late@casaverde.test", role="quality")
        assert not visible_reviews(late).exists()
        assert not visible_remarks(late).exists()

    def test_a_marketer_and_the_seller_read_what_is_finished(self, world, call, asked):
        assert [one.reviewer for one in visible_reviews(world.nora)] == [world.quinn]
        assert [one.reviewer for one in visible_reviews(world.mark)] == [world.quinn]

    def test_all_judge_by_the_same_scorecard_though_another_came_into_use(self, world, call):
        first = judge(call, world.quinn, 1, 1, 1)
        first.scorecard.is_active = False
        first.scorecard.save()
        make_scorecard("Newer")
        (asked,) = ask_for_reviews(call=call, reviewers=[world.victor], author=world.quinn, now=NOW)
        assert asked.scorecard == first.scorecard

    def test_the_seller_and_strangers_to_the_call_are_not_asked(self, world, call):
        own = make_call(world.victor, 5, recording=call.recording)
        assert (
            refused(lambda: ask_for_reviews(call=own, reviewers=[world.victor], author=world.quinn, now=NOW))
            == "own_call"
        )
        foreign = make_call(world.sam, 5, recording=call.recording)
        assert (
            refused(lambda: ask_for_reviews(call=foreign, reviewers=[world.victor], author=world.quinn, now=NOW))
            == "not_heard"
        )
        browser(world.quinn).post(reverse("quality:calibrate", args=[foreign.pk]), {"reviewers": [world.victor.pk]})
        assert not Review.objects.exists()
