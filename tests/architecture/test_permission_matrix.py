"""Every address and every API operation, asked by every kind of person, answers as the matrix says."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from tests.architecture.matrix import CALLS, PAGES, PUBLIC, ROLES, Call, Page
from tests.shared_records import shared_records
from tests.world import NOW, World, deal_row, lead_row, make_world, payment_row, person_ref, spend_row

CANARY = "Canary Bird"
MISSING = 987_654_321
SCOPES = ("read:figures", "read:records", "write:records")


class Refused(Exception):
    """Ends a savepoint, so that one question does not change the answer to the next."""


def page_names(patterns: list[Any] | None = None, prefix: str = "") -> Iterator[str]:
    """Yield the name of every address but the API's operations, which the schema lists."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from page_names(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern) and not _is_operation(prefix, pattern):
            yield f"{prefix}{pattern.name}" if pattern.name else f"{prefix}unnamed {pattern.pattern}"


def _is_operation(prefix: str, pattern: URLPattern) -> bool:
    return prefix == "api:api_v1:" and pattern.name not in ("openapi-json", "api-root")


def operations() -> set[str]:
    """Return every operation of the schema as `METHOD /path`."""
    from onegoal.apps.api.application import api

    paths = api.get_openapi_schema(path_prefix="")["paths"]
    return {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}


@dataclass(frozen=True)
class Matrix:
    """Who asks, what is asked about, and the session by which each asker is signed in."""

    people: dict[str, Any]
    records: dict[str, int]
    sessions: dict[str, str]


@pytest.fixture(scope="module")
def matrix(django_db_setup: None, django_db_blocker: Any) -> Iterator[Matrix]:
    """The company all lines of the matrix are asked about: every question is asked of it as it was at first."""
    with shared_records(django_db_blocker, _matrix) as made:
        yield made


def _matrix() -> Matrix:
    world = make_world()
    people = _people(world)
    return Matrix(people, _records(world), {name: _signed_in(user) for name, user in people.items()})


def _signed_in(user: Any) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


@pytest.fixture
def people(matrix: Matrix, db: None) -> dict[str, Any]:
    """Everybody who asks, as at first."""
    return {name: copy(user) for name, user in matrix.people.items()}


@pytest.fixture
def records(matrix: Matrix, db: None) -> dict[str, int]:
    """What the addresses name."""
    return matrix.records


def _people(world: World) -> dict[str, Any]:
    """One person for each role, a deactivated head and a head limited to the other project."""
    from onegoal.apps.accounts.models import User

    by_role = {
        "head": world.hanna, "marketer": world.mark, "seller": world.nora, "supervisor": world.victor,
        "quality": world.quinn, "account_manager": world.key, "service": world.service, "administrator": world.ada,
        "accountant": world.paula,
    }  # fmt: skip
    off = User.objects.create(name="Olga", email="olga@casaverde.test", role="head", is_active=False)
    limited = User.objects.create(name="Lee", email="lee@casaverde.test", role="head")
    limited.projects.add(world.old_mill)
    return by_role | {"deactivated": off, "limited": limited, "other_seller": world.sam}


def _records(world: World) -> dict[str, int]:
    """One customer of Nora's in River Park with a signed deal, and the settings the addresses name."""
    from onegoal.apps.accounts.models import User
    from onegoal.apps.company.models import Pipeline, Stage
    from onegoal.apps.marketing.models import ChannelRule
    from onegoal.apps.marketing.origins import ensure_channel_rules
    from onegoal.apps.marketing.services import take_in_spend
    from onegoal.apps.products.intake import ProductRow
    from onegoal.apps.products.services import take_in_products
    from onegoal.apps.sales.intake import CallRow, TaskRow
    from onegoal.apps.sales.models import Call as Telephone
    from onegoal.apps.sales.models import Deal, Lead, Payment, Task
    from onegoal.apps.sales.services import (
        take_in_calls,
        take_in_deals,
        take_in_leads,
        take_in_payments,
        take_in_tasks,
    )  # fmt: skip

    ion = person_ref(CANARY, phone="+40722000001")
    river = {"project": "River Park", "seller": "nora@casaverde.test", "person": ion}
    take_in_leads(rows=[lead_row("L1", **river)], now=NOW)
    take_in_deals(rows=[deal_row("D1", lead="L1", won_at=NOW, amount_minor=9_000_00, currency="EUR", **river)], now=NOW)
    take_in_payments(rows=[payment_row("P1", "D1")], now=NOW)
    take_in_spend(rows=[spend_row("S1", project="River Park")], now=NOW)
    take_in_products(rows=[ProductRow("crm", "F1", name="Flat 1", project="River Park")], now=NOW)
    seller = "nora@casaverde.test"
    take_in_calls(rows=[CallRow("crm", "C1", NOW, ion, seller=seller, lead="L1")], now=NOW)
    take_in_tasks(rows=[TaskRow("crm", "T1", CANARY, NOW, assignee=seller, lead="L1", deal="D1")], now=NOW)
    ensure_channel_rules()
    lead = Lead.objects.get(source_id="L1")
    return {
        "person": lead.person_id, "lead": lead.pk, "deal": Deal.objects.get(source_id="D1").pk,
        "payment": Payment.objects.get().pk, "call": Telephone.objects.get().pk, "task": Task.objects.get().pk,
        "spend": _only("marketing.Spend"), "product": _only("products.Product"), "project": world.river_park.pk,
        "stage": Stage.objects.create(pipeline=Pipeline.LEAD, name="In the matrix").pk, "team": world.north.pk,
        "publication": _published(project=world.river_park.pk),
        "check": _rejection_to_check(lead),
        "user": User.objects.get(email="nick@casaverde.test").pk, "rule": ChannelRule.objects.values_list("pk", flat=True)[0],
    }  # fmt: skip


