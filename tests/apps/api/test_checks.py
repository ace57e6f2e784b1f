"""Control of rejections, the regulation, feedback and reviews over the API."""

from __future__ import annotations

import datetime as dt
import json
from types import SimpleNamespace
from typing import Any

import pytest
from tests.apps.api.program import Api
from tests.apps.quality.rejections import to_check
from tests.world import NOW, World

from onegoal.apps.feedback.models import DepartmentQuestion
from onegoal.apps.quality.models import Check
from onegoal.apps.regulation import jobs
from onegoal.apps.regulation.models import Trial
from onegoal.apps.sales.models import Lead, Objection


@pytest.fixture
def check(world: World) -> Check:
    made: Check = to_check(world, world.nora)
    return made


def test_a_wrong_rejection_goes_back_to_work_and_the_seller_may_disagree(
    world: World, head: Api, nora: Api, quinn: Api, check: Check
) -> None:
    path, wrong = f"/checks/{check.pk}", {"verdict": "wrong", "finding": "She has the money.", "seconds": 90}
    assert [one["id"] for one in quinn.get("/checks?state=waiting")["items"]] == [check.pk]
    assert quinn.post(f"{path}/decision", wrong, 422)["code"] == "no_seller"
    found = quinn.post(f"{path}/decision", wrong | {"returned_to_id": world.nora.pk}, 200)
    assert (found["state"], found["returned_to_id"], found["working_seconds"]) == ("wrong", world.nora.pk, 90)
    lead = head.get(f"/leads/{check.decision.lead_id}")
    assert (lead["outcome"], bool(lead["returned_at"]), bool(lead["response_due_at"])) == ("open", True, True)
    outcomes = [one["outcome"] for one in head.get(f"/leads/{lead['id']}/decisions")["items"]]
    assert outcomes == ["rejected", "open"]
    assert nora.post(f"{path}/answer", {"accepts": False, "text": " "}, 422)["field"] == "text"
    assert nora.post(f"{path}/answer", {"accepts": False, "text": "No."}, 200)["state"] == "disputed"
    assert nora.post(f"{path}/answer", {"accepts": True}, 409)["code"] == "answered"
    assert head.post(f"{path}/ruling", {"verdict": "wrong", "ruling": "It stays."}, 200)["state"] == "upheld"
    assert head.post(f"{path}/ruling", {"verdict": "right", "ruling": "No."}, 409)["code"] == "not_disputed"


def test_the_second_analyst_is_told_what_the_first_decided(head: Api, quinn: Api, check: Check) -> None:
    quinn.post(f"/checks/{check.pk}/decision", {"verdict": "right"}, 200)
    said = head.post(f"/checks/{check.pk}/decision", {"verdict": "wrong", "finding": "x"}, 409)
    assert said["code"] == "decided"
    assert "Quinn decided this already" in said["message"]
    assert Check.objects.get().state == "right"


@pytest.mark.parametrize(
    ("more", "field"),
    [({"finding": " "}, "finding"), ({"call_id": 987_654}, "call_id"), ({"returned_to_id": 987_654}, "returned_to_id"),
     ({"clause": "9.9"}, "clause"), ({"call_second": 5}, "call_id"), ({"seconds": -1}, "body.seconds")],
)  # fmt: skip
def test_a_finding_that_cannot_be_meant_names_its_field(
    quinn: Api, check: Check, more: dict[str, Any], field: str
) -> None:
    body = {"verdict": "wrong", "finding": "She has the money."} | more
    said = quinn.post(f"/checks/{check.pk}/decision", body, 422)
    assert said["field"] in (field, field.removeprefix("body."))
    assert Check.objects.get().state == "waiting"


def test_nobody_checks_their_own_rejection(world: World, head: Api, check: Check) -> None:
    check.decision.author = world.hanna
    check.decision.save()
    assert head.post(f"/checks/{check.pk}/decision", {"verdict": "right"}, 422)["code"] == "own"


