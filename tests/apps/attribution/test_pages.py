"""Pages of attribution: what they show, to whom, what they add up to, and how they take addresses that make no sense."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.apps.attribution.spring import BY_BOTH, DAYS, make_spring
from tests.apps.attribution.story import forget, lead, touch
from tests.shared_records import SharedFacts, as_at_first, shared_records
from tests.world import NOW, World, make_world, spend_row

from onegoal.apps.accounts.services_tokens import make_token
from onegoal.apps.attribution.models import Publication
from onegoal.apps.attribution.queries import figures, intervals, streams
from onegoal.apps.attribution.queries.paths import path_key
from onegoal.apps.attribution.warm import warm_up_attribution
from onegoal.apps.facts.services import publish_now
from onegoal.apps.marketing.services import take_in_spend

PAGES = (
    "/attribution/", "/attribution/group/?group=display", "/attribution/windows/", "/paths/", "/paths/steps/",
    "/paths/lag/",
)  # fmt: skip
OTHERS = ("/attribution/limits/", "/attribution/published/")
QUESTIONS = (
    "", "conversion=lead", "conversion=qualified", "conversion=money", "value=count", "value=margin", "by=source_medium",
    "by=campaign", "by=creative", "model=last", "model=first", "model=markov_3", "model=shapley_rate", "window=1",
    "window=365", "steps=1", "overlapping=1", "share=per_journey", "half_life=14", "project=River%20Park", "period=this_month",
    "models_columns=name,markov,shapley_rate,markov_3", "models_sort=-last", "budget_sort=move_markov",
)  # fmt: skip
HOSTILE = (
    "conversion=drop", "value=%00", "by=drop%20table", "window=0", "window=-7", "window=1e3", "window=99999999999999999999",
    "window=%C2%B2", "model=none", "share=x", "half_life=-1", "project=%00", "project=nowhere", "steps=2", "from=2026-02-30&to=x",
    "from=9999-12-31&to=0001-01-01", "models_sort=;drop", "models_page=-1", "models_columns=a,%00", "models_q=%27%22%3Cscript",
    "paths_contains=nothing", "paths_length=x", "paths_length=99", "paths_sort=-nothing", "group=%00", "group=" + "x" * 3000,
    "export=exe", "models_export=exe", "channel=a&channel=b", "project=%ED%A0%80",
)  # fmt: skip
BOTH_PATH = path_key(("display", "paid_search"))


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> SharedFacts:
    """The warehouse of the module's one spring."""
    return SharedFacts(tmp_path_factory.mktemp("spring"))


@pytest.fixture(scope="module")
def company_in_spring(django_db_setup: None, django_db_blocker: Any, facts: SharedFacts) -> Iterator[World]:
    """The little company after its spring, once for all tests."""

    def make() -> World:
        with facts.used():
            world = make_world()
            make_spring()
        return world

    with shared_records(django_db_blocker, make) as world:
        yield world


@pytest.fixture
def world(company_in_spring: World, db: None) -> World:
    return as_at_first(company_in_spring)


@pytest.fixture
def spring(world: World, facts: SharedFacts) -> Iterator[World]:
    """The little company after its spring."""
    with facts.used():
        yield world


@pytest.fixture
def as_mark(client: Client, world: World) -> Client:
    """A browser in which Mark, the marketer, has signed in."""
    client.force_login(world.mark)
    return client


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def rows_of(client: Client, address: str) -> list[dict[str, str]]:
    answer: Any = client.get(address)
    assert answer["Content-Type"].startswith("text/csv"), address
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


@pytest.mark.parametrize("page", PAGES)
def test_before_any_data_a_page_says_what_to_do(as_mark: Client, page: str) -> None:
    assert "No data yet" in text_of(as_mark, page)


@pytest.mark.parametrize("page", [*PAGES, *OTHERS, f"/paths/{BOTH_PATH}/"])
def test_a_stranger_signs_in_first(client: Client, db: None, page: str) -> None:
    assert client.get(page).status_code == 302


def test_days_without_a_conversion_offer_all_days(as_mark: Client, spring: World) -> None:
    text = text_of(as_mark, "/attribution/?from=2024-01-01&to=2024-02-01")
    assert "No conversions in these days" in text
    assert "All days on record" in text


def test_conversions_without_any_touch_say_so(as_mark: Client, spring: World) -> None:
    text = text_of(as_mark, "/attribution/?from=2026-02-10&to=2026-02-10")
    assert "No touches yet" in text


