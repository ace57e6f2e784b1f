"""What a version would have said before it is signed, and who is never to be contacted."""

from __future__ import annotations

import csv
import io
import re
from hashlib import sha256
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.apps.regulation.conftest import NOW, clause
from tests.world import World, at, person_ref

from onegoal.apps.audit.models import AuditEntry
from onegoal.apps.regulation.facts import facts_of
from onegoal.apps.regulation.models import Suppression, Trial
from onegoal.apps.regulation.queries import judge_of, verdict_of
from onegoal.apps.regulation.services import create_draft, decide_lead, save_clause
from onegoal.apps.regulation.views import what_if
from onegoal.apps.sales.models import Call, Lead
from onegoal.core.customer_match import hashed_email, hashed_phone_for_google, hashed_phone_for_meta

JANUARY = "?from=2026-01-01&to=2026-01-31"


@pytest.fixture
def stricter(world: World, signed: Any, make_lead: Any) -> Any:
    """A draft that asks for 70,000; six leads of January with budgets from 45,000 to 95,000 and one without."""
    for place, money in enumerate((45_000, 55_000, 65_000, 75_000, 85_000, 95_000)):
        make_lead(f"m{place}", custom={"budget": money})
    make_lead("unknown")
    make_lead("later", custom={"budget": 95_000}, created_at=at("2026-02-03"))
    draft = create_draft(title="Stricter", author=world.mark, now=NOW, like=signed)
    one = clause(draft, "1.2")
    one.value = 70_000
    save_clause(clause=one, now=NOW)
    return draft


def test_a_trial_counts_both_versions_and_names_the_leads_that_change(
    client: Client, world: World, stricter: Any
) -> None:
    client.force_login(world.mark)
    page = client.post(reverse("regulation:what_if_start", args=[stricter.pk]) + JANUARY, follow=True).content.decode()
    trial = Trial.objects.get()
    assert trial.results == {
        "new": {"qualifies": 3, "unknown": 1, "fails": 3}, "old": {"qualifies": 4, "unknown": 1, "fails": 2},
        "changed": 1,
    }  # fmt: skip
    assert trial.changes == [[Lead.objects.get(source_id="m2").pk, 1, -1]]
    assert trial.clauses["1.2"] == {"holds": 3, "unknown": 1, "fails": 3}
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))
    assert "Of 7 leads this version would qualify 3, version 1 in force qualifies 4." in words
    assert "1 lead changes." in words and "Ion m2" in page and "Ion m3" not in page


def test_a_trial_is_of_the_leads_its_asker_sees(client: Client, world: World, stricter: Any) -> None:
    Lead.objects.filter(source_id="m5").update(seller=world.sam, team=world.south)
    client.force_login(world.victor)
    client.post(reverse("regulation:what_if_start", args=[stricter.pk]) + JANUARY)
    assert Trial.objects.get().leads == 6


