"""Saved views, theme, messages and the page of components, as a browser meets them."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from onegoal.apps.accounts.models import User
from onegoal.apps.audit.models import AuditEntry
from onegoal.apps.shell.models import SavedView

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.apps.shell.urls")]


@pytest.fixture
def ana() -> User:
    return User.objects.create(name="Ana Pop", role="administrator", email="ana@example.org")


@pytest.fixture
def boris() -> User:
    return User.objects.create(name="Boris", role="seller", email="boris@example.org")


@pytest.fixture
def browser(ana: User, client: Client) -> Client:
    client.force_login(ana, backend="django.contrib.auth.backends.ModelBackend")
    return client


def save(browser: Client, name: str = "Dear ones", query: str = "sort=-spend&page=3&export=csv") -> SavedView:
    browser.post("/shell/views/save/", {"name": name, "page": "people", "query": query, "next": "/people/"})
    return SavedView.objects.get(name=name)


def test_a_saved_view_keeps_the_order_and_not_the_page(browser: Client) -> None:
    assert save(browser).query == "sort=-spend"
    assert b"Dear ones" in browser.get("/people/").content
    assert AuditEntry.objects.filter(entity="savedview").count() == 1


def test_saving_under_a_name_again_replaces_the_view(browser: Client) -> None:
    save(browser)
    assert save(browser, query="sort=name").query == "sort=name"
    assert SavedView.objects.count() == 1


def test_a_deleted_view_comes_back_by_undo_once(browser: Client) -> None:
    view = save(browser)
    page = browser.post(f"/shell/views/{view.pk}/delete/", {"next": "/people/"}, follow=True)
    undo = next(line["undo"] for line in page.context["lines"] if line["undo"])
    browser.post(undo)
    browser.post(undo)
    assert SavedView.objects.get().query == "sort=-spend"


def test_an_undo_of_somebody_else_s_view_is_refused(browser: Client, boris: User) -> None:
    view = save(browser)
    page = browser.post(f"/shell/views/{view.pk}/delete/", {"next": "/people/"}, follow=True)
    undo = next(line["undo"] for line in page.context["lines"] if line["undo"])
    browser.force_login(boris, backend="django.contrib.auth.backends.ModelBackend")
    browser.post(undo)
    browser.post("/shell/views/restore/?token=nonsense")
    assert not SavedView.objects.exists()


def test_others_see_a_shared_view_but_cannot_change_it(browser: Client, boris: User) -> None:
    view = save(browser)
    browser.post(f"/shell/views/{view.pk}/share/")
    browser.force_login(boris, backend="django.contrib.auth.backends.ModelBackend")
    assert b"Dear ones" in browser.get("/people/").content
    for action in ("rename", "share", "delete"):
        assert browser.post(f"/shell/views/{view.pk}/{action}/", {"name": "x"}).status_code == 404


def test_a_name_taken_already_is_refused_with_words(browser: Client) -> None:
    save(browser, name="One")
    two = save(browser, name="Two")
    page = browser.post(f"/shell/views/{two.pk}/rename/", {"name": "One", "next": "/people/"}, follow=True)
    assert "Choose another" in page.content.decode()
    two.refresh_from_db()
    assert two.name == "Two"


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_no_answer_leads_away_from_the_product(browser: Client, target: str) -> None:
    answer = browser.post("/shell/views/save/", {"name": "a", "page": "people", "query": "", "next": target})
    assert answer.headers["Location"] == "/"


def test_the_theme_is_remembered_with_the_user_and_before_signing_in(browser: Client, ana: User) -> None:
    cookie = browser.post("/shell/theme/", {"theme": "dark"}).cookies["theme"]
    ana.refresh_from_db()
    assert ana.theme == "dark"
    browser.logout()
    browser.cookies["theme"] = cookie.value
    assert b'data-theme="dark"' in browser.get("/people/").content
    assert browser.post("/shell/theme/", {"theme": "neon"}).status_code == 400


def test_the_page_of_components_is_for_administrators(browser: Client, boris: User) -> None:
    assert browser.get("/styleguide/").status_code == 200
    browser.force_login(boris, backend="django.contrib.auth.backends.ModelBackend")
    assert browser.get("/styleguide/").status_code == 404


@pytest.mark.parametrize("language", ["en", "ru", "ro", "hu"])
def test_the_page_of_components_opens_in_every_language(browser: Client, ana: User, language: str) -> None:
    ana.language = language
    ana.save()
    page = browser.get("/styleguide/?from=nonsense&sort=-won&page=2")
    assert f'<html lang="{language}"' in page.content.decode()


def test_no_page_carries_a_script_or_style_without_its_nonce(browser: Client) -> None:
    text = browser.get("/styleguide/").content.decode()
    assert " onclick=" not in text
    assert "<style" not in text
    inline = [part for part in text.split("<script")[1:] if "src=" not in part.split(">")[0]]
    assert all('type="application/json"' in part.split(">")[0] for part in inline)


def test_a_message_rides_along_with_a_partial_answer(browser: Client) -> None:
    answer = browser.get("/speaking/", headers={"HX-Request": "true", "HX-Target": "table-people"})
    said = json.loads(answer.headers["HX-Trigger"])["onegoal:said"]
    assert said == [{"text": "Saved.", "level": "success", "undo": "/undo/", "undo_label": "Undo"}]


def test_an_error_page_says_what_it_means_and_needs_no_database(client: Client) -> None:
    page = client.get("/nowhere/")
    assert page.status_code == 404
    assert "Nothing was changed" in page.content.decode()


def test_the_palette_finds_nothing_for_a_guest(client: Client) -> None:
    assert client.get("/shell/search/?q=ana").status_code == 302