@pytest.mark.parametrize("page", PAGES)
def test_every_question_has_an_answer(as_mark: Client, spring: World, page: str) -> None:
    mark = "&" if "?" in page else "?"
    statuses = {query: as_mark.get(f"{page}{mark}{DAYS}&{query}").status_code for query in QUESTIONS}
    # A cut by something else has no group of this name: that page says so.
    assert {query: status for query, status in statuses.items() if status not in (200, 404)} == {}
    assert statuses[""] == 200


@pytest.mark.parametrize("page", [*PAGES, *OTHERS, f"/paths/{BOTH_PATH}/", "/paths/nothing/"])
def test_no_address_breaks_a_page(as_mark: Client, spring: World, page: str) -> None:
    mark = "&" if "?" in page else "?"
    broken = {query: as_mark.get(f"{page}{mark}{query}").status_code for query in HOSTILE}
    assert {query: status for query, status in broken.items() if status not in (200, 404)} == {}


def test_a_window_that_cannot_be_is_told(as_mark: Client, spring: World) -> None:
    assert "A window is 1 to 365 days; the usual 90 are shown." in text_of(as_mark, f"/attribution/?{DAYS}&window=0")


def test_the_channel_that_never_closes_is_named(as_mark: Client, spring: World) -> None:
    said = "Display stands in 8 deals of 12 and closes none of them: it assists, it never closes."
    assert said in text_of(as_mark, f"/attribution/?{DAYS}")
    assert said in text_of(as_mark, f"/attribution/group/?group=display&{DAYS}")


def test_credits_and_what_no_touch_explains_add_up_to_all_conversions(as_mark: Client, spring: World) -> None:
    address = f"/attribution/?{DAYS}&value=count&model=linear&models_export=csv"
    rows = rows_of(as_mark, address)
    credit = {row["Group"]: float(row["Linear"]) for row in rows}
    assert credit == {"Display": 4.0, "Paid search": 4.0, "E-mail": 4.0, "Unattributed": 1.0}
    differences = [sum(float(row[model]) for row in rows) for model in ("First touch", "Last touch", "Markov")]
    assert differences == pytest.approx([0, 0, 0])
    assert "Every model hands out the same 13 deals to the last unit: 12 by touches, 1 unattributed" in text_of(
        as_mark, f"/attribution/?{DAYS}&value=count"
    )


def test_money_is_shared_out_to_the_cent(as_mark: Client, spring: World) -> None:
    rows = rows_of(as_mark, f"/attribution/?{DAYS}&model=markov&models_export=csv")
    assert sum(round(float(row["Markov, EUR"]) * 100) for row in rows) == 13 * 1_000_00


def test_money_received_counts_what_was_paid(as_mark: Client, spring: World) -> None:
    rows = rows_of(as_mark, f"/attribution/?{DAYS}&conversion=money&model=last&models_export=csv")
    assert {row["Group"]: row["Last touch, EUR"] for row in rows}["Paid search"] == "1200.00"


def test_a_budget_that_follows_the_model_stays_the_same_budget(as_mark: Client, spring: World) -> None:
    address = f"/attribution/?{DAYS}&value=count&model=linear&budget_export=csv"
    rows = {row["Group"]: row for row in rows_of(as_mark, address)}
    assert rows["Display"]["Spend, EUR"] == "100.00"
    assert rows["Display"]["CAC, Linear, EUR"] == "25.00"
    moves = {name: row["Would move, EUR"] for name, row in rows.items() if row["Would move, EUR"]}
    assert moves == {"Display": "100.00", "Paid search": "-100.00"}


def test_the_api_tells_what_the_pages_show(as_mark: Client, spring: World) -> None:
    scopes, moment = ("read:figures",), dt.datetime.now(dt.UTC)
    _token, secret = make_token(user=spring.mark, name="t", scopes=scopes, expires_at=None, now=moment)
    address = "/api/v1/attribution/figures?from=2026-01-01&to=2026-02-28&window_days=90&model=linear"
    for value, title, name, spent in (
        ("amount", "Money per unit of spend, Linear", "roas", {"Display": 40, "Paid search": pytest.approx(40 / 3)}),
        ("margin", "ROMI, Linear", "romi", {"Display": -1, "Paid search": -1}),
    ):
        answer = Client().get(f"{address}&value={value}", headers={"Authorization": f"Bearer {secret}"}).json()
        told = {"Display": answer["costs"]["models"]["linear"]["display"],
                "Paid search": answer["costs"]["models"]["linear"]["paid_search"]}  # fmt: skip
        rows = {
            row["Group"]: row
            for row in rows_of(as_mark, f"/attribution/?{DAYS}&model=linear&value={value}&budget_export=csv")
        }
        other = {"roas": "romi", "romi": "roas"}[name]
        for group, own in told.items():
            row = rows[group]
            assert (own[name], own[other]) == (spent[group], None)
            assert float(row[title]) == pytest.approx(own[name])
            assert float(row["CAC, Linear, EUR"]) * 100 == own["cost"]
            assert float(row["Share of spend"]) == pytest.approx(own["share_of_spend"])
            assert [float(row["Would move, EUR"] or 0) * 100, row["Share of credit"] or None] == [
                own["would_move"] or 0, own["share_of_credit"] and str(own["share_of_credit"])
            ]  # fmt: skip


