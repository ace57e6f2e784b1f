"""The pages of pay as people use them: statements, disputes, runs, the builder, members, shares."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.apps.pay.conftest import FEBRUARY, NOW, PayDesk, part
from tests.world import World

from onegoal.apps.pay.models import (
    Adjustment,
    DealShare,
    Dispute,
    PayRun,
    RunState,
    Scheme,
    SchemeMember,
    SchemeState,
    SchemeVersion,
    Statement,
)
from onegoal.apps.sales.models import Deal

Trade = Callable[..., None]
TRADE = (
    [("d1", "Nora", "2026-02-03", 100_000_33), ("d2", "Nora", "2026-02-17", 50_000_00), ("d3", "Nick", "2026-02-20", 80_000_00)],
    [("p1", "d1", "2026-02-05", 10_000_00), ("p2", "d1", "2026-02-25", 5_000_01), ("p3", "d3", "2026-02-21", 8_000_00)],
)  # fmt: skip


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 2 April 2026."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def as_user(client: Client) -> Callable[[Any], Client]:
    """Sign a person in."""

    def sign_in(user: Any) -> Client:
        client.force_login(user)
        return client

    return sign_in


def text(answer: Any) -> str:
    return answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


def sellers(desk: PayDesk) -> Any:
    """Fixed pay; two per cent of what is received where at least two deals are signed."""
    scheme = desk.scheme()
    desk.version(
        scheme,
        part("fixed", "fixed", "base"),
        part("cash", "personal", "2 % * money_received", gate="deals_won >= 2"),
    )
    desk.member(scheme, desk.world.nora, base=1_500_00)
    desk.member(scheme, desk.world.nick, base=1_200_00)
    return scheme


def test_a_statement_explains_each_line_and_is_the_own_one_of_a_locked_run_only(
    desk: PayDesk, world: World, trade: Trade, as_user: Callable[[Any], Client]
) -> None:
    trade(*TRADE)
    sellers(desk)
    run = desk.compute()
    nora = Statement.objects.get(run=run, user=world.nora)
    assert as_user(world.nora).get(f"/pay/statements/{nora.pk}/").status_code == 404
    assert "not approved yet" in text(as_user(world.paula).get(f"/pay/statements/{nora.pk}/"))
    desk.lock()
    nora, nick = (Statement.objects.get(run=run, user=user) for user in (world.nora, world.nick))
    told = text(as_user(world.nora).get(f"/pay/statements/{nora.pk}/"))
    assert "1 of your deals: money received €15,000.01." in told
    assert "Condition: Deals signed (2) is at least 2. Met." in told
    assert "2 % × money received (€15,000.01) = 300.0002 EUR" in told and "Rounded to €300.00." in told
    assert "€1,800.00" in told and f"/deals/{Deal.objects.get(source_id='d1').pk}/" in told
    theirs = as_user(world.nora).get(f"/pay/statements/{nick.pk}/")
    assert theirs.status_code == 404
    assert as_user(world.nora).get("/pay/").url == "/pay/mine/"
    own = text(as_user(world.nora).get("/pay/mine/"))
    assert f"/pay/statements/{nora.pk}/" in own and f"/pay/statements/{nick.pk}/" not in own
    not_met = text(as_user(world.nick).get(f"/pay/statements/{nick.pk}/"))
    assert "is at least 2. Not met: nothing is paid." in not_met
    # An accountant sees the amounts of the deals, not whose they are.
    accounts = text(as_user(world.paula).get(f"/pay/statements/{nora.pk}/"))
    assert "Buyer" not in accounts and f"Deal {Deal.objects.get(source_id='d1').pk}" in accounts
    # The scheme: a seller reads the rules and the own values alone.
    scheme = Scheme.objects.get()
    rules = text(as_user(world.nora).get(f"/pay/schemes/{scheme.pk}/"))
    assert "2 % × money received" in rules and "€1,500.00" in rules and "€1,200.00" not in rules
    assert as_user(world.sam).get(f"/pay/schemes/{scheme.pk}/").status_code == 404


def test_a_dispute_goes_from_the_line_to_the_answer_and_its_adjustment_to_another_person(
    desk: PayDesk, world: World, trade: Trade, as_user: Callable[[Any], Client]
) -> None:
    trade(*TRADE)
    sellers(desk)
    run = desk.lock()
    mine = Statement.objects.get(run=run, user=world.nora)
    url = f"/pay/statements/{mine.pk}/dispute/"
    assert as_user(world.nick).post(url, {"text": "no"}).status_code == 404
    assert as_user(world.paula).post(url, {"text": "no"}).status_code == 404
    seller = as_user(world.nora)
    assert seller.post(url, {"text": ""}).status_code == 422
    assert seller.post(url, {"text": "A payment is missing.", "line_name": "cash"}).status_code == 302
    dispute = Dispute.objects.get()
    assert dispute.line_name == "cash"
    assert seller.post(f"/pay/disputes/{dispute.pk}/answer/", {"answer": "x", "decision": "accept"}).status_code == 403
    accountant = as_user(world.paula)
    assert "A payment is missing." in text(accountant.get("/pay/disputes/"))
    accountant.post(f"/pay/disputes/{dispute.pk}/answer/", {"answer": "", "decision": "accept"})
    assert Dispute.objects.get().state == "open"
    said = {"answer": "It came on the 28th.", "decision": "accept", "amount": "12.50"}
    accountant.post(f"/pay/disputes/{dispute.pk}/answer/", said)
    adjustment = Adjustment.objects.get()
    assert (adjustment.amount_minor, adjustment.user, adjustment.approved_at) == (1250, world.nora, None)
    assert "It came on the 28th." in text(as_user(world.nora).get(f"/pay/statements/{mine.pk}/"))
    refused = as_user(world.paula).post(f"/pay/adjustments/{adjustment.pk}/approve/", follow=True)
    assert "You wrote it yourself: another person approves it." in text(refused)
    as_user(world.hanna).post(f"/pay/adjustments/{adjustment.pk}/approve/")
    assert Adjustment.objects.get().approved_by == world.hanna
    assert as_user(world.nora).post(f"/pay/disputes/{dispute.pk}/withdraw/", follow=True).status_code == 200
    assert Dispute.objects.get().state == "accepted"


def test_a_run_is_computed_approved_by_another_person_and_handed_to_the_payroll(
    desk: PayDesk, world: World, trade: Trade, as_user: Callable[[Any], Client]
) -> None:
    trade(*TRADE)
    sellers(desk)
    accountant = as_user(world.paula)
    answer = accountant.post("/pay/runs/compute/", {"month": "2026-02"})
    run = PayRun.objects.get()
    assert answer.url == f"/pay/runs/{run.pk}/"
    assert "another person approves it" in text(accountant.get(f"/pay/runs/{run.pk}/"))
    seen = {"digest": run.digest}
    refused = text(accountant.post(f"/pay/runs/{run.pk}/approve/", seen, follow=True))
    assert "You wrote it yourself: another person approves it." in refused
    head = as_user(world.hanna)
    assert "Figures have changed" in text(head.post(f"/pay/runs/{run.pk}/approve/", {"digest": "old"}, follow=True))
    head.post(f"/pay/runs/{run.pk}/approve/", seen)
    assert PayRun.objects.get().state == RunState.LOCKED
    file = b"".join(head.get(f"/pay/runs/{run.pk}/payroll/?export=csv").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert "2026-02" in file and "1800.00" in file and "Nora" in file
    again = text(head.post("/pay/runs/compute/", {"month": "2026-02"}, follow=True))
    assert "This month is approved and locked." in again
    assert "Nothing of this month has changed since." in text(head.post(f"/pay/runs/{run.pk}/late/", follow=True))
    assert "Choose a month that has begun." in text(head.post("/pay/runs/compute/", {"month": "2027-01"}, follow=True))
    assert head.get("/pay/").status_code == 200 and head.get("/pay/runs/").status_code == 200


def test_what_cannot_be_counted_is_named_with_its_remedy(
    desk: PayDesk, world: World, trade: Trade, as_user: Callable[[Any], Client]
) -> None:
    trade(*TRADE)
    scheme = desk.scheme()
    desk.version(scheme, part("bonus", "personal", "100 * value_grade"))
    desk.member(scheme, world.nora)
    run = desk.compute()
    page = text(as_user(world.hanna).get(f"/pay/runs/{run.pk}/"))
    assert "Nora, bonus: nobody knows grade for this month." in page and "Set the value for the person" in page
    assert "Approve and lock" not in page and "paid by no scheme" in page


def test_the_builder_reads_formulas_back_and_points_at_errors(
    desk: PayDesk, world: World, as_user: Callable[[Any], Client]
) -> None:
    accountant = as_user(world.paula)
    assert accountant.post("/pay/schemes/new/", {"name": "Sellers", "side": "sales"}).status_code == 302
    assert "Another scheme" in text(accountant.post("/pay/schemes/new/", {"name": "Sellers", "side": "sales"}))
    version = SchemeVersion.objects.get()
    url = f"/pay/versions/{version.pk}/"
    assert "No parts yet" in text(accountant.get(url))
    added = text(accountant.post(f"{url}cards/", {"parts": "0", "do": "add:fixed"}))
    assert 'name="part-0-formula"' in added and "base" in added
    form = {
        "valid_from": "2026-05-01", "note": "first", "parts": "2",
        "part-0-name": "Fixed pay", "part-0-kind": "fixed", "part-0-formula": "base", "part-0-key": "fixed",
        "part-1-name": "Bonus", "part-1-kind": "shared", "part-1-formula": "20 % * bsae", "part-1-gate": "attainment >= 80 %",
        "part-1-cap": "1,500.50",
    }  # fmt: skip
    told = text(accountant.post(f"{url}check/", form))
    assert "“bsae” is not known. Did you mean “base”?" in told and "20 % * <mark>bsae</mark>" in told
    assert "attainment_pace" in told  # the whole period's attainment is said to be that
    moved = text(accountant.post(f"{url}cards/", form | {"do": "up:1"}))
    assert moved.index("bsae") < moved.index("Fixed pay")
    assert "Fixed pay" not in text(accountant.post(f"{url}cards/", form | {"do": "remove:0"}))
    accountant.post(url, form)
    assert [part.cap_minor for part in version.parts.all()] == [None, 1_500_50]
    assert "Some parts have errors" in text(as_user(world.hanna).post(f"{url}approve/", follow=True))
    accountant = as_user(world.paula)
    accountant.post(url, form | {"part-1-formula": "20 % * fixed"})
    assert "20 % × “Fixed pay”" in text(accountant.get(url))
    refused = text(accountant.post(f"{url}approve/", follow=True))
    assert "You wrote it yourself: another person approves it." in refused
    as_user(world.hanna).post(f"{url}approve/")
    version.refresh_from_db()
    assert version.state == SchemeState.APPROVED
    # A version that is approved is not edited any more; the next draft begins with its parts and says what changed.
    accountant = as_user(world.paula)
    assert accountant.get(url).url == f"/pay/schemes/{version.scheme_id}/"
    accountant.post(f"/pay/schemes/{version.scheme_id}/draft/")
    draft = SchemeVersion.objects.get(state=SchemeState.DRAFT)
    accountant.post(f"/pay/versions/{draft.pk}/", form | {"part-1-formula": "30 % * fixed", "valid_from": "2026-06-01"})
    page = text(accountant.get(f"/pay/schemes/{version.scheme_id}/"))
    assert "Bonus, formula: 20 % * fixed → 30 % * fixed" in page
    accountant.post(f"/pay/versions/{draft.pk}/withdraw/")
    assert not SchemeVersion.objects.filter(state=SchemeState.DRAFT).exists()


def test_members_come_with_values_end_and_are_taken_up_again(
    desk: PayDesk, world: World, as_user: Callable[[Any], Client]
) -> None:
    scheme = desk.scheme()
    desk.version(scheme, part("bonus", "personal", "base * deals_won / target_deals_won"))
    accountant = as_user(world.paula)
    url = f"/pay/schemes/{scheme.pk}/members/"
    form = {"user": world.nora.pk, "starts_on": "2026-03-01", "value-base": "1,500.50", "value-target_deals_won": "4"}
    assert accountant.post(url, form | {"value-base": "much"}).status_code == 422
    accountant.post(url, form)
    member = SchemeMember.objects.get()
    assert member.values == {"base": 1_500_50, "target_deals_won": "4"}
    assert "€1,500.50" in text(accountant.get(f"/pay/schemes/{scheme.pk}/"))
    accountant.post(f"/pay/members/{member.pk}/end/", {"ends_on": "2026-03-31"})
    member.refresh_from_db()
    assert str(member.ends_on) == "2026-03-31"
    accountant.post(f"/pay/members/{member.pk}/resume/")
    member.refresh_from_db()
    assert member.ends_on is None


def test_what_if_shows_was_and_would_be(
    desk: PayDesk, world: World, trade: Trade, as_user: Callable[[Any], Client]
) -> None:
    trade(*TRADE)
    scheme = sellers(desk)
    desk.lock(FEBRUARY)
    tried = desk.version(scheme, part("fixed", "fixed", "base * 2"), valid_from=NOW.date(), approve=False)
    head = as_user(world.hanna)
    assert head.get(f"/pay/versions/{tried.pk}/what-if/").status_code == 200
    found = text(head.get(f"/pay/versions/{tried.pk}/trial/?months=3"))
    assert "was €1,800.00" in found and "€3,000.00" in found and "against what was paid: +" in found
    assert "wholly fixed" not in found and "wholly fixed" not in text(head.get("/pay/"))


def test_a_deal_is_divided_by_those_who_draft_pay_and_others_see_their_share(
    desk: PayDesk, world: World, trade: Trade, as_user: Callable[[Any], Client]
) -> None:
    trade(*TRADE)
    deal = Deal.objects.get(source_id="d1")
    accountant = as_user(world.paula)
    form = {"user_0": world.nora.pk, "share_0": "60", "user_1": world.nick.pk, "share_1": "30"}
    refused = text(accountant.post(f"/pay/deals/{deal.pk}/", form, follow=True))
    assert "add up to 90.00 %" in refused and not DealShare.objects.exists()
    accountant.post(f"/pay/deals/{deal.pk}/", form | {"share_1": "40"})
    assert dict(DealShare.objects.values_list("user__name", "share_bp")) == {"Nora": 6_000, "Nick": 4_000}
    assert "Nora 60 %, Nick 40 %" in text(accountant.get("/pay/deals/?divided=yes"))
    assert as_user(world.nora).post(f"/pay/deals/{deal.pk}/", form).status_code == 403
    card = text(as_user(world.nora).get(f"/deals/{deal.pk}/"))
    assert "Counts for the pay of" in card and "60 %" in card and "Divide it" not in card
    assert "Divide it" in text(as_user(world.hanna).get(f"/deals/{deal.pk}/"))