def _published(*, project: int) -> int:
    """Figures of one project's records, as a head limited to it would publish them."""
    from onegoal.apps.attribution.models import Publication

    scope = {"seller_ids": None, "team_ids": None, "project_ids": [project]}
    return Publication.objects.create(
        name="Spring", asked={}, scope=scope, model_names=[], data_version="1", manifest_version=1, time_zone="UTC",
        figures="{}", digest="", published_at=NOW,
    ).pk  # fmt: skip


def _rejection_to_check(lead: Any) -> int:
    from onegoal.apps.quality.models import Check
    from onegoal.apps.regulation.models import Decision

    rejected = Decision.objects.create(lead=lead, at=NOW, seller=lead.seller, outcome="rejected", reason="too dear")
    return Check.objects.create(decision=rejected, queued_on=NOW.date(), is_drawn=True).pk


def _only(label: str) -> int:
    from django.apps import apps

    return apps.get_model(label)._default_manager.get().pk


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed once round: the matrix is about rights."""
    from onegoal.apps.api import limits

    monkeypatch.setattr(PBKDF2PasswordHasher, "iterations", 1)
    monkeypatch.setattr(limits._buckets, "_burst", 1e9)


def test_every_address_stands_in_the_matrix() -> None:
    assert set(page_names()) == set(PAGES)


def test_every_api_operation_stands_in_the_matrix() -> None:
    assert operations() == set(CALLS)


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_lets_in_whom_the_matrix_names(name: str, matrix: Matrix, db: None) -> None:
    line = PAGES[name]
    wrong = {}
    for actor in (None, *matrix.people):
        status, _body = ask_page(name, line, actor, matrix)
        if status not in expected_of_page(line, actor):
            wrong[actor or "guest"] = status
    assert not wrong


@pytest.mark.parametrize("name", sorted(name for name, line in PAGES.items() if line.limited))
def test_a_page_about_a_foreign_record_answers_as_if_it_were_missing(name: str, matrix: Matrix, db: None) -> None:
    args = tuple(MISSING if part in matrix.records else part for part in PAGES[name].args)
    missing = replace(PAGES[name], args=args)
    for actor in ("limited", "other_seller"):
        assert ask_page(name, PAGES[name], actor, matrix) == ask_page(name, missing, actor, matrix)


@pytest.mark.parametrize("operation", sorted(CALLS))
def test_an_operation_lets_in_whom_the_matrix_names(
    operation: str, people: dict[str, Any], records: dict[str, int]
) -> None:
    line = CALLS[operation]
    wrong = {}
    for actor, user in people.items():
        status, body = call(operation, line, token_of(user), records)
        if status not in expected_of_call(line, actor):
            wrong[actor] = (status, body[:200])
    guest = call(operation, line, "", records)
    narrow = token_of(people["head"], *(scope for scope in SCOPES if scope != line.scope))
    assert not wrong
    assert guest[0] == 401
    assert call(operation, line, narrow, records)[0] == 403
    assert call(operation, line, token_of(people["head"], is_revoked=True), records)[0] == 401


@pytest.mark.parametrize("operation", sorted(name for name, line in CALLS.items() if line.limited))
def test_an_operation_on_a_foreign_record_answers_as_if_it_were_missing(
    operation: str, people: dict[str, Any], records: dict[str, int]
) -> None:
    line = CALLS[operation]
    gone = records | {line.args["pk"]: MISSING}
    token = token_of(people["limited"])
    assert call(operation, line, token, records) == call(operation, line, token, gone)


@pytest.mark.parametrize("operation", sorted(name for name in CALLS if name.startswith("GET") and "{" not in name))
def test_no_list_shows_a_name_of_another_project(
    operation: str, people: dict[str, Any], records: dict[str, int]
) -> None:
    for actor in ("limited", "other_seller"):
        assert CANARY not in call(operation, CALLS[operation], token_of(people[actor]), records)[1]


@pytest.mark.parametrize("address", ["people:people", "shell:search"])
def test_no_page_shows_a_name_of_another_project(address: str, matrix: Matrix, db: None) -> None:
    for actor in ("limited", "other_seller"):
        client = Client()
        client.cookies["sessionid"] = matrix.sessions[actor]
        assert CANARY not in client.get(reverse(address), {"q": "canary"}).content.decode()


def ask_page(name: str, line: Page, actor: str | None, matrix: Matrix) -> tuple[int, str]:
    """Ask a page as somebody, or as a guest, in a savepoint that is rolled back."""
    client = Client(raise_request_exception=False)
    if actor is not None:
        client.cookies["sessionid"] = matrix.sessions[actor]
    user = matrix.people.get(actor or "")
    args = [_own_token(user) if part == "own_token" else matrix.records.get(part, part) for part in line.args]
    answer = None
    try:
        with transaction.atomic():
            answer = getattr(client, line.method)(reverse(name, args=args), line.data)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            raise Refused
    except Refused:
        pass
    where = answer.get("Location", "")
    status = (
        401 if answer.status_code == 302 and where.startswith(reverse("accounts:sign_in") + "?") else answer.status_code
    )
    # Tokens and nonces differ from answer to answer by design.
    return status, re.sub(
        r'(csrf-token" content|nonce|csrfmiddlewaretoken" value|get_full_path|next" value)="[^"]*"',
        "",
        body.decode(errors="replace"),
    )


def expected_of_page(line: Page, actor: str | None) -> tuple[int, ...]:
    """Return the statuses an actor may get; 401 stands for being sent to the sign-in page."""
    if line.roles == PUBLIC:
        return line.ok
    if actor in (None, "deactivated"):
        return (401,)
    role = {"limited": "head", "other_seller": "seller"}.get(actor or "", actor)
    if role not in line.roles:
        return (403,)
    return (404,) if line.limited and actor in ("limited", "other_seller") else line.ok


def expected_of_call(line: Call, actor: str) -> tuple[int, ...]:
    """Return the statuses an actor's token may get."""
    if actor == "deactivated":
        return (401,)
    role = {"limited": "head", "other_seller": "seller"}.get(actor, actor)
    if role not in line.roles:
        return (403,)
    if line.limited and actor == "limited":
        return (404,)
    # Sellers of both teams sell every product of every project.
    shared = line.args.get("pk") in ("product", "project")
    return (404,) if line.limited and actor == "other_seller" and not shared else line.ok


