"""Scenarios of a plan: copied, compared, proposed, let pass by name, signed by two people, in force."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from tests.world import NOW, World

from onegoal.apps.planning.models import PlanVersion, VersionState
from onegoal.apps.planning.queries.compare import changes_between, side_by_side
from onegoal.apps.planning.queries.in_force import planned_figures
from onegoal.apps.planning.queries.versions import cells_of
from onegoal.apps.planning.services import overrides, signing
from onegoal.apps.planning.services.cells import set_cells
from onegoal.apps.planning.services.plans import PlanRefused, add_version, restore_version, withdraw_version
from onegoal.apps.planning.services.signing import SigningRefused, propose_version, sign_version, take_back_version
from onegoal.apps.planning.waiting import plans_to_sign
from onegoal.core.joint_plan.figures import RED, Check
from onegoal.core.plan_grid import Place

JANUARY, FEBRUARY = dt.date(2026, 1, 1), dt.date(2026, 2, 1)
SHORT = Check("leads_short", RED, planned=500, missing=6_600)


@pytest.fixture
def filled(plan_version: PlanVersion) -> PlanVersion:
    values = {Place(JANUARY, "deals_won"): 500, Place(JANUARY, "leads"): 100, Place(FEBRUARY, "leads"): 40}
    set_cells(version=plan_version, values=values, now=NOW)
    return PlanVersion.objects.get(pk=plan_version.pk)


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What the checks say, set by the test: the checks themselves are tried on a company with a history."""

    def say(*red: Check) -> None:
        told = lambda *_about: SimpleNamespace(red=red)  # noqa: E731
        monkeypatch.setattr(signing, "checks_of", told)
        monkeypatch.setattr(overrides, "checks_of", told)

    say()
    return say


def refusal_of(call: Any, **said: Any) -> str:
    with pytest.raises((SigningRefused, PlanRefused)) as refused:
        call(**said, now=NOW)
    return str(refused.value.code)  # type: ignore[attr-defined]


def test_two_people_of_both_departments_put_a_plan_in_force(filled: PlanVersion, world: World, checked: Any) -> None:
    assert refusal_of(sign_version, version=filled, side="sales", user=world.victor) == "not_proposed"
    proposed = propose_version(version=filled, author=world.mark, now=NOW)
    assert proposed.state == VersionState.PROPOSED and planned_figures(JANUARY, JANUARY) == {}
    assert refusal_of(sign_version, version=filled, side="sales", user=world.mark) == "no_right"
    sign_version(version=filled, side="marketing", user=world.hanna, now=NOW)
    assert refusal_of(sign_version, version=filled, side="marketing", user=world.mark) == "signed_already"
    assert refusal_of(sign_version, version=filled, side="sales", user=world.hanna) == "same_person"
    assert planned_figures(JANUARY, JANUARY) == {}
    signed = sign_version(version=filled, side="sales", user=world.victor, now=NOW)
    assert signed.state == VersionState.IN_FORCE and planned_figures(JANUARY, JANUARY)["deals_won"] == 500
    assert refusal_of(propose_version, version=filled, author=world.mark) == "not_a_draft"
    assert refusal_of(take_back_version, version=filled) == "not_proposed"


def test_a_new_version_replaces_the_former_only_when_both_have_signed(
    filled: PlanVersion, world: World, checked: Any
) -> None:
    def sign_both(version: PlanVersion) -> None:
        propose_version(version=version, author=world.mark, now=NOW)
        sign_version(version=version, side="marketing", user=world.mark, now=NOW)
        sign_version(version=version, side="sales", user=world.victor, now=NOW)

    sign_both(filled)
    second = add_version(plan=filled.plan, author=world.mark, now=NOW, like=filled, name="Fewer")
    set_cells(version=second, values={Place(JANUARY, "deals_won"): 9}, now=NOW)
    propose_version(version=second, author=world.mark, now=NOW)
    assert planned_figures(JANUARY, JANUARY)["deals_won"] == 500
    take_back_version(version=second, now=NOW)
    sign_both(second)
    filled.refresh_from_db()
    assert filled.state == VersionState.REPLACED and filled.replaced_at == NOW
    assert planned_figures(JANUARY, JANUARY)["deals_won"] == 9


def test_a_red_plan_is_refused_or_let_pass_by_name_with_a_reason(
    filled: PlanVersion, world: World, checked: Any
) -> None:
    checked(SHORT)
    with pytest.raises(SigningRefused) as refused:
        propose_version(version=filled, author=world.hanna, now=NOW)
    assert refused.value.code == "red" and refused.value.checks == (SHORT,)
    assert refusal_of(propose_version, version=filled, author=world.mark, reason="Because") == "no_right"
    filled.refresh_from_db()
    assert filled.state == VersionState.DRAFT and not filled.overrides.exists()
    propose_version(version=filled, author=world.victor, now=NOW, reason=" The board wants it. ")
    kept = filled.overrides.get()
    assert (kept.author, kept.reason, kept.checks[0]["missing"]) == (world.victor, "The board wants it.", 6_600)


