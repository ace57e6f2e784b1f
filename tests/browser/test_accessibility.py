"""Every page, light and dark, for those who see it, has no fault that axe-core calls serious or critical."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client, override_settings
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.browser.conftest import PATIENCE_MS
from tests.browser.desk import fill_desk
from tests.browser.goal import fill_goal
from tests.file_database import records_in_file
from tests.world import World, make_trade, make_world

from onegoal.apps.facts.services import publish_now

# Marked so that the database of tests is made; what the pages themselves note is taken back after each.
pytestmark = [pytest.mark.django_db, pytest.mark.axe]

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules/axe-core/axe.min.js"
pytestmark.append(pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: npm ci"))
SCHEMES = ("light", "dark")
COLOURS = ["color-contrast"]
# A colour on its way from light to dark is neither: nothing fades while axe looks. (A style element would need the nonce.)
STILL = """() => {
  const still = new CSSStyleSheet();
  still.replaceSync("*, *::before, *::after { transition: none !important; }");
  document.adoptedStyleSheets = [still];
}"""
SPRING = "from=2026-01-01&to=2026-02-28"
LEADS = b"ID,Date,Name,Phone,From\n1,2026-01-05,Ana,0721111222,google\n2,yesterday,Ion,,vk\n"

PAGES = (
    f"/chain/?{SPRING}", "/chain/?period=today", f"/channels/?{SPRING}", f"/channels/?{SPRING}&by=campaign&compare=previous",
    f"/creatives/?{SPRING}", f"/hours/?{SPRING}", f"/time-to-sale/?{SPRING}", f"/time-to-sale/?{SPRING}&by=channel",
    f"/cohorts/?{SPRING}", f"/behind/?{SPRING}&metric=leads", "/behind/?metric=no", "/people/", "/people/{person}/",
    "/data/", "/data/upload/", "/data/{mapped}/map/", "/data/{done}/",
    "/settings/", "/settings/lists/projects/", "/settings/lists/projects/new/", "/settings/lists/stages/",
    "/settings/lists/fields/", "/settings/lists/rates/", "/settings/channels/", "/settings/channels/new/",
    "/settings/users/", "/settings/users/new/", "/settings/changes/", "/me/", "/me/password/", "/me/tokens/",
    f"/attribution/?{SPRING}", "/attribution/?period=today", f"/attribution/group/?{SPRING}&conversion=lead&group=paid_search",
    f"/attribution/windows/?{SPRING}", "/attribution/limits/", "/attribution/published/", "/attribution/published/{figure}/",
    f"/paths/?{SPRING}&conversion=lead", f"/paths/steps/?{SPRING}&conversion=lead", f"/paths/lag/?{SPRING}&conversion=lead",
    "/paths/none/", "/no-such-page/",
    "/leads/?state=open", "/leads/new/", "/leads/{lead}/", "/leads/assign/?chosen={lead}", "/lead/{lead}/card/", "/tasks/",
    "/tasks/calendar/", "/tasks/calendar/?view=month", "/people/duplicates/", "/people/{one}/merge/{twin}/", "/absences/",
    "/deals/", "/deals/list/", "/deals/{deal}/", "/deals/discounts/", "/stock/", "/stock/floors/", "/agencies/",
    "/agencies/clients/", "/regulation/", "/regulation/{signed}/", "/regulation/{draft}/",
    "/regulation/{draft}/edit/?form=criterion", "/regulation/{signed}/against/{draft}/",
    "/regulation/{draft}/what-if/?period=today",
    "/regulation/suppressed/", "/quality/rejections/", "/quality/rejections/{check}/", "/quality/calls/",
    "/quality/calls/done/", "/quality/calls/agreement/", "/quality/calls/snippets/", "/quality/calls/{call}/",
    "/quality/calls/reviews/{review}/", "/quality/calls/reviews/{review}/coach/", "/quality/calls/coaching/",
    "/quality/calls/scorecards/", "/quality/calls/scorecards/{scorecard}/", "/quality/objections/", "/quality/settings/",
    "/score/", "/questions/", "/questions/ask/", "/questions/{question}/", "/organisation/", "/organisation/load/",
    "/organisation/division/", "/organisation/times/", f"/reports/sales/?{SPRING}", "/reports/sales/mail/",
    f"/reports/rejections/?{SPRING}", f"/reports/reviews/?{SPRING}", f"/reports/feedback/?{SPRING}", "/reports/completeness/",
    "/settings/hours/", "/settings/distribution/", "/settings/distribution/new/", "/settings/board/",
    "/settings/required/lead/",
    "/goal/", "/goal/?kpi={kpi}", "/goal/pace/", "/goal/desk/", "/kpi/", "/kpi/{kpi}/", "/kpi/{kpi}/change/",
    "/kpi/{kpi_draft}/", "/kpi/{kpi_draft}/edit/", "/kpi/new/", "/blockers/", "/blockers/?state=resolved",
    "/blockers/{blocker}/", "/blockers/{resolved}/", "/blockers/raise/?page=/leads/{lead}/", "/plan/all/", "/plan/{plan}/",
    "/plan/new/", "/plan/versions/{plan_draft}/", "/plan/versions/{proposed}/", "/plan/versions/{plan_draft}/propose/",
    "/plan/versions/{plan_draft}/import/", "/plan/compare/?version={proposed}&version={plan_draft}", "/plan/payments/",
    "/plan/basis/", "/pay/", "/pay/mine/", "/pay/statements/{statement}/", "/pay/runs/", "/pay/runs/{run}/",
    "/pay/runs/{computed}/", "/pay/disputes/", "/pay/adjustments/", "/pay/adjustments/new/", "/pay/schemes/",
    "/pay/schemes/new/", "/pay/schemes/{scheme}/", "/pay/versions/{scheme_draft}/", "/pay/versions/{scheme_draft}/what-if/",
    "/pay/deals/", "/pay/deals/{sold}/", "/pay/conflicts/", "/pay/conflicts/reports/", "/pay/conflicts/reports/{conflicts}/",
    "/pay/conflicts/numbers/", "/contests/", "/contests/new/", "/contests/{contest}/", "/contests/{contest}/edit/",
    "/traditions/", "/traditions/new/", "/traditions/{tradition}/", "/profile/messages/", "/organisation/stability/",
    "/wall/{token}/",
)  # fmt: skip
OTHERS = (
    ("nora", "/leads/"), ("nora", "/leads/{lead}/"), ("nora", "/deals/{deal}/"), ("nora", "/quality/calls/own/"),
    ("nora", "/quality/rejections/own/"), ("nora", "/quality/calls/reviews/{review}/"), ("nora", "/quality/calls/coaching/"),
    ("quinn", "/quality/rejections/{check}/"), ("quinn", "/quality/calls/"), ("quinn", "/quality/calls/reviews/{begun}/"),
    ("mark", "/leads/{lead}/"), ("victor", "/leads/"),
    ("nora", "/goal/"), ("nora", "/blockers/"), ("nora", "/pay/mine/"), ("nora", "/pay/statements/{statement}/"),
    ("nora", "/pay/disputes/"), ("nora", "/pay/schemes/{scheme}/"), ("mark", "/plan/versions/{plan_draft}/"),
    ("victor", "/plan/versions/{proposed}/"), ("paula", "/pay/runs/{computed}/"), ("paula", "/pay/disputes/"),
    ("paula", "/pay/versions/{scheme_draft}/"), ("ada", "/settings/walls/"), ("ada", "/settings/walls/new/"),
    ("ada", "/settings/walls/{screen}/"), ("ada", "/settings/walls/{screen}/boards/{board}/"), ("ada", "/settings/evening/"),
    ("ada", "/settings/evening/add/"), ("ada", "/settings/evening/{channel}/"), ("ada", "/evening/messages/{message}/"),
)  # fmt: skip


@pytest.fixture(scope="module")
def served(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The little company and its trade behind one server for all pages: they are only read here."""
    home = tmp_path_factory.mktemp("axe")
    plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    from django.conf import settings

    storages = settings.STORAGES | plain
    changed = override_settings(
        WAREHOUSE_DIRECTORY=home / "facts", MEDIA_ROOT=home / "files", STORAGES=storages,
        RECORDINGS_DIRECTORY=home / "recordings",
    )  # fmt: skip
    with django_db_blocker.unblock(), changed, records_in_file(home):
        world = make_world()
        make_trade()
        names = {"person": _first_person(), "mapped": _import(world), "done": _import(world, is_run=True)}
        names |= fill_desk(world, home / "recordings")
        publish_now()
        names |= fill_goal(world)
        sessions = {name: Client() for name in ("hanna", "nora", "quinn", "mark", "victor", "paula", "ada")}
        for name, client in sessions.items():
            client.force_login(getattr(world, name))
        names["figure"] = _publication(sessions["hanna"])
        server = LiveServer("localhost")
        yield server.url, names | {name: client.cookies["sessionid"].value for name, client in sessions.items()}
        server.stop()
        call_command("flush", interactive=False, verbosity=0)


