"""Published figures stay what they were; what became different is told with its reason, to the cent."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.test import Client
from tests.apps.attribution.story import ALL, deal, forget, lead, payment, touch
from tests.world import NOW, World, spend_row
from typer.testing import CliRunner

from onegoal.apps.accounts.services_tokens import make_token
from onegoal.apps.attribution.jobs import restate_publications
from onegoal.apps.attribution.models import Comparison, FigureFrozen, Publication
from onegoal.apps.attribution.queries.as_of import AsOfUnknown, figures_as_of
from onegoal.apps.attribution.queries.asked import Asked
from onegoal.apps.attribution.queries.data import PARTS
from onegoal.apps.attribution.queries.publications import reproduce, visible_publications
from onegoal.apps.attribution.services import (
    freeze_publication,
    let_go_unused,
    publish_figures,
    restate,
    withdraw_publication,
)
from onegoal.apps.audit.models import AuditEntry
from onegoal.apps.audit.services import Author, acting, mark_stale, record_change, snapshot
from onegoal.apps.audit.undo import undo_batch
from onegoal.apps.facts.engine import lake
from onegoal.apps.facts.queries import scope_of
from onegoal.apps.facts.services import publish_now
from onegoal.apps.marketing.models import Origin
from onegoal.apps.marketing.services import take_in_spend
from onegoal.apps.people.models import Identifier, Person
from onegoal.apps.sales.models import Deal, Lead
from onegoal.config.cli import app

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(days=3650)
QUARTER = {"start": dt.date(2026, 1, 1), "end": dt.date(2026, 3, 31)}
MODELS = ("first", "last", "linear", "markov")


@pytest.fixture
def published(world: World) -> Publication:
    """The money of the first quarter: Ion by display and search, Ana by mail; 100.00 spent on search."""
    touch("Ion", "display", "2026-01-02")
    lead("Ion", "search", "2026-01-05", project="River Park")
    deal("Ion", "2026-01-10", 1_000_00)
    payment("Ion", "2026-01-15", 600_00)
    lead("Ana", "mail", "2026-01-06", project="River Park")
    deal("Ana", "2026-01-12", 500_00)
    payment("Ana", "2026-01-20", 500_00)
    take_in_spend(rows=[spend_row("s1", 100_00)], now=NOW)
    publish_now()
    return publish(conversion="money", **QUARTER)


def publish(scope: Any = ALL, **asked: Any) -> Publication:
    return publish_figures(asked=Asked(**asked), scope=scope, name="First quarter", now=NOW, models=MODELS)


def regroup(source: str, channel: str) -> None:
    """Put an origin into another channel, as a rule of the grouping would."""
    for origin in Origin.objects.filter(utm_source=source):
        before = snapshot(origin)
        origin.channel = channel
        origin.save()
        record_change(record=origin, before=before, now=NOW)


def merge(kept: str, gone: str) -> None:
    """Make two persons one: identifiers, leads and deals of the second become the first's."""
    keep, lose = (Person.objects.get(name=name) for name in (kept, gone))
    for model in (Identifier, Lead, Deal):
        for record in model._default_manager.filter(person=lose):
            record.person = keep
            record.save()
            mark_stale(entity=model._meta.model_name or "", ids=[record.pk])


def told(publication: Publication) -> dict[tuple[str, str], tuple[int, int, dict[str, list[int]]]]:
    """(was, now, parts) in minor units by (model, group), after the data was published and compared."""
    publish_now()
    found = restate(publication=publication, now=LATER)
    return {
        (row.model, row.group): (row.was_minor, row.now_minor, row.parts) for row in found.restatements.all()
    }  # fmt: skip


def test_figures_carry_the_version_they_were_computed_from(published: Publication) -> None:
    assert published.data_version in published.figures
    assert published.data_version == f"{lake().manifest().version}-Europe/Bucharest-EUR"


def test_a_publication_can_be_computed_again_whatever_happened_since(published: Publication) -> None:
    touch("Ana", "search", "2026-01-03")
    regroup("letter", "Letters")
    payment("Ion", "2026-02-02", -100_00, number=2)
    merge("Ion", "Ana")
    publish_now()
    forget()
    lake().sweep(now=LATER)
    assert reproduce(published) == published.figures.encode()
    assert figures_as_of("latest", asked=Asked(conversion="money", **QUARTER), models=MODELS) != reproduce(published)


def test_nothing_is_told_while_nothing_changed(published: Publication) -> None:
    assert told(published) == {}
    assert not Comparison.objects.get().is_different
    touch("Eva", "search", "2026-06-01")
    assert told(published) == {}
    assert Comparison.objects.count() == 1