def call(operation: str, line: Call, secret: str, records: dict[str, int]) -> tuple[int, str]:
    """Call an operation with a token, in a savepoint that is rolled back."""
    method, path = operation.split(" ")
    path = path.format(**{name: records.get(value, value) for name, value in line.args.items()})
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    answer = None
    try:
        with transaction.atomic():
            body = {} if line.body is None else {"data": json.dumps(line.body), "content_type": "application/json"}
            answer = getattr(Client(), method.lower())(f"/api/v1{path}", headers=headers, **body)
            raise Refused
    except Refused:
        pass
    return answer.status_code, answer.content.decode()


def token_of(user: Any, *scopes: str, is_revoked: bool = False) -> str:
    """Make a token; with all scopes where none are named."""
    from onegoal.apps.accounts.services_tokens import make_token, revoke_token

    now = dt.datetime.now(dt.UTC)
    token, secret = make_token(user=user, name="matrix", scopes=scopes or SCOPES, expires_at=None, now=now)
    if is_revoked:
        revoke_token(token=token, now=now)
    return secret


def _own_token(user: Any) -> int:
    if user is None:
        return MISSING
    token_of(user)
    return user.api_tokens.latest("pk").pk


def test_the_matrix_knows_every_role() -> None:
    from onegoal.apps.accounts.models import Role

    assert set(ROLES) == set(Role.values)
