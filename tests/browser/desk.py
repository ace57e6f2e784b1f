"""The sales desk of the little company as the walks through it begin: stages, an open office, leads of today, a flat."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.browser.conftest import PATIENCE_MS, sign_in
from tests.world import World, lead_row, person_ref

STAGES = {
    "lead": {"New": "open", "Qualified": "qualified", "Warming up": "nurture", "Rejected": "rejected"},
    "deal": {"Talks": "open", "Visit": "open", "Reserved": "reserved", "Signed": "won", "Lost": "lost"},
}
Enter = Callable[[Any], Page]


def open_desk() -> None:
    """Stages of leads and deals, and an office that never closes, so that no clock hangs on when the tests run."""
    from onegoal.apps.company.models import Stage, WorkingHours

    for pipeline, stages in STAGES.items():
        for place, (name, kind) in enumerate(stages.items()):
            Stage.objects.create(pipeline=pipeline, name=name, kind=kind, position=place)
    for weekday in range(7):
        WorkingHours.objects.create(weekday=weekday, opens=dt.time(0), closes=dt.time(23, 59))


def come(number: int, *, seller: Any = None, minutes_ago: float = 5, **said: Any) -> Any:
    """A lead that came a moment ago with a phone and River Park in mind; say what differs."""
    from onegoal.apps.sales.models import Lead
    from onegoal.apps.sales.services import take_in_leads

    came = timezone.now() - dt.timedelta(minutes=minutes_ago)
    row = {"person": person_ref(f"Client {number}", phone=f"+407220000{number:02d}"), "project": "River Park"}
    row |= {"seller": seller.email} if seller else {}
    take_in_leads(rows=[lead_row(f"L{number}", created_at=came, **(row | said))], now=came)
    return Lead.objects.select_related("person").get(source_id=f"L{number}")


def give_by_claim() -> None:
    """New leads are offered to all sellers: whoever takes one first has it."""
    from onegoal.apps.desk.jobs import give_out_leads
    from onegoal.apps.desk.models import DistributionRule

    DistributionRule.objects.create(name="all", method="by_claim", gives_when="always")
    give_out_leads()


def make_flat(world: World) -> Any:
    """A flat of River Park for sale at 100,000 EUR."""
    from onegoal.apps.products.models import Product

    return Product.objects.create(
        name="Flat 1", project=world.river_park, product_type="2 rooms", rooms=2, floor=3,
        price_minor=100_000_00, currency="EUR",
    )  # fmt: skip


@contextmanager
def desks(browser: Browser, url: str) -> Iterator[Enter]:
    """Give each colleague a browser of their own, signed in; what breaks in any of them fails the walk."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def enter(user: Any) -> Page:
        context = browser.new_context(base_url=url, viewport={"width": 1440, "height": 900}, locale="en-GB")
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("response", lambda got: faults.append(f"{got.status} {got.url}") if got.status >= 500 else None)
        sign_in(page, user)
        return page

    yield enter
    for context in contexts:
        context.close()
    assert faults == []


def panel(page: Page, key: str) -> Any:
    """One panel of a card."""
    return page.locator(f"#panel-{key}")


def press_until(page: Page, key: str, there: Any) -> None:
    """Press a key once the page answers to keys at all, and wait for what it brings."""
    page.wait_for_load_state()
    page.keyboard.press(key)
    expect(there).to_be_visible()


def sign_regulation_of(world: World) -> Any:
    """Version 1, in force: a phone is required, and one may have no money."""
    from onegoal.apps.regulation.models import Clause
    from onegoal.apps.regulation.services import create_draft, save_clause, sign_regulation

    now = timezone.now()
    draft = create_draft(title="Good leads", author=world.mark, now=now)
    for values in (
        {
            "kind": "criterion",
            "number": "1.1",
            "field": "has_phone",
            "operator": "is",
            "value": True,
            "is_required": True,
        },
        {"kind": "reason", "number": "2.1", "text": "No money"},
    ):
        save_clause(clause=Clause(regulation=draft, **values), now=now)
    sign_regulation(regulation=draft, side="marketing", author=world.mark, now=now)
    return sign_regulation(regulation=draft, side="sales", author=world.hanna, now=now)


def fill_desk(world: World, recordings: Any) -> dict[str, int]:
    """Something of everything the desk shows, by the names its addresses use."""
    from tests.apps.quality.calls import judge, keep_sound, make_call, make_scorecard, wav
    from tests.apps.quality.rejections import to_check

    from onegoal.apps.board.services import open_deal, reserve_product
    from onegoal.apps.company.models import CustomField
    from onegoal.apps.feedback.services import ask_department
    from onegoal.apps.quality.services.reviews import start_review
    from onegoal.apps.regulation.services import create_draft
    from onegoal.apps.sales.models import Objection, Task

    now = timezone.now()
    open_desk()
    CustomField.objects.create(entity="lead", key="budget", label="Budget", kind="number")
    Objection.objects.create(name="Too dear")
    signed = sign_regulation_of(world)
    draft = create_draft(title="Stricter", author=world.hanna, now=now, like=signed)
    leads = [come(number, seller=world.nora) for number in range(40, 43)]
    twin = come(43, person=person_ref("Client 40", email="client.40@mail.test"), seller=world.nora)
    Task.objects.create(title="Call back", kind="call", assignee=world.nora, lead=leads[0], created_at=now, due_at=now)
    deal = open_deal(lead=leads[1], author=world.nora, now=now)
    reserve_product(deal=deal, product=make_flat(world), author=world.nora, now=now)
    keep_sound(recordings, content=wav(5))
    calls = [make_call(world.nora, n, at=now, lead=leads[0], recording="talk.wav") for n in range(2)]
    card = make_scorecard()
    done = judge(calls[0], world.quinn, 1, 4, 0, card=card, now=now)
    begun = start_review(call=calls[1], reviewer=world.quinn, now=now, scorecard=card)
    question = ask_department(
        side="sales", author=world.mark, text="What made it good?", due_at=now, lead=leads[0], now=now
    )
    return {
        "lead": leads[0].pk, "one": leads[0].person_id, "twin": twin.person_id, "deal": deal.pk, "signed": signed.pk,
        "draft": draft.pk, "check": to_check(world, world.nora).pk, "call": calls[0].pk, "review": done.pk,
        "begun": begun.pk, "scorecard": card.pk, "question": question.pk,
    }  # fmt: skip
