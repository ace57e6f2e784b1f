"""The page of the score and its panel say whether it is on, why, and what a lead's chance rests on."""

from __future__ import annotations

from django.test import Client, RequestFactory
from django.urls import reverse
from tests.apps.scoring.test_training import by_creative, make_leads, trained
from tests.world import NOW, World

from onegoal.apps.sales.models import Lead, Outcome
from onegoal.apps.scoring import services
from onegoal.apps.scoring.models import KnownAtArrival, Training
from onegoal.apps.scoring.panel import PANEL
from onegoal.apps.shell.panels import render


def test_before_any_training_the_page_says_what_it_waits_for(world: World, client: Client) -> None:
    client.force_login(world.mark)
    page = client.get(reverse("scoring:score")).content.decode()
    assert "has not been trained yet" in page and "300 decided leads" in page
    assert "Train now" not in page


def test_the_page_says_why_the_score_is_on_and_exports_its_lift(world: World, client: Client) -> None:
    make_leads(good=by_creative)
    trained()
    client.force_login(world.hanna)
    page = client.get(reverse("scoring:score")).content.decode()
    assert "The score is on" in page and "plan-3d" in page and "Train now" in page
    sheet = b"".join(client.get(reverse("scoring:score"), {"lift_export": "csv"}).streaming_content).decode()
    assert len(sheet.strip().splitlines()) == 11


def test_the_page_says_why_the_score_is_off(world: World, client: Client) -> None:
    make_leads(good=lambda _creative: 0.4)
    trained()
    client.force_login(world.ada)
    page = client.get(reverse("scoring:score")).content.decode()
    assert "no better than giving everybody the average" in page


def test_a_button_asks_for_a_training_and_progress_is_shown(world: World, client: Client) -> None:
    client.force_login(world.hanna)
    client.post(reverse("scoring:train"), {"target": "won"})
    training = Training.objects.get()
    assert training.target == "won" and training.author == world.hanna
    assert "hx-get" in client.get(reverse("scoring:progress")).content.decode()
    services.give_up(training=training, now=NOW)
    assert client.get(reverse("scoring:progress")).headers["HX-Refresh"] == "true"


def test_a_field_is_declared_and_withdrawn_on_the_page(world: World, client: Client) -> None:
    client.force_login(world.hanna)
    client.post(reverse("scoring:declare"), {"field": "no such field"})
    assert not KnownAtArrival.objects.exists()
    client.post(reverse("scoring:declare"), {"field": "region"})
    known = KnownAtArrival.objects.get()
    assert "known at arrival, says Hanna" in client.get(reverse("scoring:score")).content.decode()
    client.post(reverse("scoring:withdraw", args=[known.pk]))
    assert not KnownAtArrival.objects.exists()


def test_the_panel_gives_the_chance_and_its_reasons(world: World) -> None:
    leads = make_leads(good=by_creative)
    lead = next(lead for lead in reversed(leads) if lead.origin.creative == "plan-3d")
    Lead.objects.filter(pk=lead.pk).update(outcome=Outcome.OPEN, qualified_at=None)
    request = RequestFactory().get("/")
    request.user = world.nora
    assert render(PANEL, request, lead) == ""
    trained()
    services.score_waiting(now=NOW)
    shown = render(PANEL, request, lead)
    assert "came by the creative plan-3d" in shown and "points" in shown