def test_a_long_trial_is_a_job_that_shows_how_far_it_is(
    client: Client, world: World, stricter: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(what_if, "AT_ONCE", 3)
    monkeypatch.setattr(
        type(what_if.jobs.run_trial_later), "later", lambda _job, **said: asked.append(said["trial_id"])
    )
    client.force_login(world.mark)
    htmx = {"HX-Request": "true", "HX-Target": "trial"}
    started = client.post(reverse("regulation:what_if_start", args=[stricter.pk]) + JANUARY, headers=htmx)
    assert "Judging the leads" in started.content.decode() and asked == [Trial.objects.get().pk]
    what_if.jobs.run_trial_later(trial_id=asked[0])
    over = client.get(reverse("regulation:what_if_progress", args=[stricter.pk]) + JANUARY, headers=htmx)
    assert over["HX-Redirect"].startswith(reverse("regulation:what_if", args=[stricter.pk]))


def test_a_trial_that_breaks_off_says_so(
    client: Client, world: World, stricter: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from onegoal.apps.regulation import jobs
    from onegoal.apps.regulation.services import begin_trial
    from onegoal.core.periods import Period

    monkeypatch.setattr(jobs, "run_trial", lambda **_: 1 / 0)
    days = Period(at("2026-01-01").date(), at("2026-01-31").date())
    trial = begin_trial(regulation=stricter, asker=world.mark, period=days, now=NOW)
    jobs.run_trial_later(trial_id=trial.pk)
    client.force_login(world.mark)
    assert "broke off" in client.get(reverse("regulation:what_if", args=[stricter.pk]) + JANUARY).content.decode()


def test_an_edit_makes_a_trial_out_of_date(client: Client, world: World, stricter: Any) -> None:
    client.force_login(world.mark)
    client.post(reverse("regulation:what_if_start", args=[stricter.pk]) + JANUARY)
    one = clause(stricter, "1.2")
    one.value = 50_000
    save_clause(clause=one, now=NOW)
    page = client.get(reverse("regulation:what_if", args=[stricter.pk]) + JANUARY).content.decode()
    assert "would qualify" not in page and "Count" in page


def test_every_field_is_read_alike_for_one_lead_and_for_many(world: World, signed: Any, make_lead: Any) -> None:
    from onegoal.apps.regulation.fields import asked_fields

    first = make_lead("a", person=person_ref("Ana", phone="+40722000001", email="ana@x.ro"), project="River Park")
    again = make_lead("b", person=person_ref("Ana", phone="+40722000001"), created_at=at("2026-01-10"))
    third = make_lead("c", person=person_ref("Zoe", email="zoe@x.ro"), custom={"budget": "60000"}, region="Cluj")
    Call.objects.create(person=first.person, started_at=at("2026-01-06"), is_answered=True, talk_seconds=40)
    Call.objects.create(person=first.person, lead=again, started_at=at("2026-01-11"), is_answered=True, talk_seconds=60)
    keys = list(asked_fields())
    many = facts_of(Lead.objects.order_by("pk"), keys)
    assert many.ids == [first.pk, again.pk, third.pk]
    for place, pk in enumerate(many.ids):
        assert facts_of(Lead.objects.filter(pk=pk), keys).of(0) == many.of(place)
    facts = {name: many.of(place) for place, name in enumerate("abc")}
    assert facts["a"]["project"] == str(world.river_park.pk)
    assert [facts[name]["is_returning"] for name in "abc"] == [False, True, False]
    assert [(facts[name]["calls_answered"], facts[name]["talked_seconds"]) for name in "abc"] == [
        (1, 40),
        (1, 60),
        (0, 0),
    ]
    assert [(facts[name]["has_phone"], facts[name]["has_email"]) for name in "abc"] == [
        (True, True), (True, True), (False, True),
    ]  # fmt: skip
    judge = judge_of(signed)
    assert [judge.judge(facts[name]).result for name in "abc"] == [
        verdict_of(lead).result for lead in (first, again, third)
    ]


def test_facts_of_many_leads_take_few_queries(
    world: World, make_lead: Any, budget: Any, django_assert_max_num_queries: Any
) -> None:
    from onegoal.apps.regulation.fields import asked_fields

    for place in range(12):
        make_lead(f"q{place}")
    with django_assert_max_num_queries(10):
        facts_of(Lead.objects.all(), asked_fields())


@pytest.fixture
def suppressed(world: World, signed: Any, make_lead: Any) -> Any:
    """One person who is never to be contacted."""
    lead = make_lead("spam", person=person_ref("Zed", phone="+40722000009", email="zed@example.com"))
    decide_lead(lead=lead, outcome="rejected", author=world.nora, now=timezone.now(), clause=clause(signed, "2.2"))
    return Suppression.objects.get()


def rows(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_hashes_are_those_the_platforms_publish() -> None:
    """The test vector of Meta's documentation of the Conversions API: john_smith@gmail.com; spelling as both demand."""
    published = "62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f"
    assert hashed_email(" John_Smith@gmail.com ") == published
    assert hashed_phone_for_google("+40 722 000 009") == sha256(b"+40722000009").hexdigest()
    assert hashed_phone_for_meta("+40 722 000 009") == sha256(b"40722000009").hexdigest()


def test_exports_are_plain_or_hashed_and_stand_in_the_trail(client: Client, world: World, suppressed: Any) -> None:
    client.force_login(world.mark)
    plain = rows(client.post(reverse("regulation:suppressed_export", args=["plain"])))
    assert plain[1][:3] == ["Zed", "zed@example.com", "'+40722000009"] or plain[1][2].endswith("+40722000009")
    google = client.post(reverse("regulation:suppressed_export", args=["google"]))
    assert rows(google)[1] == [sha256(b"zed@example.com").hexdigest(), sha256(b"+40722000009").hexdigest()]
    meta = rows(client.post(reverse("regulation:suppressed_export", args=["meta"])))
    assert meta[1] == [sha256(b"zed@example.com").hexdigest(), sha256(b"40722000009").hexdigest()]
    assert "zed" not in google.content.decode()
    noted = AuditEntry.objects.filter(entity="suppression_export").order_by("pk")
    assert [(entry.actor, entry.after["export"], entry.after["rows"]) for entry in noted] == [
        (world.mark, "plain", 1), (world.mark, "google", 1), (world.mark, "meta", 1),
    ]  # fmt: skip
    assert client.post(reverse("regulation:suppressed_export", args=["exe"])).status_code == 404


def test_a_person_is_taken_off_the_list_with_an_undo(client: Client, world: World, suppressed: Any) -> None:
    client.force_login(world.mark)
    assert "Zed" in client.get(reverse("regulation:suppressed")).content.decode()
    client.post(reverse("regulation:lift", args=[suppressed.pk]))
    suppressed.refresh_from_db()
    assert suppressed.lifted_at is not None
    client.post(reverse("regulation:suppress_again", args=[suppressed.pk]))
    suppressed.refresh_from_db()
    assert suppressed.lifted_at is None
