"""Blockers: raised in two taps from a page, seen by those they concern, with a stake whose basis is told."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.world import NOW, World

from onegoal.apps.control import waiting
from onegoal.apps.control.models import Blocker, Link
from onegoal.apps.control.places import place_of
from onegoal.apps.control.queries.blockers import suggested_owner, time_taken, visible_blockers
from onegoal.apps.control.queries.stakes import MONTH_DAYS, VOLUME_DAYS, link_stake
from onegoal.apps.control.services import blockers as services
from onegoal.apps.control.services.blockers import About, BlockerRefused
from onegoal.apps.control.words_stakes import basis_words, stake_words
from onegoal.apps.sales.models import Deal, Lead

TODAY = dt.date(2026, 3, 2)


@pytest.fixture
def trade(shared_trade: World, db: None) -> World:
    """The shared company; what a test changes is taken back after it."""
    return shared_trade


def _raise(author: Any, text: str = "The landing page is down", link: str = Link.LEAD, **about: Any) -> Blocker:
    return services.raise_blocker(text=text, link=link, about=About(**about), author=author, now=NOW, today=TODAY)


def test_two_taps_on_a_lead_raise_a_blocker_that_knows_its_lead(trade: World, client: Client) -> None:
    lead = Lead.objects.order_by("pk").first()
    assert lead is not None
    client.force_login(trade.nora)
    page = client.get(f"/leads/{lead.pk}/")
    assert 'data-key="b"' in page.content.decode() and "What hinders" in page.content.decode()
    box = {"HTTP_HX_REQUEST": "true"}
    form = client.get(f"/blockers/raise/?page=/leads/{lead.pk}/", **box)  # type: ignore[arg-type]
    text = form.content.decode()
    assert "<html" not in text and '<option value="qualified" selected>' in text
    said = {"text": "No plan of the flat", "link": "qualified", "page": f"/leads/{lead.pk}/"}
    saved = client.post("/blockers/raise/", said, **box)  # type: ignore[arg-type]
    events = json.loads(saved["HX-Trigger"])
    assert saved.status_code == 204 and events["onegoal:done"] is True
    made = Blocker.objects.get()
    assert (made.lead, made.raised_by, made.owner) == (lead, trade.nora, trade.victor)
    assert made.due_on is not None and made.due_on > timezone.localdate()
    assert "functools" not in client.get("/blockers/").content.decode()
    assert made.text in client.get(f"/leads/{lead.pk}/").content.decode()
    undo = events["onegoal:said"][0]["undo"]
    client.post(undo)
    assert not Blocker.objects.exists()
    empty = client.post("/blockers/raise/", {"text": " ", "link": "qualified"}, **box)  # type: ignore[arg-type]
    assert empty.status_code == 422


def test_the_page_tells_only_what_its_reader_may_see(trade: World) -> None:
    lead, deal = Lead.objects.order_by("pk").first(), Deal.objects.order_by("pk").first()
    assert lead is not None and deal is not None
    assert place_of(f"/leads/{lead.pk}/", trade.nora).about.lead == lead
    assert place_of(f"/leads/{lead.pk}/", trade.sam).about.lead is None
    found = place_of(f"/deals/{deal.pk}/?x=1", trade.nora)
    assert (found.about.deal, found.link, found.about.page) == (deal, Link.DEAL, f"/deals/{deal.pk}/?x=1")
    assert place_of("/channels/?campaign=Spring&project=River+Park", trade.mark).about.project == trade.river_park
    for strange in ("https://elsewhere.example/leads/1/", "//elsewhere.example/", "nonsense", "/no/such/page/", ""):
        assert place_of(strange, trade.hanna).about == About()


def test_the_link_suggests_who_mends_it(trade: World) -> None:
    assert suggested_owner(Link.TOUCH) == trade.mark
    assert suggested_owner(Link.DEAL, seller=trade.nora) == trade.victor
    trade.mark.is_active = False
    trade.mark.save()
    assert suggested_owner(Link.LEAD) == trade.hanna


def test_a_stake_is_volume_times_conversion_times_price_and_says_so(trade: World) -> None:
    """12 leads in 91 days, 3 of 12 signed, 1,000 EUR each, a tenth lost: 12 * 30.4375 / 91 * 0.25 * 1,000 * 0.1 EUR."""
    made = _raise(trade.nora)
    expected = 12 * MONTH_DAYS / VOLUME_DAYS * 0.25 * 1000_00 * 0.1
    assert made.stake_minor == round(expected)
    low, high = made.stake_basis["low"], made.stake_basis["high"]
    assert 0 < low < made.stake_minor < high
    told = basis_words(made.stake_basis)
    assert "leads 12" in told and "25.0\u00a0% (3 of 12)" in told and "10\u00a0% of it is lost" in told
    assert "a month" in stake_words(made.stake_minor, made.stake_basis)
    half = services.change_blocker(
        blocker=made, author=trade.nora, now=NOW, today=TODAY,
        values={"text": made.text, "link": made.link, "owner": made.owner, "due_on": made.due_on, "share_bp": 5_000},
    )  # fmt: skip
    assert half.stake_minor == round(expected * 5)
    old_mill = link_stake(Link.LEAD, project=trade.old_mill, campaign="", share_bp=1_000, today=TODAY)
    assert old_mill.minor is None and "Too little is recorded" in basis_words(old_mill.basis)
    assert link_stake(Link.SERVICE, project=None, campaign="", share_bp=1_000, today=TODAY).minor is None


def test_one_deal_stakes_its_own_expected_value_and_what_is_owed_once_signed(trade: World) -> None:
    open_deal = Deal.objects.filter(won_at=None).order_by("pk").first()
    signed = Deal.objects.exclude(won_at=None).order_by("pk").first()
    made = _raise(trade.nora, link=Link.DEAL, deal=open_deal)
    # 3 of 6 deals were signed.
    assert made.stake_minor == 500_00 and "once" in stake_words(made.stake_minor, made.stake_basis)
    owed = _raise(trade.nora, link=Link.PAYMENT, deal=signed)
    assert owed.stake_minor == 500_00 and "is paid" in basis_words(owed.stake_basis)
    lead = _raise(trade.nora, link=Link.QUALIFIED, lead=Lead.objects.order_by("pk").first())
    assert lead.stake_minor == 250_00


def test_a_named_sum_takes_the_place_of_the_estimate_until_it_is_estimated_again(trade: World) -> None:
    made = _raise(trade.nora)
    values = {"text": made.text, "link": made.link, "owner": trade.sam, "due_on": None, "named_minor": 7_000_00}
    named = services.change_blocker(blocker=made, values=values, author=trade.hanna, now=NOW, today=TODAY)
    assert (named.stake_minor, named.owner) == (7_000_00, trade.sam)
    assert basis_words(named.stake_basis) == "Named by Hanna."
    again = services.estimate_again(blocker=named, now=NOW, today=TODAY)
    assert again.stake_minor == made.stake_minor and again.stake_basis["how"] == "chain"


def test_who_sees_what(trade: World) -> None:
    lead = Lead.objects.order_by("pk").first()  # Nora's
    on_lead, own, hers = _raise(trade.mark, lead=lead), _raise(trade.sam), _raise(trade.hanna, link=Link.DEAL)
    seen = {
        user.name: set(visible_blockers(user))
        for user in (trade.hanna, trade.mark, trade.victor, trade.nora, trade.nick, trade.sam, trade.ada)
    }
    assert seen["Hanna"] == {on_lead, own, hers}
    assert seen["Mark"] == {on_lead, own}  # marketing owns the link of leads
    assert seen["Victor"] == {on_lead, hers}
    assert seen["Nora"] == {on_lead} and seen["Sam"] == {own}
    assert seen["Nick"] == seen["Ada"] == set()
    trade.hanna.projects.add(trade.old_mill)
    elsewhere = Blocker.objects.create(
        text="x", link="deal", raised_by=trade.sam, raised_at=NOW, project=trade.river_park
    )
    assert elsewhere not in visible_blockers(trade.hanna)


def test_resolving_needs_words_and_can_be_taken_back(trade: World, client: Client) -> None:
    made = _raise(trade.sam)
    client.force_login(trade.sam)
    client.post(f"/blockers/{made.pk}/resolve/", {"words": " "})
    made.refresh_from_db()
    assert made.resolved_at is None
    client.post(f"/blockers/{made.pk}/resolve/", {"words": "The host was changed"})
    made.refresh_from_db()
    assert (made.resolved_by, made.resolution) == (trade.sam, "The host was changed")
    assert "The host was changed" in client.get(f"/blockers/{made.pk}/").content.decode()
    with pytest.raises(BlockerRefused, match="resolved"):
        services.take_over(blocker=made, user=trade.hanna, now=NOW)
    client.post(f"/blockers/{made.pk}/reopen/")
    client.post(f"/blockers/{made.pk}/remark/", {"text": "It is down again"})
    client.post(f"/blockers/{made.pk}/take/")
    made.refresh_from_db()
    assert made.resolved_at is None and made.owner == trade.sam
    assert made.remarks.get().text == "It is down again"
    client.force_login(trade.nick)
    assert client.get(f"/blockers/{made.pk}/").status_code == 404
    client.force_login(trade.mark)
    assert client.get(f"/blockers/{made.pk}/").status_code == 404  # it was taken over


def test_the_list_filters_and_is_exported(trade: World, client: Client) -> None:
    first, second = _raise(trade.sam, "The crane is broken", Link.HANDOVER), _raise(trade.sam, "No leads at night")
    services.resolve_blocker(blocker=second, user=trade.sam, words="Ads run at night now", now=NOW)
    client.force_login(trade.hanna)
    assert all(one.text in client.get("/blockers/").content.decode() for one in (first, second))
    only = client.get("/blockers/?state=resolved").content.decode()
    assert second.text in only and first.text not in only
    assert first.text in client.get(f"/blockers/?link=handover&owner={first.owner_id}").content.decode()
    for kind in ("csv", "xlsx"):
        assert client.get(f"/blockers/?export={kind}").status_code == 200
    client.force_login(trade.sam)
    assert first.text in client.get("/blockers/?whose=raised").content.decode()
    assert first.text not in client.get("/blockers/?whose=mine").content.decode()


def test_the_owner_is_told_and_told_when_it_is_late(trade: World) -> None:
    made = _raise(trade.sam)
    notice = waiting.blockers_to_mend(trade.mark)
    assert notice is not None and notice.count == 1 and notice.url.endswith("?whose=mine")
    Blocker.objects.filter(pk=made.pk).update(due_on=timezone.localdate() + dt.timedelta(days=1))
    notice = waiting.blockers_to_mend(trade.mark)
    assert notice is not None and not notice.is_late
    Blocker.objects.filter(pk=made.pk).update(due_on=timezone.localdate() - dt.timedelta(days=1))
    notice = waiting.blockers_to_mend(trade.mark)
    assert notice is not None and notice.is_late
    assert waiting.blockers_to_mend(trade.sam) is None


def test_time_taken_counts_open_ones_as_not_mended_yet(trade: World) -> None:
    for days in (1, 2, 3, 40):
        made = _raise(trade.sam)
        Blocker.objects.filter(pk=made.pk).update(raised_at=NOW - dt.timedelta(days=40))
        if days < 40:
            services.resolve_blocker(blocker=made, user=trade.sam, words="done", now=NOW - dt.timedelta(days=40 - days))
    found = time_taken(trade.hanna, now=NOW)
    assert (found.raised, found.resolved, found.median.estimate) == (4, 3, pytest.approx(2))
    assert found.differs is None and found.before.estimate is None