def test_a_refund_is_told_as_a_change_of_conversions(published: Publication) -> None:
    payment("Ion", "2026-02-02", -100_00, number=2)
    changed = told(published)
    assert changed["first", "display"] == (600_00, 500_00, {"conversions": [0, -100_00]})
    assert changed["linear", "paid_search"] == (300_00, 250_00, {"conversions": [0, -50_00]})


def test_a_late_touch_is_told_as_such(published: Publication) -> None:
    touch("Ana", "display", "2026-01-03")
    changed = told(published)
    assert changed["first", "email"] == (500_00, 0, {"touches": [-1_000_000_000, -500_00]})
    assert changed["first", "display"] == (600_00, 1_100_00, {"touches": [1_000_000_000, 500_00]})
    assert ("last", "email") not in changed


def test_a_changed_grouping_is_told_as_such(published: Publication) -> None:
    regroup("letter", "Letters")
    changed = told(published)
    assert changed["last", "email"] == (500_00, 0, {"grouping": [-1_000_000_000, -500_00]})
    assert changed["last", "Letters"] == (0, 500_00, {"grouping": [1_000_000_000, 500_00]})


def test_a_merge_of_persons_is_told_as_such_though_it_moves_leads_and_deals(published: Publication) -> None:
    # Ana's lead now follows Ion's deal, whose journey it therefore cannot be a part of; Ion's lead precedes it.
    touch("Oana", "display", "2026-01-11")
    lead("Oana", "phone", "2026-01-11")
    publish_now()
    other = publish(conversion="money", **QUARTER)
    merge("Ana", "Oana")
    changed = told(other)
    assert changed
    assert {why for _, _, parts in changed.values() for why in parts} == {"persons"}
    assert changed["last", "email"][:2] == (500_00, 0)


def test_spend_that_was_corrected_is_told_beside_the_models(published: Publication) -> None:
    take_in_spend(rows=[spend_row("s1", 130_00)], now=NOW)
    assert told(published) == {("", "paid_search"): (100_00, 130_00, {"spend": [0, 30_00]})}


def test_parts_add_up_to_the_whole_when_everything_changed(published: Publication) -> None:
    touch("Ana", "search", "2026-01-03")
    regroup("letter", "Letters")
    payment("Ion", "2026-02-02", -100_00, number=2)
    merge("Ion", "Ana")
    take_in_spend(rows=[spend_row("s1", 130_00)], now=NOW)
    publish_now()
    rows = list(restate(publication=published, now=LATER).restatements.all())
    assert {why for row in rows for why in row.parts} == set(PARTS)
    for row in rows:
        sums = [sum(part[place] for part in row.parts.values()) for place in (0, 1)]
        assert sums == [row.now_billionths - row.was_billionths, row.now_minor - row.was_minor]


def test_a_later_finding_stands_beside_the_earlier_one(published: Publication) -> None:
    payment("Ion", "2026-02-02", -100_00, number=2)
    told(published)
    payment("Ion", "2026-02-03", -50_00, number=3)
    assert told(published)["first", "display"][:2] == (600_00, 450_00)
    assert Comparison.objects.count() == 2


def test_the_job_compares_every_publication(published: Publication) -> None:
    payment("Ion", "2026-02-02", -100_00, number=2)
    publish_now()
    restate_publications()
    assert published.comparisons.get().is_different


def test_a_frozen_figure_can_be_neither_changed_nor_deleted(published: Publication) -> None:
    freeze_publication(publication=published, now=NOW)
    published.name = "Something else"
    with pytest.raises(FigureFrozen):
        published.save()
    with pytest.raises(FigureFrozen):
        published.delete()
    with pytest.raises(FigureFrozen):
        Publication.objects.update(figures="")
    with pytest.raises(FigureFrozen):
        Publication.objects.all().delete()
    with pytest.raises(FigureFrozen):
        withdraw_publication(publication=published, now=NOW)
    assert Publication.objects.get().name == "First quarter"


def test_taking_back_a_batch_leaves_frozen_figures(world: World) -> None:
    with acting(Author(None, "web", "b1")):
        kept = publish()
        freeze_publication(publication=kept, now=NOW)
    result = undo_batch(batch="b1", now=NOW)
    assert {conflict.reason for conflict in result.kept} == {"locked"}
    assert Publication.objects.get().is_frozen


def test_publishing_and_freezing_stand_in_the_trail(published: Publication) -> None:
    freeze_publication(publication=published, now=NOW)
    freeze_publication(publication=published, now=NOW)
    actions = AuditEntry.objects.filter(entity="publication").order_by("id").values_list("action", flat=True)
    assert list(actions) == ["create", "update"]


def test_a_version_is_let_go_when_the_last_figure_of_it_is_withdrawn(published: Publication) -> None:
    assert let_go_unused(now=LATER) == 0
    withdraw_publication(publication=published, now=NOW)
    assert let_go_unused(now=LATER) == 1
    assert lake().pinned_versions() == []