def test_a_seller_sees_only_findings_about_own_rejections(
    world: World, nora: Api, nick: Api, quinn: Api, check: Check
) -> None:
    assert nora.get("/checks")["items"] == []
    quinn.post(
        f"/checks/{check.pk}/decision", {"verdict": "wrong", "finding": "x", "returned_to_id": world.nora.pk}, 200
    )
    assert [one["id"] for one in nora.get("/checks")["items"]] == [check.pk]
    assert nick.get("/checks")["items"] == []
    assert nick("get", f"/checks/{check.pk}").status_code == 404


@pytest.mark.parametrize("query", ["state=open", "seller_id=x", "seller_id=-1", "list=all", "updated_since=2026-01-01"])
def test_a_filter_that_cannot_be_meant_is_refused(quinn: Api, query: str) -> None:
    assert quinn("get", f"/checks?{query}").status_code == 400


def test_a_filter_narrows_a_list(world: World, quinn: Api, check: Check) -> None:
    other = to_check(world, world.sam)
    assert [one["id"] for one in quinn.get(f"/checks?seller_id={world.sam.pk}")["items"]] == [other.pk]
    assert [one["id"] for one in quinn.get(f"/checks?lead_id={check.decision.lead_id}")["items"]] == [check.pk]


def test_the_regulation_is_read_with_its_clauses(nora: Api, signed: Any) -> None:
    assert [(one["number"], one["state"]) for one in nora.get("/regulations")["items"]] == [(1, "signed")]
    said = nora.get("/regulations/1")
    assert said["is_in_force"]
    assert [(one["number"], one["kind"]) for one in said["clauses"]] == [
        ("1.1", "criterion"), ("1.2", "criterion"), ("2.1", "reason"), ("2.2", "reason"), ("2.3", "reason"),
    ]  # fmt: skip
    assert said["clauses"][1]["demand"] == "Budget: at least 60,000"


def test_a_version_is_tried_on_past_leads(world: World, signed: Any, make_lead: Any) -> None:
    make_lead("L1", custom={"budget": 90_000})
    make_lead("L2", custom={"budget": 10_000})
    victor, days = Api(world.victor), {"from": "2026-01-01", "to": "2026-01-31"}
    said = victor.post("/regulations/1/what-if", days, 200)
    assert (said["leads"], said["is_done"], said["results"]["new"]) == (
        2,
        True,
        {"qualifies": 1, "unknown": 0, "fails": 1},
    )
    assert victor.get("/regulations/1/what-if?from=2026-01-01&to=2026-01-31") == said
    assert victor("get", "/regulations/1/what-if?from=2026-01-02&to=2026-01-31").status_code == 404
    assert victor.post("/regulations/1/what-if", {"from": "2026-02-01", "to": "2026-01-01"}, 422)["field"] == "to"


