"""Remarks at a second of a call, and the snippets marketing hears by objection, topic, campaign and period."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from tests.apps.quality.calls import keep_sound, make_call
from tests.world import NOW, at, lead_row, person_ref

from onegoal.apps.marketing.intake import OriginMarks
from onegoal.apps.quality.forms.reviews import SecondField, write_seconds
from onegoal.apps.quality.models import CallRemark
from onegoal.apps.quality.queries.snippets import SnippetFilter, snippets
from onegoal.apps.quality.services.reviews import ReviewRefused, save_remark
from onegoal.apps.sales.models import Lead, Objection
from onegoal.apps.sales.services import take_in_leads


@pytest.fixture
def calls(world, settings, tmp_path):
    """A call of Nora's about a lead of the campaign Spring, and one of Sam's about none."""
    settings.RECORDINGS_DIRECTORY = tmp_path
    name = keep_sound(tmp_path)
    marks = OriginMarks(source="google", medium="cpc", campaign="Spring")
    take_in_leads(
        rows=[lead_row("L", person=person_ref("Ion", phone="+40722000009"), seller="nora@casaverde.test", marks=marks)],
        now=NOW,
    )
    first = make_call(world.nora, lead=Lead.objects.get(), recording=name, at=at("2026-02-10"))
    return first, make_call(world.sam, recording=name, at=at("2026-03-01"))


@pytest.fixture
def tagged(world, calls):
    dear = Objection.objects.create(name="too dear")
    save_remark(call=calls[0], author=world.quinn, second=12, end_second=30, text="the price", objection=dear, now=NOW)
    save_remark(call=calls[1], author=world.quinn, second=5, topic="Parking", now=NOW)
    save_remark(call=calls[0], author=world.quinn, second=2, text="only a comment", now=NOW)
    return dear


def test_what_has_an_end_or_a_tag_is_a_snippet_and_a_bare_comment_is_not(world, tagged):
    assert [one.second for one in snippets(world.mark, SnippetFilter())] == [5, 12]


def test_snippets_are_found_by_objection_topic_campaign_and_period(world, tagged):
    def found(**asked):
        return [one.second for one in snippets(world.mark, SnippetFilter(**asked))]

    assert found(objection_id=tagged.pk) == [12]
    assert found(topic="parking") == [5]
    assert found(campaign="Spring") == [12]
    assert found(start=at("2026-02-20")) == [5]
    assert found(end=at("2026-02-20")) == [12]


def test_a_seller_hears_snippets_of_own_calls_only_and_service_none(world, tagged):
    assert [one.second for one in snippets(world.nora, SnippetFilter())] == [12]
    client = Client()
    client.force_login(world.service)
    assert client.get(reverse("quality:snippets")).status_code == 403


def test_the_page_plays_from_second_to_second(world, tagged):
    client = Client()
    client.force_login(world.mark)
    page = client.get(reverse("quality:snippets"), {"objection": tagged.pk}).content.decode()
    assert 'data-from="12" data-until="30"' in page
    assert "Parking" not in page.split("</form>")[-1]
    for odd in ({"objection": "x"}, {"start": "never"}, {"page": "999"}, {"topic": "unknown"}):
        assert client.get(reverse("quality:snippets"), odd).status_code == 200


def test_a_remark_is_written_changed_deleted_and_brought_back_by_its_author(world, calls):
    client = Client()
    client.force_login(world.mark)
    add = reverse("quality:remark_add", args=[calls[0].pk])
    partial = {"HX-Request": "true"}
    assert (
        "hears price" in client.post(add, {"second": "1:05", "text": "hears price"}, headers=partial).content.decode()
    )
    remark = CallRemark.objects.get()
    assert (remark.second, remark.author) == (65, world.mark)
    client.post(reverse("quality:remark_change", args=[remark.pk]), {"second": "66", "text": "asks price"})
    remark.refresh_from_db()
    assert (remark.second, remark.text) == (66, "asks price")
    answer = client.post(reverse("quality:remark_remove", args=[remark.pk]), headers=partial)
    assert not CallRemark.objects.exists()
    import json

    undo = json.loads(answer["HX-Trigger"])["onegoal:said"][0]["undo"]
    client.post(undo)
    assert CallRemark.objects.get().text == "asks price"


def test_another_cannot_change_or_delete_a_remark(world, calls):
    remark = save_remark(call=calls[0], author=world.quinn, second=1, text="mine", now=NOW)
    client = Client()
    client.force_login(world.mark)
    assert (
        client.post(reverse("quality:remark_change", args=[remark.pk]), {"second": "1", "text": "x"}).status_code == 404
    )
    assert client.post(reverse("quality:remark_remove", args=[remark.pk])).status_code == 404
    with pytest.raises(ReviewRefused, match="not_yours"):
        save_remark(call=calls[0], author=world.mark, remark=remark, second=1, text="x", now=NOW)


def test_a_remark_without_words_or_with_an_end_before_its_beginning_is_refused(world, calls):
    client = Client()
    client.force_login(world.quinn)
    add = reverse("quality:remark_add", args=[calls[0].pk])
    for wrong in (
        {"second": "5"},
        {"second": "9", "end_second": "9", "text": "x"},
        {"second": "soon", "text": "x"},
        {"second": "-1", "text": "x"},
    ):
        assert client.post(add, wrong, headers={"HX-Request": "true"}).status_code == 422
    with pytest.raises(ReviewRefused, match="bad_second"):
        save_remark(call=calls[0], author=world.quinn, second=10**6, text="x", now=NOW)
    assert not CallRemark.objects.exists()


def test_places_in_a_call_are_read_as_people_write_them():
    field = SecondField()
    assert [field.clean(text) for text in ("83", "1:23", "01:23", "1:01:23")] == [83, 83, 83, 3683]
    assert [write_seconds(one) for one in (0, 83, 3683)] == ["0:00", "1:23", "1:01:23"]