def test_returns_are_told_only_of_margin(as_mark: Client, spring: World) -> None:
    text = text_of(as_mark, f"/attribution/?{DAYS}&model=linear")
    assert "Money per unit of spend, Linear" in text
    assert ">40\u00d7<" in text
    assert "ROMI" not in text
    assert "ROMI, Linear" in text_of(as_mark, f"/attribution/?{DAYS}&model=linear&value=margin")
    for question in ("value=count", "conversion=lead"):
        text = text_of(as_mark, f"/attribution/?{DAYS}&{question}")
        assert "ROMI" not in text
        assert "Money per unit of spend" not in text
    assert "Money per unit of spend" in text_of(as_mark, f"/attribution/group/?group=display&{DAYS}&conversion=money")


def test_spend_without_a_rate_is_told(as_mark: Client, spring: World) -> None:
    said = "No exchange rate is known for USD: spend in it is in none of these figures."
    assert said not in text_of(as_mark, f"/attribution/?{DAYS}")
    take_in_spend(rows=[spend_row("s3", 70_00, currency="USD")], now=NOW)
    publish_now()
    assert said in text_of(as_mark, f"/attribution/?{DAYS}")


def test_groups_that_nobody_met_in_vain_are_named_where_models_flatter_them(as_mark: Client, spring: World) -> None:
    said = "Known only from people who converted: E-mail, Paid search. Nobody counts those who did not, so by Markov"
    assert f"{said} this" in text_of(as_mark, f"/attribution/?{DAYS}")
    chosen = "models_columns=name,markov,shapley_rate"
    assert f"{said}, Shapley by rate this" in text_of(as_mark, f"/attribution/?{DAYS}&{chosen}")
    assert f"{said} this" in text_of(as_mark, f"/attribution/windows/?{DAYS}")
    assert "Known only from" not in text_of(as_mark, f"/attribution/windows/?{DAYS}&model=linear")
    assert "people who converted: E-mail. Nobody" in text_of(as_mark, f"/attribution/group/?group=email&{DAYS}")
    assert "Known only from" not in text_of(as_mark, f"/attribution/group/?group=display&{DAYS}")


def test_groups_that_only_leads_tell_of_are_named_too(as_mark: Client, spring: World) -> None:
    lead("Waiting", "mail", "2026-01-15")
    publish_now()
    text = text_of(as_mark, f"/attribution/?{DAYS}")
    assert "Known only from people who converted: Paid search." in text
    assert "Known only from leads, not from visits: E-mail." in text
    touch("Wanderer", "mail", "2026-01-15")
    publish_now()
    assert "not from visits" not in text_of(as_mark, f"/attribution/?{DAYS}")


@pytest.fixture
def one_group(monkeypatch: pytest.MonkeyPatch, own_warehouse: Path) -> Iterator[None]:
    """Nothing but the largest group has a name; no other test remembers that."""
    forget()
    monkeypatch.setattr(streams, "MOST_GROUPS", 1)
    yield
    forget()


def test_groups_beyond_the_largest_are_named_under_other(as_mark: Client, one_group: None, spring: World) -> None:
    said = "2 small groups stand together under Other: E-mail, Paid search."
    for page in ("/attribution/", "/paths/", "/attribution/windows/"):
        assert said in text_of(as_mark, f"{page}?{DAYS}"), page


