"""The sales desk walked by those who work at it: claim to qualify, reject to won, call to coaching, draft to law."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from tests.apps.quality.calls import keep_sound, make_call, wav
from tests.browser import desk
from tests.browser.conftest import follow
from tests.browser.desk import Enter, come, panel, press_until
from tests.world import World

from onegoal.apps.facts.jobs import publish
from onegoal.apps.facts.services import publish_now


@pytest.fixture
def office(company: World) -> World:
    """The little company with its stages, at work day and night."""
    desk.open_desk()
    return company


@pytest.fixture
def enter(browser: Browser, live_server: Any) -> Iterator[Enter]:
    """Sign a colleague in, in a browser of their own."""
    with desk.desks(browser, live_server.url) as enter:
        yield enter


def said(page: Page, words: str) -> None:
    """Expect a toast and close it, for it may lie over what is pressed next."""
    toast = page.locator(".toast-line", has_text=words).first
    expect(toast).to_be_visible()
    toast.get_by_role("button", name="Close").click()


def test_a_seller_claims_calls_and_qualifies_by_keyboard(office: World, enter: Enter) -> None:
    lead = come(1)
    desk.give_by_claim()
    page = enter(office.nora)
    page.locator(".rail").get_by_role("link", name="Leads", exact=True).focus()
    page.keyboard.press("Enter")
    row = page.locator("table.listing tbody tr", has_text="Client 1")
    expect(row).to_contain_text("left")
    page.wait_for_load_state()  # only then does the page answer to keys
    page.keyboard.press("j")
    page.keyboard.press("c")

    page.wait_for_url(f"**/leads/{lead.pk}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Client 1")
    said(page, "The lead is yours.")
    expect(panel(page, "desk")).to_contain_text("answer:")
    press_until(page, "n", panel(page, "calls").get_by_text("1 call not answered"))
    expect(panel(page, "desk")).not_to_contain_text("answer:")
    press_until(page, "q", panel(page, "regulation").get_by_text("Qualified", exact=True))

    page.goto("/leads/")
    expect(page.get_by_role("heading", name="Nothing waits for you")).to_be_visible()
    page.locator("#desk-tabs").get_by_role("link", name="Qualified").click()
    expect(page.locator("table.listing tbody tr", has_text="Client 1")).to_be_visible()


def test_two_sellers_want_one_lead_and_the_second_reads_who_has_it(office: World, enter: Enter) -> None:
    come(1)
    desk.give_by_claim()
    pages = [enter(seller) for seller in (office.nora, office.nick)]
    for page in pages:
        page.goto("/leads/")
        expect(page.get_by_role("button", name="Take it")).to_be_visible()
    nora, nick = pages
    nora.get_by_role("button", name="Take it").click()
    nora.wait_for_url("**/leads/*/")
    nick.get_by_role("button", name="Take it").click()
    expect(nick.locator(".toast-line")).to_contain_text("Nora")


def test_a_rejection_found_wrong_comes_back_is_won_and_counted(office: World, enter: Enter) -> None:
    from onegoal.apps.quality.jobs import queue_rejections
    from onegoal.apps.quality.services.queue import begin_control

    begin_control(now=timezone.now())
    desk.sign_regulation_of(office)
    desk.make_flat(office)
    lead = come(1, seller=office.nora, minutes_ago=0)

    _reject(enter(office.nora), lead)
    queue_rejections()
    _send_back_to_nick(enter(office.quinn), lead)
    deal = _win(enter(office.nick), lead)
    publish_now()

    page = enter(office.hanna)
    page.goto("/reports/rejections/?period=today")
    line = page.locator("table", has=page.locator("th", has_text="wrong")).locator("tbody tr", has_text="Nora").first
    expect(line).to_contain_text("€100,000")
    page.goto(deal)
    expect(panel(page, "deal-contract")).to_contain_text("CV-1")


def _reject(page: Page, lead: Any) -> None:
    page.goto(f"/leads/{lead.pk}/")
    reason = panel(page, "regulation").get_by_role("button", name="2.1 No money")
    press_until(page, "x", reason)
    reason.click()
    expect(panel(page, "regulation")).to_contain_text("Rejected: 2.1 No money")


def _send_back_to_nick(page: Page, lead: Any) -> None:
    page.goto("/quality/rejections/")
    expect(page.locator("table.listing tbody tr", has_text="Client 1")).to_be_visible()
    press_until(page, "n", page.get_by_role("heading", name="Was the rejection right?"))
    page.get_by_label("Finding").fill("She has 100,000 in the bank and said so.")
    page.get_by_label("Goes back to").select_option(label="Nick")
    page.locator("summary", has_text="Clause, call, document, time").click()
    page.get_by_label("Clause", exact=True).select_option(index=1)
    follow(page, page.get_by_role("button", name="Wrong, back to work"))
    page.wait_for_url("**/quality/rejections/")
    expect(page.locator(".toast-line").first).to_contain_text("Nick")


def _win(page: Page, lead: Any) -> str:
    """Qualify the lead that came back, sell it the flat, and return the address of the deal."""
    page.goto("/leads/")
    page.locator("table.listing").get_by_role("link", name="Client 1").click()
    expect(page.locator("main")).to_contain_text("She has 100,000 in the bank and said so.")
    press_until(page, "q", panel(page, "regulation").get_by_text("Qualified", exact=True))
    page.reload()
    page.get_by_role("button", name="Make a deal").click()
    page.wait_for_url("**/deals/*/")
    panel(page, "deal-product").get_by_role("button", name="Reserve").click()
    expect(panel(page, "deal-product")).to_contain_text("kept until")
    page.reload()
    schedule = panel(page, "deal-schedule")
    schedule.get_by_role("button", name="Fill in").click()
    expect(schedule.locator("[data-row]")).to_have_count(6)
    schedule.get_by_role("button", name="Save the schedule").click()
    expect(schedule).to_contain_text("adds up to the price")
    page.reload()
    contract = panel(page, "deal-contract")
    contract.get_by_label("Number").fill("CV-1")
    contract.get_by_role("button", name="Signed").click()
    expect(contract).to_contain_text("CV-1")
    expect(page.locator(".stage-step[aria-current=step]")).to_have_text("Signed")
    return page.url


def test_a_scorecard_is_built_a_call_judged_by_it_and_coaching_agreed(
    office: World, enter: Enter, settings: Any, tmp_path: Any
) -> None:
    settings.RECORDINGS_DIRECTORY = tmp_path / "recordings"
    keep_sound(settings.RECORDINGS_DIRECTORY, content=wav(30))
    call = make_call(office.nora, at=timezone.now(), lead=come(1, seller=office.nora), recording="talk.wav")
    page = enter(office.quinn)
    _build_a_scorecard(page)

    page.goto(f"/quality/calls/{call.pk}/")
    expect(page.locator("call-player")).to_contain_text("0:30")
    press_until(page, "r", page.get_by_role("button", name="Finish the review"))
    page.get_by_role("group", name="Says the company?").get_by_text("No", exact=True).click()
    expect(page.locator("#review-state")).to_contain_text("1 of 2 answered")
    page.get_by_role("group", name="Asks about the money?").get_by_text("4", exact=True).click()
    expect(page.locator("#review-state")).to_contain_text("2 of 2 answered")
    page.get_by_role("button", name="Finish the review").click()
    expect(page.get_by_text("failed")).to_be_visible()
    page.get_by_role("link", name="Coach", exact=True).click()
    page.get_by_label("What to practise").fill("Say the company first, ten times aloud.")
    follow(page, page.get_by_role("button", name="Agree", exact=True))

    seller = enter(office.nora)
    seller.goto("/tasks/")
    expect(seller.locator("#tasks")).to_contain_text("Practise: Greeting")


def _build_a_scorecard(page: Page) -> None:
    page.goto("/quality/calls/scorecards/")
    page.get_by_label("Name").fill("First talk")
    follow(page, page.get_by_role("button", name="Begin a scorecard"))
    for step, text, kind in (("Greeting", "Says the company?", "yes_no"), ("Needs", "Asks about the money?", "scale")):
        form = page.locator("#edit")
        form.locator("[name=step]").fill(step)
        form.locator("[name=text]").fill(text)
        form.locator("[name=kind]").select_option(kind)
        form.get_by_role("button", name="Add").click()
        expect(page.locator(".builder-list")).to_contain_text(text)
    page.get_by_role("button", name="Judge calls by this version").click()
    expect(page.locator("main").get_by_text("in use", exact=True)).to_be_visible()


def test_a_regulation_is_drafted_tried_signed_by_two_and_judges_the_next_lead(office: World, enter: Enter) -> None:
    come(1)
    come(2, project="")
    mark = enter(office.mark)
    mark.goto("/regulation/")
    mark.get_by_role("button", name="Write the first version").click()
    _add_criterion(mark, "1.1", "project", "is_filled")
    _add_criterion(mark, "1.2", "project", "is_empty")
    expect(mark.locator("#clauses")).to_contain_text("exclude each other")
    _refuses_to_be_signed(mark)

    mark.get_by_role("link", name="Edit").click()
    mark.locator(".clauses > li", has_text="1.2").get_by_role("button", name=re.compile("Delete|Remove")).click()
    expect(mark.locator("#clauses")).not_to_contain_text("exclude each other")
    mark.goto(mark.get_by_role("link", name="What if").get_attribute("href") + "?period=today")  # type: ignore[operator]
    expect(mark.locator("#trial")).to_contain_text("Of 2 leads this version would qualify 1.")
    follow(mark, mark.get_by_role("link", name="Draft").or_(mark.locator("main a.btn-quiet")).first)
    follow(mark, mark.get_by_role("button", name="Sign for marketing"))
    expect(mark.locator("dl.facts")).to_contain_text("Mark")
    expect(mark.get_by_role("button", name="Sign for sales")).to_have_count(0)

    hanna = enter(office.hanna)
    hanna.goto(mark.url)
    follow(hanna, hanna.get_by_role("button", name="Sign for sales"))
    hanna.goto("/regulation/")
    expect(hanna.locator("tbody")).to_contain_text("in force")

    late = come(3, minutes_ago=0, project="")
    hanna.goto(f"/leads/{late.pk}/")
    expect(panel(hanna, "regulation")).to_contain_text("Does not qualify")


def _add_criterion(page: Page, number: str, field: str, operator: str) -> None:
    form = page.locator(".clause-form")
    press_until(page, "n", form)
    form.get_by_label("Number").fill(number)
    form.get_by_label("Field").select_option(field)
    expect(form.locator(f"select[name=operator] option[value={operator}]")).to_have_count(1)
    form.get_by_label("Must").select_option(operator)
    expect(form.locator("[name=value]")).to_have_count(0)
    form.get_by_label("Required").check()
    form.get_by_role("button", name="Save").click()
    expect(form).to_have_count(0)
    expect(page.locator(".clauses").first).to_contain_text(number)


def _refuses_to_be_signed(page: Page) -> None:
    page.get_by_role("link", name="Read and sign").click()
    expect(page.get_by_text("It cannot be signed as it is.")).to_be_visible()
    expect(page.get_by_role("button", name="Sign for marketing")).to_have_count(0)


def test_a_tap_of_the_seller_reaches_marketing_and_a_question_comes_back_answered(office: World, enter: Enter) -> None:
    from onegoal.apps.marketing.intake import OriginMarks

    lead = come(1, seller=office.nora, marks=OriginMarks(source="google", medium="cpc", campaign="Spring"))
    publish_now()
    mark = enter(office.mark)
    mark.goto("/reports/feedback/?period=today")
    nora = enter(office.nora)
    nora.goto(f"/leads/{lead.pk}/")
    press_until(nora, "1", panel(nora, "feedback").locator("button[data-key='1'][aria-pressed=true]"))
    publish()
    expect(mark.locator("table tbody tr", has_text="Spring").first).to_contain_text("1 of 1")

    mark.goto(f"/leads/{lead.pk}/")
    panel(mark, "feedback").locator("summary", has_text="Ask the other department").click()
    panel(mark, "feedback").locator("textarea").first.fill("What made it good?")
    panel(mark, "feedback").get_by_role("button", name="Ask", exact=True).click()
    expect(panel(mark, "feedback")).to_contain_text("What made it good?")

    nora.goto("/questions/")
    nora.get_by_role("link", name="What made it good?").click()
    nora.get_by_label("Answer").fill("She had seen the flat.")
    follow(nora, nora.get_by_role("button", name="Answer"))
    mark.reload()
    expect(panel(mark, "feedback")).to_contain_text("She had seen the flat.")


def test_a_deal_moves_on_the_board_by_mouse_and_by_arrow_keys(office: World, enter: Enter) -> None:
    from onegoal.apps.board.services import open_deal

    deal = open_deal(lead=come(1, seller=office.nora), author=office.nora, now=timezone.now())
    page = enter(office.nora)
    page.goto("/deals/")
    card = page.locator(f"#deal-{deal.pk}:not(.is-moving)")
    lists = page.locator("[data-board][data-shown] [data-column]")
    expect(lists).to_have_count(5)
    talks, visit, *_, lost = lists.evaluate_all("lists => lists.map(list => list.dataset.column)")
    card.drag_to(page.locator(f'[data-column="{visit}"]'), target_position={"x": 80, "y": 40})
    expect(card).to_have_attribute("data-stage", visit)
    card.locator("a").first.focus()
    page.keyboard.press("ArrowLeft")
    expect(card).to_have_attribute("data-stage", talks)
    expect(card.locator("a").first).to_be_focused()

    card.drag_to(page.locator(f'[data-column="{lost}"]'), target_position={"x": 80, "y": 40})
    ask = page.locator("#board-ask")
    expect(ask).to_contain_text("Client 1 to Lost")
    ask.get_by_label("Why").fill("too dear")
    ask.get_by_role("button", name="Move").click()
    expect(card).to_have_attribute("data-stage", lost)