def _first_person() -> int:
    from onegoal.apps.people.models import Person

    return Person.objects.first().pk


def _publication(client: Client) -> int:
    from onegoal.apps.attribution.models import Publication

    client.post(f"/attribution/publish/?{SPRING}&conversion=lead", {"name": "Spring"})
    return Publication.objects.get().pk


def _import(world: World, *, is_run: bool = False) -> int:
    from onegoal.apps.imports import jobs
    from onegoal.apps.imports.models import Import

    client = Client()
    client.force_login(world.mark)
    file = SimpleUploadedFile("leads.csv", LEADS)
    client.post("/data/upload/", {"file": file, "kind": "leads", "source": "site"})
    record = Import.objects.latest("pk")
    if is_run:
        form = client.get(f"/data/{record.pk}/map/").context
        targets = {f"target-{place}": bound.value() or "" for place, (_name, bound) in enumerate(form["columns"])}
        client.post(f"/data/{record.pk}/map/", {"source": record.source, "action": "start", **targets})
        jobs.run_next()
    return record.pk


@pytest.fixture(scope="module")
def visitor(browser: Browser, served: tuple[str, dict[str, Any]]) -> Iterator[Page]:
    """The head's browser with one page for all addresses, signed in once."""
    url, names = served
    context = _browser(browser, url, "light")
    _come_in(context, "hanna", names, url)
    yield context.new_page()
    context.close()