def test_a_version_kept_just_now_is_not_let_go(published: Publication) -> None:
    withdraw_publication(publication=published, now=NOW)
    assert let_go_unused(now=dt.datetime.now(dt.UTC)) == 0


def test_figures_are_found_by_number_version_and_day(published: Publication) -> None:
    payment("Ion", "2026-02-02", -100_00, number=2)
    publish_now()
    expected = published.figures.encode()
    for as_of in (str(published.pk), published.data_version, "2026-03-02", "2026-12-31"):
        assert figures_as_of(as_of) == expected
    for as_of in ("2026-03-01", "99999", "9" * 30, "never"):
        with pytest.raises(AsOfUnknown):
            figures_as_of(as_of)


def test_another_question_can_be_asked_of_a_kept_version(published: Publication) -> None:
    asked = Asked(conversion="deal", **QUARTER)
    then = figures_as_of("latest", asked=asked, models=("last",))
    deal("Ion", "2026-01-10", 2_000_00)
    publish_now()
    forget()
    assert figures_as_of(str(published.pk), asked=asked, models=("last",)) == then
    assert figures_as_of("latest", asked=asked, models=("last",)) != then


def test_who_sees_a_part_sees_only_figures_of_that_part(published: Publication, world: World) -> None:
    own = publish(scope_of(world.nora))
    assert list(visible_publications(world.nora)) == [own]
    assert set(visible_publications(world.hanna)) == {own, published}
    world.mark.projects.add(world.old_mill)
    mill = publish(scope_of(world.mark))
    assert list(visible_publications(world.mark)) == [mill]


def _get(user: Any, path: str) -> Any:
    scopes = ("read:figures",)
    _token, secret = make_token(user=user, name="t", scopes=scopes, expires_at=None, now=dt.datetime.now(dt.UTC))
    answer = Client().get(f"/api/v1/attribution/{path}", headers={"Authorization": f"Bearer {secret}"})
    return answer.status_code, answer.json()


def test_the_api_tells_figures_paths_publications_and_restatements(published: Publication, world: World) -> None:
    payment("Ion", "2026-02-02", -100_00, number=2)
    told(published)
    status, figures = _get(world.hanna, "figures?conversion=lead&window_days=30&model=last")
    assert (status, figures["models"]["last"]["conversions"]) == (
        200,
        {"display": 0.0, "email": 1.0, "paid_search": 1.0},
    )
    assert figures["spend"]["by_group"] == {"paid_search": 100_00}
    assert _get(world.quinn, "figures")[1]["spend"] is None
    assert _get(world.hanna, "paths?conversion=lead")[1]["rows"][0] == {
        "path": ["display", "paid_search"], "conversions": 1, "value": None, "mean_days": 3.0,
    }  # fmt: skip
    assert _get(world.hanna, "publications")[1]["items"][0]["digest"] == published.digest
    row = _get(world.hanna, f"publications/{published.pk}/restatements")[1]["items"][0]
    assert (row["was_minor"] - row["now_minor"], row["parts"]) == (100_00, {"conversions": [0, -100_00]})
    assert _get(world.nora, f"publications/{published.pk}")[0] == 404


@pytest.mark.parametrize(
    ("query", "status"),
    [("window_days=0", 422), ("window_days=x", 400), ("conversion=click", 422), ("model=best", 404), ("steps=maybe", 400),
     ("from=2026-13-01", 400), ("colour=red", 400)],
)  # fmt: skip
def test_the_api_refuses_what_cannot_be_asked(query: str, status: int, world: World) -> None:
    assert _get(world.hanna, f"figures?{query}")[0] == status


def test_the_command_line_prints_the_published_bytes(published: Publication) -> None:
    payment("Ion", "2026-02-02", -100_00, number=2)
    publish_now()
    run = CliRunner().invoke
    answer = run(app, ["attribution", "--as-of", str(published.pk)])
    assert (answer.exit_code, answer.stdout_bytes) == (0, published.figures.encode())
    narrower = json.loads(
        run(app, ["attribution", "--as-of", str(published.pk), "--window", "1d", "--model", "last"]).stdout
    )
    assert (list(narrower["models"]), narrower["asked"]["window_days"]) == (["last"], 1)
    assert narrower["data_version"] == published.data_version
    latest = json.loads(run(app, ["attribution", "--as-of", "latest", "--by", "campaign"]).stdout)
    assert (latest["asked"]["dimension"], latest["conversions"]) == ("campaign", 2)


@pytest.mark.parametrize("options", ["never", "latest --by colour", "latest --window 90m", "latest --model best"])
def test_the_command_line_refuses_what_it_does_not_know(options: str, world: World) -> None:
    answer = CliRunner().invoke(app, ["attribution", "--as-of", *options.split()])
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert answer.stderr.count("\n") == 1