def test_taken_back_a_plan_is_a_draft_without_signatures(filled: PlanVersion, world: World, checked: Any) -> None:
    propose_version(version=filled, author=world.mark, now=NOW)
    sign_version(version=filled, side="marketing", user=world.mark, now=NOW)
    with pytest.raises(PlanRefused):
        set_cells(version=filled, values={Place(JANUARY, "leads"): 1}, now=NOW)
    assert take_back_version(version=filled, now=NOW).state == VersionState.DRAFT
    assert not filled.signatures.exists()
    set_cells(version=filled, values={Place(JANUARY, "leads"): 1}, now=NOW)


def test_an_empty_plan_is_not_proposed(plan_version: PlanVersion, world: World, checked: Any) -> None:
    assert refusal_of(propose_version, version=plan_version, author=world.hanna) == "empty"


def test_a_draft_is_put_aside_and_taken_up_again(filled: PlanVersion) -> None:
    assert withdraw_version(version=filled, now=NOW).state == VersionState.WITHDRAWN
    assert refusal_of(withdraw_version, version=filled) == "not_a_draft"
    assert restore_version(version=filled, now=NOW).state == VersionState.DRAFT
    assert refusal_of(restore_version, version=filled) == "not_withdrawn"


def test_a_copy_has_the_same_figures_and_changes_alone(filled: PlanVersion, world: World) -> None:
    other = add_version(plan=filled.plan, author=world.mark, now=NOW, like=filled, name="Bold")
    assert cells_of(other) == cells_of(filled) and other.number == 2 and other.copied_from == filled
    set_cells(version=other, values={Place(JANUARY, "leads"): 9_000, Place(FEBRUARY, "leads"): None}, now=NOW)
    assert cells_of(filled)[Place(JANUARY, "leads")] == 100
    changes = {(one.month, one.metric): (one.before, one.after) for one in changes_between(filled, other)}
    assert changes == {(JANUARY, "leads"): (100, 9_000), (FEBRUARY, "leads"): (40, None)}
    wholes = {row.metric: row.values for row in side_by_side([filled, other]) if row.month is None}
    assert wholes == {"deals_won": (500, 500), "leads": (140, 9_000)}


def test_who_may_sign_the_open_department_is_told(filled: PlanVersion, world: World, checked: Any) -> None:
    propose_version(version=filled, author=world.mark, now=NOW)
    assert all(plans_to_sign(user) for user in (world.hanna, world.mark, world.victor))
    assert plans_to_sign(world.nora) is None
    sign_version(version=filled, side="marketing", user=world.mark, now=NOW)
    told = [bool(plans_to_sign(user)) for user in (world.hanna, world.mark, world.victor)]
    assert told == [True, False, True]


def test_the_pages_of_signing_say_what_is_missing(
    filled: PlanVersion, world: World, client: Client, monkeypatch: pytest.MonkeyPatch, checked: Any
) -> None:
    checked(SHORT)
    monkeypatch.setattr(
        "onegoal.apps.planning.views.signing.checks_of", lambda *_about: SimpleNamespace(red=(SHORT,))
    )  # fmt: skip
    client.force_login(world.mark)
    address = f"/plan/versions/{filled.pk}/"
    page = client.get(address + "propose/").content.decode()
    assert "6,600 leads are missing" in page and "These colleagues can" in page and "Hanna" in page
    assert client.post(address + "propose/").status_code == 422
    client.force_login(world.hanna)
    assert client.post(address + "propose/", {"reason": "Announced"}).status_code == 302
    assert client.post(address + "sign/", {"side": "sales"}).status_code == 302
    assert client.post(address + "sign/", {"side": "nobody"}).status_code == 400
    shown = client.get(address).content.decode()
    assert "Announced" in shown and "Take it back" in shown and "data-may-edit" not in shown
    client.force_login(world.mark)
    client.post(address + "sign/", {"side": "marketing"})
    filled.refresh_from_db()
    assert filled.state == VersionState.IN_FORCE


def test_scenarios_stand_side_by_side_and_are_made_renamed_and_listed(
    filled: PlanVersion, world: World, client: Client
) -> None:
    client.force_login(world.mark)
    answer = client.post(f"/plan/versions/{filled.pk}/copy/", {"name": "Bold"})
    other = PlanVersion.objects.get(number=2)
    assert answer.headers["Location"] == f"/plan/versions/{other.pk}/"
    client.post(f"/plan/versions/{other.pk}/rename/", {"name": "=Bolder"})
    set_cells(version=other, values={Place(JANUARY, "leads"): 300}, now=NOW)
    address = f"/plan/compare/?version={filled.pk}&version={other.pk}"
    page = client.get(address).content.decode()
    assert "=Bolder" in page and page.count("+200") == 1  # the whole; the month stands below what changed
    assert client.get(address + "&months=1").content.decode().count("+200") == 2
    assert client.get(f"/plan/compare/?version={filled.pk}").status_code == 302
    assert "=Bolder" in client.get(f"/plan/{filled.plan_id}/").content.decode()
    form = {"name": "Next", "first_month": "2026-04", "last_month": "2026-03"}
    assert client.post("/plan/new/", form).status_code == 422
    assert client.post("/plan/new/", form | {"last_month": "2026-12"}).status_code == 302
    assert client.get("/plan/").status_code == 302
