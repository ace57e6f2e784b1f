"""One goal walked by those it binds: set and planned, paid by to the cent, and rid of what hinders it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect
from tests.browser import desk
from tests.browser.conftest import follow
from tests.browser.desk import Enter, come, panel, press_until
from tests.world import World, make_trade

from onegoal.apps.goal.forms import quarter_of


@pytest.fixture
def trade(company: World) -> World:
    """Casa Verde after its spring: twelve leads, three contracts of Nora's for 1,000 EUR, half of it paid."""
    make_trade()
    return company


@pytest.fixture
def enter(browser: Browser, live_server: Any) -> Iterator[Enter]:
    """Sign a colleague in, in a browser of their own."""
    with desk.desks(browser, live_server.url) as enter:
        yield enter


def press(page: Page | Locator, name: str) -> Locator:
    """A button by its whole name."""
    return page.get_by_role("button", name=name, exact=True)


def confirmed(page: Page, button: str, answer: str) -> None:
    """Press what asks before it acts, say yes, and wait for the page it leads to."""
    press(page, button).click()
    follow(page, press(page.get_by_role("dialog"), answer))


def type_in_grid(page: Page, row: str, value: str) -> None:
    """Type over the total of a figure of the plan and wait until it is spread and checked."""
    page.locator(f'tr[data-row="{row}"] td').last.click()
    page.keyboard.type(value)
    with page.expect_response(lambda answer: "/checks/" in answer.url):
        page.keyboard.press("Enter")


def test_a_quarter_is_set_planned_refused_let_pass_signed_and_followed(trade: World, enter: Enter) -> None:
    start, end = quarter_of(timezone.localdate())
    head = enter(trade.hanna)
    head.goto("/kpi/new/")
    head.get_by_label("Name").fill("This quarter")
    head.locator("input[name=starts_on]").fill(start.isoformat())
    head.locator("input[name=ends_on]").fill(end.isoformat())
    for share in head.locator("input[name^=weight_], input[name^=share_]").all():
        share.fill("")  # only contracts count
    signed = head.get_by_role("group", name=re.compile("signed deals"))
    signed.get_by_label("Target").fill("6")
    signed.get_by_label("Weight").fill("100")
    follow(head, press(head, "Save the draft"))
    follow(head, press(head, "Make it active"))
    head.goto("/goal/")
    expect(head.locator(".main-figure")).to_contain_text("of the quarter's goal")
    expect(head.locator("main")).not_to_contain_text("The plan follows the joint plan in force.")

    marketer = enter(trade.mark)
    marketer.goto("/plan/new/")
    marketer.get_by_label("Name").fill("Five hundred")
    marketer.get_by_label("First month").fill(f"{start:%Y-%m}")
    marketer.get_by_label("Last month").fill(f"{end:%Y-%m}")
    follow(marketer, press(marketer, "Make the plan"))
    type_in_grid(marketer, "deals_won", "500")
    type_in_grid(marketer, "leads", "100")
    expect(marketer.locator(".plan-verdict")).to_have_text("Out of reach")
    expect(marketer.locator("#plan-checks")).to_contain_text("Leads for the deals")
    follow(marketer, marketer.get_by_role("link", name="Propose for signature"))
    expect(marketer.get_by_role("alert")).to_contain_text("out of reach")
    expect(marketer.locator("main")).to_contain_text(
        "You cannot let it pass yourself. These colleagues can: Hanna, Victor."
    )
    assert press(marketer, "Let it pass and propose").count() == 0
    propose = marketer.url

    head.goto(propose)
    head.locator("[name=reason]").fill("The second building is launched.")
    follow(head, press(head, "Let it pass and propose"))
    follow(head, press(head, "Sign for sales"))
    assert press(head, "Sign for marketing").count() == 0  # two people sign
    marketer.goto(head.url)
    follow(marketer, press(marketer, "Sign for marketing"))
    expect(marketer.locator("main .tag").first).to_have_text("in force")
    expect(marketer.locator("main")).to_contain_text("The second building is launched.")
    head.goto("/goal/")
    expect(head.locator("main")).to_contain_text("The plan follows the joint plan in force.")
    row = head.get_by_role("definition").first
    expect(row).to_contain_text("to be on plan")