def test_the_half_life_of_time_decay_can_be_chosen(as_mark: Client, spring: World) -> None:
    def display(half_life: str) -> float:
        address = f"/attribution/?{DAYS}&value=count&model=time_decay&models_export=csv&half_life={half_life}"
        return float({row["Group"]: row["Time decay"] for row in rows_of(as_mark, address)}["Display"])

    # Display stands two days before search in each of eight journeys.
    for days in (3, 30):
        share = 1 / (1 + 2 ** (2 / days + 1 / 24 / days))
        assert display(str(days)) == pytest.approx(8 * share, abs=0.2)
    assert display("3") < display("7") < display("30")
    text = text_of(as_mark, f"/attribution/?{DAYS}&half_life=14&model=time_decay")
    assert "a touch 14 days older counts half" in text
    assert "half_life=30" in text
    wrong = text_of(as_mark, f"/attribution/?{DAYS}&half_life=0")
    assert "A half-life is 1 to 365 days; the usual 7 are taken." in wrong
    as_mark.post(f"/attribution/publish/?{DAYS}&half_life=14")
    made = Publication.objects.get()
    assert (made.asked["half_life_days"], made.name.endswith("half-life 14 days")) == (14, True)
    assert "half_life=14" in text_of(as_mark, f"/attribution/published/{made.pk}/")


