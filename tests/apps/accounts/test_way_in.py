"""The way in: set-up, sign-in, lock-out, links, and who may let whom in."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from tests.world import NOW, PASSWORD, World

from onegoal.apps.accounts import services_users
from onegoal.apps.accounts.links import link_path
from onegoal.apps.accounts.models import Role, User
from onegoal.apps.accounts.services_users import LastManager
from onegoal.apps.audit.models import AuditEntry
from onegoal.apps.company.models import Company
from onegoal.apps.company.setup_code import setup_code, setup_code_path

SIGN_IN = "/sign-in/"
NEW = "another-long-walk-home"
SET_UP = {
    "company": "Casa Verde", "country": "RO", "time_zone": "Europe/Bucharest", "language": "ro",
    "name": "Hanna", "email": "Hanna@CasaVerde.test", "password": NEW,
}  # fmt: skip


def sign_in(client: Client, email: str, password: str) -> Any:
    return client.post(SIGN_IN, {"username": email, "password": password})


def test_a_fresh_installation_leads_to_the_set_up_page(db: None, client: Client) -> None:
    assert client.get(SIGN_IN)["Location"] == reverse("company:set_up")


def test_only_the_code_of_the_console_sets_an_installation_up(db: None, client: Client) -> None:
    address = reverse("company:set_up")
    client.post(address, SET_UP | {"code": "0" * 16})
    assert not User.objects.exists()
    client.post(address, SET_UP | {"code": setup_code()})
    head = User.objects.get()
    assert (head.role, head.email, Company.objects.get().name) == (Role.HEAD, "hanna@casaverde.test", "Casa Verde")
    assert not setup_code_path().exists()
    assert Client().get(address)["Location"] == reverse("accounts:sign_in")
    Client().post(address, SET_UP | {"code": setup_code(), "email": "second@casaverde.test"})
    assert User.objects.count() == 1


def test_people_sign_in_whatever_the_case_of_their_address(world: World, client: Client) -> None:
    assert sign_in(client, " HANNA@casaverde.test ", PASSWORD).status_code == 302


@pytest.mark.parametrize("email", ["hanna@casaverde.test", "nobody@casaverde.test", "olga@casaverde.test"])
def test_a_refusal_does_not_tell_who_has_an_account(world: World, client: Client, email: str) -> None:
    User.objects.create(name="Olga", email="olga@casaverde.test", role=Role.HEAD, is_active=False)
    answer = sign_in(client, email, "wrong-wrong-wrong")
    assert answer.context["form"].non_field_errors() == ["The e-mail or the password is not right."]


def test_guessing_is_stopped_whatever_the_case_of_the_address(world: World, client: Client) -> None:
    for number in range(8):
        sign_in(client, "Hanna@casaverde.test" if number % 2 else "hanna@casaverde.test", "wrong-wrong-wrong")
    assert sign_in(client, "hanna@casaverde.test", PASSWORD).status_code == 429


def test_a_deactivated_person_is_out_at_the_next_request(world: World, client: Client) -> None:
    client.force_login(world.nora)
    services_users.set_activation(user=world.nora, is_active=False, now=NOW)
    assert client.get(reverse("people:people")).status_code == 302


def test_a_link_works_once(world: World, client: Client) -> None:
    invited = services_users.create_user(email="new@casaverde.test", name="New", role=Role.SELLER, now=NOW)
    path = link_path(services_users.prepare_link(user=invited, now=NOW))
    assert client.post(path, {"password": NEW, "again": NEW}).status_code == 302
    assert Client().get(path).status_code == 410
    assert sign_in(Client(), "new@casaverde.test", NEW).status_code == 302


def test_a_link_ends_after_72_hours(world: World, client: Client) -> None:
    made_at = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
    with time_machine.travel(made_at, tick=False):
        path = link_path(world.nora)
    with time_machine.travel(made_at + dt.timedelta(hours=71), tick=False):
        assert client.get(path).status_code == 200
    with time_machine.travel(made_at + dt.timedelta(hours=73), tick=False):
        assert client.get(path).status_code == 410


def test_a_link_for_one_person_is_no_link_for_another(world: World, client: Client) -> None:
    own, other = link_path(world.nora).split("/"), link_path(world.hanna).split("/")
    assert client.get("/".join([*other[:-2], own[-2], ""])).status_code == 410


def test_the_last_one_who_lets_people_in_cannot_be_locked_out(world: World) -> None:
    services_users.set_activation(user=world.ada, is_active=False, now=NOW)
    with pytest.raises(LastManager):
        services_users.set_activation(user=world.hanna, is_active=False, now=NOW)


def test_the_last_one_who_lets_people_in_cannot_lose_the_role(world: World, client: Client) -> None:
    services_users.set_activation(user=world.ada, is_active=False, now=NOW)
    client.force_login(world.hanna)
    page = reverse("accounts:user_edit", args=[world.hanna.pk])
    client.post(page, {"name": "Hanna", "email": world.hanna.email, "role": Role.SELLER})
    assert User.objects.get(pk=world.hanna.pk).role == Role.HEAD


def test_a_changed_password_ends_other_sessions_and_is_noted_without_it(world: World, client: Client) -> None:
    other = Client()
    for one in (client, other):
        sign_in(one, world.nora.email, PASSWORD)
    client.post(reverse("accounts:password"), {"old": PASSWORD, "password": NEW, "again": NEW})
    assert client.get(reverse("accounts:profile")).status_code == 200
    assert other.get(reverse("accounts:profile")).status_code == 302
    noted = AuditEntry.objects.filter(entity="user", entity_id=world.nora.pk).latest("id")
    assert noted.after == {"password": "changed"}


def test_a_token_is_shown_once(world: World, client: Client) -> None:
    client.force_login(world.nora)
    made = client.post(reverse("accounts:tokens"), {"name": "report", "scopes": ["read:records"]})
    secret = made.context["secret"]
    assert secret in made.content.decode()
    assert secret not in client.get(reverse("accounts:tokens")).content.decode()


def test_demo_people_come_in_by_one_click_only_in_the_demo_company(world: World, client: Client) -> None:
    enter = reverse("company:enter_demo", args=[world.nora.pk])
    assert client.post(enter).status_code == 404
    assert "Nora" not in client.get(SIGN_IN).content.decode()
    Company.objects.update(is_demo=True)
    assert "Nora" in client.get(SIGN_IN).content.decode()
    assert client.post(enter).status_code == 302
    assert client.get(reverse("accounts:profile")).status_code == 200


def test_the_day_of_joining_can_be_told_and_nobody_leaves_before_it(world: World, client: Client) -> None:
    client.force_login(world.ada)
    page = reverse("accounts:user_edit", args=[world.nora.pk])
    said = {"name": "Nora", "email": world.nora.email, "role": Role.SELLER, "joined_on": "2025-05-01"}
    client.post(page, said | {"left_on": "2025-04-30"})
    assert User.objects.get(pk=world.nora.pk).joined_on is None
    client.post(page, said)
    assert User.objects.get(pk=world.nora.pk).joined_on == dt.date(2025, 5, 1)