def test_a_scheme_is_approved_a_month_computed_a_line_disputed_and_answered(trade: World, enter: Enter) -> None:
    books = enter(trade.paula)
    books.goto("/pay/schemes/new/")
    books.get_by_label("Name").fill("Sellers")
    books.get_by_label("Department").select_option("sales")
    follow(books, press(books, "Go on to its parts"))
    books.get_by_label("Valid from").fill("2026-01-01")
    books.get_by_role("button", name=re.compile("^Fixed pay")).click()
    expect(books.locator("#part-0-formula, [name=part-0-formula]")).to_have_value("base")
    books.get_by_role("button", name=re.compile("^Per cent of money received")).click()
    expect(books.locator("[name=part-1-formula]")).to_have_value("2 % * money_received")
    follow(books, press(books, "Save the draft"))
    draft = books.url
    follow(books, books.locator("main").get_by_role("link", name="Sellers", exact=True))
    follow(books, books.get_by_role("link", name="Pay somebody by it"))
    books.get_by_label("Person").select_option(label="Nora")
    books.get_by_label("From").fill("2026-01-01")
    books.get_by_label("Fixed pay").fill("1500")
    follow(books, press(books, "Save"))

    head = enter(trade.hanna)
    head.goto(draft)
    confirmed(head, "Approve", "Approve")
    books.goto("/pay/runs/")
    books.get_by_label("Month").select_option("2026-02")
    follow(books, press(books, "Compute"))
    expect(books.locator(".main-figure .value")).to_have_text("€1,530.00")
    assert press(books, "Approve and lock").count() == 0
    head.goto(books.url)
    confirmed(head, "Approve and lock", "Approve")

    seller = enter(trade.nora)
    seller.goto("/pay/")
    follow(seller, seller.locator("main").get_by_role("link", name="February 2026").first)
    expect(seller.locator(".main-figure .value")).to_have_text("€1,530.00")
    seller.get_by_text("3 entries behind it").click()
    expect(seller.get_by_role("region", name="Per cent of money received").locator("tbody tr")).to_have_count(3)
    seller.get_by_text("Something is wrong").click()
    seller.get_by_label("Line", exact=True).select_option(label="Per cent of money received")
    seller.get_by_label("What is wrong").fill("The payment of d4 is missing.")
    follow(seller, press(seller, "Send"))

    books.goto("/pay/disputes/")
    row = books.locator("main tbody tr", has_text="The payment of d4 is missing.")
    follow(books, row.get_by_role("link").first)
    books.locator("textarea[name=answer]").fill("It came on the 28th.")
    books.locator("input[name=amount]").fill("10")
    follow(books, press(books, "Accept"))
    seller.reload()
    expect(seller.locator("#disputes")).to_contain_text("It came on the 28th.")
    expect(seller.locator("#disputes")).to_contain_text("to be approved")
    expect(seller.locator(".main-figure .value")).to_have_text("€1,530.00")  # a locked month stays as it is


def test_a_blocker_is_raised_in_two_taps_and_resolved_from_the_heads_desk(company: World, enter: Enter) -> None:
    desk.open_desk()
    lead = come(1, seller=company.nora)
    seller = enter(company.nora)
    seller.goto(f"/leads/{lead.pk}/")
    box = seller.get_by_role("dialog", name="What hinders?")
    press_until(seller, "b", box)
    expect(box).to_contain_text("About the lead of Client 1")
    seller.keyboard.type("No plan of the flat")
    press(box, "Raise it").click()
    expect(box).to_be_hidden()
    expect(panel(seller, "blockers")).to_contain_text("No plan of the flat")

    head = enter(company.hanna)
    head.goto("/goal/desk/")
    follow(head, head.get_by_role("link", name="No plan of the flat"))
    expect(head.locator("main")).to_contain_text("Lead of Client 1")
    head.get_by_label("How it was resolved").fill("The plan is in the folder.")
    follow(head, press(head, "Resolved"))
    head.goto("/goal/desk/")
    expect(head.locator("main")).to_contain_text("1 raised in 90 days, 1 resolved")
    assert head.get_by_role("link", name="No plan of the flat").count() == 0
    seller.reload()
    expect(panel(seller, "blockers")).to_contain_text("resolved")