def test_the_first_page_of_a_process_finds_everything_computed(
    as_mark: Client, spring: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget()
    warm_up_attribution(today=timezone.localdate())

    def computed(*_: Any, **__: Any) -> Any:
        raise AssertionError("should have been computed before")

    for module, name in ((figures, "_journeys"), (figures, "_credits"), (figures, "_spent"), (intervals, "resample")):
        monkeypatch.setattr(module, name, computed)
    assert "closes none of them" in text_of(as_mark, "/attribution/")


def test_nothing_is_warmed_up_before_any_data(world: World) -> None:
    forget()
    warm_up_attribution(today=timezone.localdate())
    assert not figures._shared_out._kept


def test_costs_are_for_those_who_may_see_them(client: Client, spring: World) -> None:
    client.force_login(spring.nora)
    text = text_of(client, f"/attribution/?{DAYS}")
    assert "Spend" not in text
    assert "CAC" not in text_of(client, f"/attribution/group/?group=display&{DAYS}")
    client.force_login(spring.hanna)
    assert "Share of spend" in text_of(client, f"/attribution/?{DAYS}")


def test_a_seller_sees_conversions_of_their_own(client: Client, spring: World) -> None:
    client.force_login(spring.sam)
    assert "No conversions in these days" in text_of(client, f"/attribution/?{DAYS}")
    client.force_login(spring.nora)
    assert "closes none of them" in text_of(client, f"/attribution/?{DAYS}")


def test_a_project_narrows_to_its_deals(as_mark: Client, spring: World) -> None:
    rows = rows_of(as_mark, f"/attribution/?{DAYS}&value=count&model=last&project=Old%20Mill&models_export=csv")
    assert {row["Group"]: row["Last touch"] for row in rows if float(row["Last touch"])} == {"E-mail": "4.0"}


def test_paths_are_listed_found_and_lead_to_people(as_mark: Client, spring: World) -> None:
    rows = rows_of(as_mark, f"/paths/?{DAYS}&paths_export=csv")
    listed = [(row["Path"], row["Conversions"]) for row in rows]
    assert listed == [("Display → Paid search", "8"), ("E-mail", "4"), ("No touch in the window", "1")]
    for narrowed, names in {
        "paths_contains=display": ["Display → Paid search"],
        "paths_begins=email": ["E-mail"],
        "paths_ends=paid_search": ["Display → Paid search"],
        "paths_length=1": ["E-mail"],
        "paths_q=mail": ["E-mail"],
    }.items():
        assert [row["Path"] for row in rows_of(as_mark, f"/paths/?{DAYS}&paths_export=csv&{narrowed}")] == names
    text = text_of(as_mark, f"/paths/{BOTH_PATH}/?{DAYS}")
    assert all(name in text for name in BY_BOTH)


def test_open_journeys_of_short_paths_are_told(as_mark: Client, spring: World) -> None:
    touch("Wanderer", "mail", "2026-01-15")
    publish_now()
    rows = {row["Path"]: row for row in rows_of(as_mark, f"/paths/?{DAYS}&paths_export=csv")}
    assert rows["E-mail"]["Without a conversion"] == "1"


def test_people_behind_a_path_are_those_the_reader_may_see(client: Client, spring: World) -> None:
    client.force_login(spring.nora)
    assert client.get(f"/paths/{BOTH_PATH}/?{DAYS}").context["table"].total == 8
    client.force_login(spring.sam)
    assert client.get(f"/paths/{BOTH_PATH}/?{DAYS}").status_code == 404


def test_a_path_nobody_took_is_404_in_words(as_mark: Client, spring: World) -> None:
    answer = as_mark.get(f"/paths/0000000000000000/?{DAYS}")
    assert answer.status_code == 404
    assert "Nobody took this path in these days" in answer.content.decode()


def test_steps_name_groups_that_are_known_from_conversions_alone(as_mark: Client, spring: World) -> None:
    text = text_of(as_mark, f"/paths/steps/?{DAYS}")
    assert "E-mail, Paid search: known only from people who converted." in text
    rows = rows_of(as_mark, f"/paths/steps/?{DAYS}&steps_export=csv&steps_source=Display")
    assert {row["To"]: row["Times"] for row in rows} == {"Paid search": "8", "No conversion": "6"}


def test_a_short_window_leaves_deals_without_a_touch(as_mark: Client, spring: World) -> None:
    rows = {
        row["Group"]: row for row in rows_of(as_mark, f"/attribution/windows/?{DAYS}&value=count&windows_export=csv")
    }
    assert (rows["Unattributed"]["7 days"], rows["Unattributed"]["30 days"]) == ("13", "1")


def test_tables_go_out_as_workbooks_too(as_mark: Client, spring: World) -> None:
    for address in (
        "/attribution/?models_export=xlsx", "/attribution/?budget_export=xlsx",
        "/attribution/group/?group=display&credit_export=xlsx",
        "/attribution/group/?group=display&before_export=xlsx", "/attribution/group/?group=display&after_export=xlsx",
        "/attribution/windows/?windows_export=xlsx", "/paths/?paths_export=xlsx", "/paths/steps/?steps_export=xlsx",
        "/paths/lag/?lag_export=xlsx", "/paths/lag/?length_export=xlsx", "/attribution/published/?export=xlsx",
        f"/paths/{BOTH_PATH}/?export=xlsx",
    ):  # fmt: skip
        answer: Any = as_mark.get(f"{address}&{DAYS}")
        assert b"".join(answer.streaming_content).startswith(b"PK"), address


def test_figures_are_published_compared_frozen_and_kept(client: Client, spring: World) -> None:
    client.force_login(spring.mark)
    answer = client.post(f"/attribution/publish/?{DAYS}", {"name": "First quarter", "purpose": "bonus"})
    made = Publication.objects.get()
    assert answer["Location"] == reverse("attribution:figure", args=[made.pk])
    assert (made.name, made.purpose, made.published_by) == ("First quarter", "bonus", spring.mark)
    touch("Mail 0", "display", "2026-01-09")
    publish_now()
    client.post(f"/attribution/published/{made.pk}/again/")
    text = text_of(client, f"/attribution/published/{made.pk}/")
    assert "late touches" in text
    assert "As published" in text
    rows = rows_of(client, f"/attribution/published/{made.pk}/?told_export=csv")
    assert {row["Group"]: row["Last touch, EUR"] for row in rows}["E-mail"] == "4000.00"
    assert "different now" in text_of(client, "/attribution/published/")
    assert client.post(f"/attribution/published/{made.pk}/freeze/").status_code == 403
    client.force_login(spring.hanna)
    assert client.post(f"/attribution/published/{made.pk}/freeze/").status_code == 302
    assert client.post(f"/attribution/published/{made.pk}/withdraw/").status_code == 302
    assert Publication.objects.get().is_frozen


def test_a_publication_that_is_not_frozen_can_be_withdrawn(as_mark: Client, spring: World) -> None:
    as_mark.post(f"/attribution/publish/?{DAYS}")
    made = Publication.objects.get()
    assert made.name.startswith("Signed deals")
    as_mark.post(f"/attribution/published/{made.pk}/withdraw/")
    assert not Publication.objects.exists()


def test_the_question_of_a_publication_can_be_asked_again(as_mark: Client, spring: World) -> None:
    as_mark.post(f"/attribution/publish/?{DAYS}&by=campaign&window=60&project=River%20Park&steps=1")
    text = text_of(as_mark, f"/attribution/published/{Publication.objects.get().pk}/")
    again = "from=2026-01-01&amp;to=2026-02-28&amp;conversion=deal&amp;value=amount&amp;window=60&amp;by=campaign"
    assert f"{again}&amp;project=River+Park&amp;steps=1" in text


def test_sellers_are_not_offered_to_publish(client: Client, spring: World) -> None:
    client.force_login(spring.nora)
    assert "Publish these figures" not in text_of(client, f"/attribution/?{DAYS}")