def test_a_long_trial_is_counted_by_a_job(
    world: World, signed: Any, make_lead: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_lead("L1", custom={"budget": 90_000})
    later: list[int] = []
    monkeypatch.setattr("onegoal.apps.api.regulations.AT_ONCE", 0)
    queue = SimpleNamespace(later=lambda *, trial_id: later.append(trial_id))
    monkeypatch.setattr("onegoal.apps.api.regulations.jobs", SimpleNamespace(run_trial_later=queue))
    head = Api(world.hanna)
    assert not head.post("/regulations/1/what-if", {"from": "2026-01-01", "to": "2026-01-31"}, 202)["is_done"]
    assert later == [Trial.objects.get().pk]
    jobs.run_trial_later.function(trial_id=later[0])
    assert head.get("/regulations/1/what-if?from=2026-01-01&to=2026-01-31")["results"]["new"]["qualifies"] == 1


def test_a_mark_that_is_said_again_stays(nora: Api, make_lead: Any) -> None:
    lead, dear = make_lead(), Objection.objects.create(name="Too dear")
    path = f"/leads/{lead.pk}/marks"
    first = nora.post(path, {"quality": "bad", "objection_id": dear.pk}, 201)
    assert (first["quality"], first["objection"]) == ("bad", "Too dear")
    assert nora.post(path, {"quality": "bad"}, 200)["id"] == first["id"]
    better = nora.post(path, {"quality": "good", "objection_id": None}, 201)
    assert (better["quality"], better["objection"]) == ("good", None)
    listed = [(one["quality"], one["is_current"]) for one in nora.get(path)["items"]]
    assert listed == [("bad", False), ("good", True)]


@pytest.mark.parametrize("body", [{}, {"quality": "great"}, {"objection_id": 987_654}, {"good": True}])
def test_a_mark_that_says_nothing_is_refused(nora: Api, make_lead: Any, body: Any) -> None:
    nora.post(f"/leads/{make_lead().pk}/marks", body, 422)


def test_a_question_is_answered_once(world: World, nora: Api, make_lead: Any) -> None:
    lead, mark, victor = make_lead(), Api(world.mark), Api(world.victor)
    due = (dt.datetime.now(dt.UTC) + dt.timedelta(hours=2)).isoformat()
    asked = mark.post("/questions", {"text": "Why too dear?", "due_at": due, "lead_id": lead.pk}, 201)
    assert (asked["side"], asked["lead_id"], asked["answered_at"]) == ("sales", lead.pk, None)
    assert [one["id"] for one in nora.get(f"/questions?lead_id={lead.pk}")["items"]] == [asked["id"]]
    assert Api(world.sam)("get", f"/questions/{asked['id']}").status_code == 404
    assert mark.post(f"/questions/{asked['id']}/answer", {"answer": "x"}, 403)["code"] == "not_asked"
    assert nora.post(f"/questions/{asked['id']}/answer", {"answer": "The price."}, 200)["answer"] == "The price."
    late = victor.post(f"/questions/{asked['id']}/answer", {"answer": "x"}, 409)
    assert late["message"] == "Nora answered it before you. Your answer was not kept."
    assert mark.get(f"/questions/{asked['id']}")["answered_by_id"] == world.nora.pk


@pytest.mark.parametrize(
    ("more", "field"),
    [({"due_at": "2026-01-01T00:00:00Z"}, "due_at"), ({"lead_id": 987_654}, "lead_id"), ({"lead_id": 1, "call_id": 1}, None),
     ({"addressee_id": 987_654}, "addressee_id")],
)  # fmt: skip
def test_a_question_that_cannot_be_put_is_refused(world: World, more: dict[str, Any], field: str | None) -> None:
    body = {"text": "Why?", "due_at": "2126-01-01T00:00:00Z"} | more
    assert Api(world.mark).post("/questions", body, 422)["field"] == field
    assert not DepartmentQuestion.objects.exists()


def test_a_question_is_put_only_to_somebody_of_the_side_asked(world: World) -> None:
    body = {"text": "Why?", "due_at": "2126-01-01T00:00:00Z", "addressee_id": world.mark.pk, "side": "sales"}
    assert Api(world.mark).post("/questions", body, 422)["code"] == "other_side"


def test_reviews_and_remarks_are_read(world: World, quinn: Api, nora: Api, nick: Api, check: Check) -> None:
    from onegoal.apps.quality.models import Answer, CallRemark, Question, Review, Scorecard
    from onegoal.apps.sales.models import Call

    lead = Lead.objects.get()
    call = Call.objects.create(source_id="C1", lead=lead, person=lead.person, seller=world.nora, started_at=NOW)
    card = Scorecard.objects.create(name="Script", created_at=NOW)
    question = Question.objects.create(scorecard=card, step="Need", text="Asked for the need?")
    made = Review.objects.create(
        call=call, seller=world.nora, reviewer=world.quinn, scorecard=card, started_at=NOW, finished_at=NOW, score_bp=10_000
    )  # fmt: skip
    Answer.objects.create(review=made, question=question, value=1)
    CallRemark.objects.create(call=call, author=world.quinn, second=7, text="Well asked.", created_at=NOW)
    [review] = nora.get(f"/reviews?call_id={call.pk}")["items"]
    assert (review["scorecard"], review["score_bp"], review["answers"][0]["step"]) == ("Script", 10_000, "Need")
    [remark] = nora.get("/call-remarks")["items"]
    assert (remark["second"], remark["text"]) == (7, "Well asked.")
    assert (nick.get("/reviews")["items"], nick.get("/call-remarks")["items"]) == ([], [])
    assert json.loads(quinn("get", "/reviews").content)["items"][0]["reviewer_id"] == world.quinn.pk
