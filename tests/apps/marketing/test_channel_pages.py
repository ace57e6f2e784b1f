"""The channel table: which rule fires, what a change would move, and the way back."""

from __future__ import annotations

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from tests.world import NOW, World, lead_row, person_ref

from onegoal.apps.marketing.intake import OriginMarks
from onegoal.apps.marketing.models import ChannelRule, Origin
from onegoal.apps.sales.services import take_in_leads

RULE = {
    "channel": "fairs", "conditions-TOTAL_FORMS": "1", "conditions-INITIAL_FORMS": "0",
    "conditions-0-field": "source", "conditions-0-operator": "is", "conditions-0-values": "expo",
}  # fmt: skip


@pytest.fixture
def marketer(world: World, client: Client) -> Client:
    marks = OriginMarks(source="expo", medium="stand")
    take_in_leads(rows=[lead_row("L1", marks=marks, person=person_ref(phone="+40722000001"))], now=NOW)
    client.force_login(world.mark)
    return client


def test_a_preview_counts_and_changes_nothing(marketer: Client) -> None:
    before = Origin.objects.get(utm_source="expo").channel
    page = marketer.post(reverse("marketing:rule_new"), RULE | {"preview": "1"})
    assert page.context["preview"].origins == 1
    assert dict(page.context["preview"].records) == {"leads": 1}
    assert Origin.objects.get(utm_source="expo").channel == before
    assert not ChannelRule.objects.filter(channel="fairs").exists()


def test_a_saved_rule_comes_first_and_regroups_what_is_there(marketer: Client) -> None:
    marketer.post(reverse("marketing:rule_new"), RULE | {"save": "1"})
    assert Origin.objects.get(utm_source="expo").channel == "fairs"
    assert ChannelRule.objects.first().channel == "fairs"
    page = marketer.get(reverse("marketing:channels"), {"source": "Expo"})
    assert page.context["answer"]["channel"] == "fairs"


def test_a_deleted_rule_comes_back_in_its_place(marketer: Client) -> None:
    marketer.post(reverse("marketing:rule_new"), RULE | {"save": "1"})
    before = list(ChannelRule.objects.values_list("channel", "conditions"))
    answer = marketer.post(reverse("marketing:remove", args=[ChannelRule.objects.first().pk]))
    assert Origin.objects.get(utm_source="expo").channel != "fairs"
    message = list(get_messages(answer.wsgi_request))[-1]
    marketer.post(message.extra_tags.removeprefix("undo:"))
    assert Origin.objects.get(utm_source="expo").channel == "fairs"
    assert list(ChannelRule.objects.values_list("channel", "conditions")) == before


def test_a_moved_rule_can_be_moved_back(marketer: Client) -> None:
    marketer.post(reverse("marketing:rule_new"), RULE | {"save": "1"})
    before = list(ChannelRule.objects.values_list("pk", flat=True))
    answer = marketer.post(reverse("marketing:move", args=[before[0]]), {"down": ""})
    assert list(ChannelRule.objects.values_list("pk", flat=True)) != before
    message = list(get_messages(answer.wsgi_request))[-1]
    marketer.post(message.extra_tags.removeprefix("undo:"))
    assert list(ChannelRule.objects.values_list("pk", flat=True)) == before


def test_a_rule_without_conditions_is_refused(marketer: Client) -> None:
    page = marketer.post(reverse("marketing:rule_new"), RULE | {"save": "1", "conditions-0-values": ""})
    assert page.status_code == 200
    assert not ChannelRule.objects.filter(channel="fairs").exists()