def _come_in(context: BrowserContext, name: str, names: dict[str, Any], url: str) -> None:
    context.add_cookies([{"name": "sessionid", "value": names[name], "url": url}])


def _browser(browser: Browser, url: str, scheme: Any) -> BrowserContext:
    size: Any = {"width": 1440, "height": 900}
    context = browser.new_context(base_url=url, viewport=size, color_scheme=scheme, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    return context


@pytest.mark.parametrize("address", PAGES)
def test_axe_finds_no_serious_fault(address: str, visitor: Page, served: tuple[str, dict[str, Any]]) -> None:
    _turn(visitor, "light")
    answer = visitor.goto(address.format_map(served[1]))
    assert answer is not None
    assert answer.status < 500
    assert _serious(visitor) == []
    _turn(visitor, "dark")
    expect(visitor.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert _serious(visitor, COLOURS) == []


@pytest.mark.parametrize(("name", "address"), OTHERS)
def test_axe_finds_no_serious_fault_in_what_others_see(
    name: str, address: str, browser: Browser, served: tuple[str, dict[str, Any]]
) -> None:
    url, names = served
    context = _browser(browser, url, "light")  # the head's tests hold the same templates in the dark
    _come_in(context, name, names, url)
    page = context.new_page()
    answer = page.goto(address.format_map(names))
    assert answer is not None
    assert answer.status == 200
    assert _serious(page, None) == []
    context.close()


def test_axe_finds_no_serious_fault_in_what_opens(visitor: Page) -> None:
    for scheme in SCHEMES:
        _turn(visitor, scheme)
        visitor.goto(f"/channels/?{SPRING}")
        for summary in visitor.locator("details.menu > summary:visible").all():
            summary.click()
            assert _serious(visitor, COLOURS) == []
        visitor.keyboard.press("Escape")
        visitor.keyboard.press("Control+k")
        visitor.get_by_role("combobox").wait_for()
        assert _serious(visitor) == []


def _turn(page: Page, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_no_serious_fault_at_the_door(
    scheme: str, browser: Browser, served: tuple[str, dict[str, Any]]
) -> None:
    context = _browser(browser, served[0], scheme)
    page = context.new_page()
    page.goto("/sign-in/")
    assert _serious(page) == []
    context.close()


def _serious(page: Any, rules: list[str] | None = None) -> list[str]:
    """What axe finds by all rules, or by some, each as its rule with the element."""
    page.evaluate(STILL)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    # Without preloading: only rules about media are asked to read style sheets anew, and they are off by default.
    options = {"resultTypes": ["violations"], "preload": False} | ({"runOnly": rules} if rules else {})
    found = page.evaluate("(options) => axe.run(document, options)", options)["violations"]
    return [
        f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]
