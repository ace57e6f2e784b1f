"""The demo's board: flats kept for deals, discounts that were asked for, clients that agencies registered."""

from __future__ import annotations

from typing import Final

from django.db import transaction

from onegoal.apps.board.services import (
    ask_discount,
    decide_discount,
    find_or_create_agency,
    lapse_registrations,
    register_client,
    reserve_product,
)
from onegoal.apps.company.models import Project, StageKind
from onegoal.apps.demo import cast
from onegoal.apps.demo.records import HEAD, Records, done_by
from onegoal.apps.people.models import IdentifierKind
from onegoal.apps.products.models import Product, ProductStatus
from onegoal.apps.sales.models import Deal, Lead

DISCOUNT_BP: Final = 300
CLIENTS: Final = (
    (0, "Gheorghe Albu", "+40799100101", cast.RIVERSIDE, 12),
    (1, "Réka Bíró", "+40799100102", cast.PARK, 30),
    (3, "Марина Гончар", "+40799100103", cast.RIVERSIDE, 55),
    (2, "Kovács Bence", "+40799100104", cast.PARK, 118),
    (4, "Peter Hall", "+40799100105", cast.RIVERSIDE, 140),
)
"""Agency, client, phone, project, and how many days ago they were registered; ninety days are protected."""
CONFLICT: Final = (4, "Gheorghe Albu", "+40799100101", cast.RIVERSIDE, 3)


class Selling:
    """Puts on the board what a sales office has open."""

    def __init__(self, records: Records) -> None:
        self.records, self.dice = records, records.dice("selling")

    @transaction.atomic
    def run(self) -> None:
        """Write reservations, discounts and registrations."""
        reserved = self._reserve()
        self._discounts(reserved)
        self._register()

    def _reserve(self) -> list[Deal]:
        """Keep a flat for every deal that stands as reserved; the office keeps it five days, a little more or less is left."""
        kept = []
        deals = Deal.objects.filter(stage__kind=StageKind.RESERVED, won_at=None, lost_at=None, seller__isnull=False)
        for deal in deals.select_related("seller").order_by("pk"):
            product = free_product(deal.project_id, deal.product_type)
            if product is None or deal.seller is None:
                continue
            at = max(self.records.ago(days=float(self.dice.uniform(0.1, 4.6))), deal.opened_at)
            with done_by(deal.seller):
                reserve_product(deal=deal, product=product, author=deal.seller, now=at)
            kept.append(deal)
        return kept

    def _discounts(self, deals: list[Deal]) -> None:
        """The first two deals ask for a discount; one of them has it."""
        for place, deal in enumerate(deals[:2]):
            deal.refresh_from_db()
            assert deal.seller is not None
            amount = (deal.list_price_minor or 0) * DISCOUNT_BP // 10_000 // 100_000 * 100_000
            words = ("Pays the whole price at once.", "Buys two parking places as well.")[place]
            with done_by(deal.seller):
                discount = ask_discount(
                    deal=deal, amount_minor=amount, reason=words, author=deal.seller, now=self.records.ago(hours=20 - 17 * place)
                )  # fmt: skip
            if place == 0:
                head = self.records.users[HEAD]
                with done_by(head):
                    decide_discount(discount=discount, is_approved=True, author=head, now=self.records.ago(hours=15))

    def _register(self) -> None:
        """Protected clients, two whose time is over, one asked for by two agencies, and one who is the company's own."""
        head = self.records.users[HEAD]
        projects = {project.name: project for project in Project.objects.all()}
        own = self._own_client()
        with done_by(head):
            for place, name, phone, project, days in sorted((*CLIENTS, CONFLICT, *own), key=lambda one: -one[4]):
                at = self.records.ago(days=days, hours=1)
                agency = find_or_create_agency(name=cast.AGENCIES[place], now=at)
                register_client(agency=agency, phone=phone, now=at, author=head, name=name, project=projects[project])
            lapse_registrations(now=self.records.now)

    def _own_client(self) -> list[tuple[int, str, str, str, int]]:
        """A client of the company's own whom an agency tried to register."""
        came = self.records.ago(days=20)
        lead = Lead.objects.filter(created_at__lt=came, agency=None, project__name=cast.PARK).order_by("-pk").first()
        phone = lead.person.identifiers.filter(kind=IdentifierKind.PHONE).first() if lead else None
        return [(1, lead.person.name, phone.value, cast.PARK, 9)] if lead and phone else []


def free_product(project_id: int | None, product_type: str) -> Product | None:
    """Return a product for sale of the type in the project, else any of the project."""
    free = Product.objects.filter(project_id=project_id or 0, status=ProductStatus.AVAILABLE).order_by("pk")
    return free.filter(product_type=product_type).first() or free.first()
