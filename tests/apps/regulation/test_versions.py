"""Drafts and signatures: two persons sign what makes sense, an edit takes a signature back, a signed version stays."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.apps.regulation.conftest import FROM, NOW, clause, sign_both
from tests.world import World, at

from onegoal.apps.regulation.models import Clause, Regulation
from onegoal.apps.regulation.queries import regulation_for, verdict_of
from onegoal.apps.regulation.services import (
    DraftRefused,
    SignatureRefused,
    change_draft,
    create_draft,
    move_clause,
    remove_clause,
    restore_clause,
    save_clause,
    sign_regulation,
    withdraw_draft,
)


def refused(**asked: Any) -> SignatureRefused:
    with pytest.raises(SignatureRefused) as caught:
        sign_regulation(**({"now": NOW} | asked))
    return caught.value


def test_two_persons_sign_and_the_version_comes_into_force(world: World, draft: Any) -> None:
    half = sign_regulation(regulation=draft, side="marketing", author=world.mark, now=FROM)
    assert half.state == "draft" and regulation_for(NOW) is None
    whole = sign_regulation(regulation=draft, side="sales", author=world.victor, now=FROM, valid_from=at("2026-01-10"))
    assert (whole.state, whole.valid_from) == ("signed", at("2026-01-10"))
    assert regulation_for(at("2026-01-09")) is None
    assert regulation_for(at("2026-01-10")) == whole


def test_nobody_signs_for_both_departments(world: World, draft: Any) -> None:
    sign_regulation(regulation=draft, side="marketing", author=world.hanna, now=FROM)
    assert refused(regulation=draft, side="sales", author=world.hanna).code == "same_person"


def test_a_department_signs_once_and_the_second_hears_who_did(world: World, draft: Any) -> None:
    sign_regulation(regulation=draft, side="sales", author=world.victor, now=FROM)
    refusal = refused(regulation=draft, side="sales", author=world.hanna)
    assert (refusal.code, refusal.by) == ("signed_already", "Victor")


def test_who_may_not_sign_for_a_department_is_refused(world: World, draft: Any) -> None:
    assert refused(regulation=draft, side="sales", author=world.mark).code == "no_right"
    assert refused(regulation=draft, side="marketing", author=world.nora).code == "no_right"


def test_it_cannot_come_into_force_in_the_past(world: World, draft: Any) -> None:
    sign_regulation(regulation=draft, side="marketing", author=world.mark, now=FROM)
    asked = {"regulation": draft, "side": "sales", "author": world.hanna, "valid_from": at("2025-12-31")}
    assert refused(**asked).code == "past"


def test_a_signature_given_meanwhile_is_seen_by_a_stale_second_hand(world: World, draft: Any) -> None:
    """Two heads open the same draft; both press sign: the second is told."""
    stale = Regulation.objects.get(pk=draft.pk)
    sign_both(world, draft, FROM)
    assert refused(regulation=stale, side="sales", author=world.victor).code == "signed_already"
    assert stale.signatures.count() == 2


def test_clauses_that_exclude_each_other_are_refused_as_a_pair(world: World, draft: Any) -> None:
    for number, operator, value in (("1.3", "at_least", 90_000), ("1.4", "at_most", 80_000)):
        save_clause(
            clause=Clause(
                regulation=draft, kind="criterion", number=number, field="lead:budget", operator=operator, value=value,
                is_required=True,
            ),
            now=FROM,
        )  # fmt: skip
    refusal = refused(regulation=draft, side="sales", author=world.hanna)
    assert [(flaw.code, flaw.numbers) for flaw in refusal.flaws] == [("exclude", ("1.3", "1.4"))]


def test_a_version_without_criteria_cannot_be_signed(world: World) -> None:
    empty = create_draft(title="Nothing", author=world.hanna, now=FROM)
    assert [flaw.code for flaw in refused(regulation=empty, side="sales", author=world.hanna).flaws] == ["empty"]


def test_a_criterion_about_a_deleted_field_cannot_be_signed(world: World, draft: Any, budget: Any) -> None:
    budget.delete()
    refusal = refused(regulation=draft, side="sales", author=world.hanna)
    assert [(flaw.code, flaw.numbers) for flaw in refusal.flaws] == [("unknown_field", ("1.2",))]


@pytest.mark.parametrize("what", ["clause", "settings", "removal", "order"])
def test_an_edit_takes_the_signature_back(world: World, draft: Any, what: str) -> None:
    sign_regulation(regulation=draft, side="marketing", author=world.mark, now=FROM)
    one = clause(draft, "1.2")
    if what == "clause":
        one.value = 50_000
        assert save_clause(clause=one, now=NOW)
    elif what == "settings":
        assert change_draft(regulation=draft, changes={"threshold": 4}, now=NOW)
    elif what == "removal":
        remove_clause(clause=one, now=NOW)
    else:
        assert move_clause(clause=one, steps=-1, now=NOW)
    assert not draft.signatures.exists()


def test_a_save_that_changes_nothing_leaves_the_signature(world: World, draft: Any) -> None:
    sign_regulation(regulation=draft, side="marketing", author=world.mark, now=FROM)
    assert not save_clause(clause=clause(draft, "1.2"), now=NOW)
    assert not change_draft(regulation=draft, changes={"threshold": 5}, now=NOW)
    assert draft.signatures.count() == 1


def test_a_signed_version_cannot_be_touched(world: World, signed: Any) -> None:
    one = clause(signed, "1.2")
    for act in (
        lambda: save_clause(clause=one, now=NOW),
        lambda: remove_clause(clause=one, now=NOW),
        lambda: move_clause(clause=one, steps=1, now=NOW),
        lambda: change_draft(regulation=signed, changes={"threshold": 1}, now=NOW),
        lambda: withdraw_draft(regulation=signed, now=NOW),
    ):
        with pytest.raises(DraftRefused) as caught:
            act()
        assert caught.value.code == "locked"


def test_a_number_is_given_once(draft: Any) -> None:
    with pytest.raises(DraftRefused) as caught:
        save_clause(clause=Clause(regulation=draft, kind="reason", number="1.1", text="Again"), now=NOW)
    assert caught.value.code == "number_taken"


def test_a_removed_clause_comes_back_at_its_place(draft: Any) -> None:
    held = remove_clause(clause=clause(draft, "1.1"), now=NOW)
    restore_clause(regulation=draft, held=held, now=NOW)
    assert [one.number for one in draft.clauses.all()] == ["1.1", "1.2", "2.1", "2.2", "2.3"]


def test_a_copy_has_every_clause_and_the_next_number(world: World, signed: Any) -> None:
    copied = create_draft(title="Better leads", author=world.mark, now=NOW, like=signed)
    assert (copied.number, copied.threshold, copied.state) == (2, 5, "draft")
    assert [one.number for one in copied.clauses.all()] == [one.number for one in signed.clauses.all()]


def test_a_lead_is_judged_by_the_version_of_its_arrival(world: World, signed: Any, make_lead: Any) -> None:
    early = make_lead("early", custom={"budget": 65_000})
    late = make_lead("late", custom={"budget": 65_000}, created_at=at("2026-02-02"))
    stricter = create_draft(title="Stricter", author=world.mark, now=NOW, like=signed)
    one = clause(stricter, "1.2")
    one.value = 90_000
    save_clause(clause=one, now=NOW)
    sign_both(world, stricter, NOW, at("2026-02-01"))
    assert verdict_of(early).result == "qualifies"
    assert verdict_of(late).result == "fails"


def test_the_pages_of_a_version_open(client: Client, world: World, signed: Any) -> None:
    client.force_login(world.nora)
    assert "Good leads" in client.get(reverse("regulation:versions")).content.decode()
    page = client.get(reverse("regulation:show", args=[signed.pk])).content.decode()
    assert "Budget: at least 60,000" in page and "Could not reach" in page
    client.force_login(world.mark)
    copied = client.post(reverse("regulation:copy", args=[signed.pk]), follow=True)
    other = Regulation.objects.get(number=2)
    assert copied.redirect_chain[-1][0] == reverse("regulation:edit", args=[other.pk])
    compared = client.get(reverse("regulation:compare", args=[other.pk, signed.pk])).content.decode()
    assert compared.count("the same") == 5


def test_clauses_are_added_by_htmx_as_sentences(client: Client, world: World, draft: Any) -> None:
    client.force_login(world.mark)
    htmx = {"HX-Request": "true", "HX-Target": "clauses"}
    edit, save = reverse("regulation:edit", args=[draft.pk]), reverse("regulation:clause_save", args=[draft.pk])
    form = client.get(edit, {"form": "criterion", "field": "request_type", "operator": "one_of"}, headers=htmx)
    assert 'name="value" value="form"' in form.content.decode() and "<html" not in form.content.decode()
    sent = {
        "kind": "criterion", "number": "1.3", "field": "request_type", "operator": "one_of", "value": ["form", "call"],
        "weight": "2",
    }  # fmt: skip
    answer = client.post(save, sent, headers=htmx)
    assert "Kind of request: one of form, call" in answer.content.decode()
    assert clause(draft, "1.3").value == ["form", "call"]
    wrong = client.post(save, sent, headers=htmx)
    assert wrong.status_code == 422 and "Another clause has this number" in wrong.content.decode()
    between = {"kind": "criterion", "number": "1.4", "field": "lead:budget", "operator": "between", "weight": "0"}
    answer = client.post(save, between | {"value": "5", "value_to": "3"}, headers=htmx)
    assert "begins above its end" in answer.content.decode()


@pytest.mark.parametrize(
    "field", ["project", "region", "lead:budget", "has_phone", "talked_seconds", "agency", "channel"]
)
def test_every_field_has_a_form_for_every_operator(client: Client, world: World, draft: Any, field: str) -> None:
    from onegoal.apps.regulation.fields import asked_fields
    from onegoal.core.criteria import OPERATORS

    client.force_login(world.hanna)
    for operator in OPERATORS[asked_fields()[field].field.kind]:
        asked = {"form": "criterion", "field": field, "operator": operator.value}
        assert client.get(reverse("regulation:edit", args=[draft.pk]), asked).status_code == 200


def test_signing_a_contradictory_draft_says_why(client: Client, world: World, draft: Any) -> None:
    one = clause(draft, "1.2")
    one.operator, one.value = "between", [5, 3]
    save_clause(clause=one, now=NOW)
    client.force_login(world.mark)
    page = client.post(reverse("regulation:sign", args=[draft.pk]), {"side": "marketing"}, follow=True).content.decode()
    assert "It cannot be signed as it is." in page and "“1.2 " in page
    assert not draft.signatures.exists()


def test_an_edit_on_the_page_says_that_the_signature_is_gone(client: Client, world: World, draft: Any) -> None:
    sign_regulation(regulation=draft, side="marketing", author=world.mark, now=FROM)
    client.force_login(world.mark)
    sent = {"title": "Good leads", "threshold": "4", "attempts_needed": "3", "attempts_days": "2"}
    page = client.post(reverse("regulation:edit", args=[draft.pk]), sent, follow=True).content.decode()
    assert "the signature is taken back" in page
