"""The contract step: a deal is signed with its product, price and schedule in one piece, or not at all; and cancelled."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.audit.services import record_change, snapshot
from onegoal.apps.board.models import Discount, DiscountState, Registration, RegistrationState
from onegoal.apps.board.queries.deals import active_reservation, deal_stages, schedule_of
from onegoal.apps.board.refusals import ContractIncomplete, DealClosed, NotAllowed, ReasonNeeded
from onegoal.apps.board.services.reservations import end_by_sale, locked_deal
from onegoal.apps.company.models import Stage, StageKind
from onegoal.apps.products.models import Product, ProductStatus
from onegoal.apps.products.services import set_product_status
from onegoal.apps.sales.completeness import fields_of, missing_fields
from onegoal.apps.sales.models import Deal, Entity
from onegoal.apps.sales.services import save_deal


@transaction.atomic
def sign_contract(*, deal: Deal, number: str, signed_on: dt.date, now: dt.datetime, stage: Stage | None = None) -> Deal:
    """Sign a deal: number, day, stage, product sold, reservation and agency's registration closed, in one transaction.

    `stage` is the first stage of signed deals when not told; `signed_on` is a day of the current time zone.
    Raises: DealClosed, ContractIncomplete(problems).
    """
    stored = locked_deal(deal)
    if stored.won_at or stored.lost_at:
        raise DealClosed
    stage = stage or next((one for one in deal_stages() if one.kind == StageKind.WON), None)
    problems = contract_problems(stored, number=number, signed_on=signed_on, stage=stage, now=now)
    if problems or stage is None:
        raise ContractIncomplete(problems or [_("There is no stage for signed deals.")])
    stored.contract_number, stored.stage, stored.reason = number.strip(), stage, ""
    stored.won_at = _signed_at(signed_on, stored, now)
    save_deal(deal=stored, now=now)
    held = active_reservation(stored)
    if held:
        end_by_sale(reservation=held, now=now)
        set_product_status(product=held.product, status=ProductStatus.SOLD, now=now)
    _close_registrations(stored, now)
    return stored


def contract_problems(
    deal: Deal, *, number: str, signed_on: dt.date | None, stage: Stage | None, now: dt.datetime
) -> list[str]:
    """Return in words what a deal lacks for its contract; an empty list when nothing."""
    problems = [*_paper_problems(deal, number, signed_on, now), *_price_problems(deal)]
    held = active_reservation(deal)
    if deal.product_id is None:
        if Product.objects.exists():
            problems.append(_("Choose a product from the stock and reserve it."))
    elif held is None or held.until <= now or held.product_id != deal.product_id:
        problems.append(_("The product is not reserved for this deal."))
    lacking = missing_fields(deal, stage)
    own = {"contract_number"} if number.strip() else set()
    if names := [str(fields_of(Entity.DEAL).get(name, name)) for name in lacking if name not in own]:
        problems.append(_("Fill in: %(fields)s.") % {"fields": ", ".join(names)})
    return problems


@transaction.atomic
def cancel_contract(*, deal: Deal, stage: Stage, reason: str, author: User, now: dt.datetime) -> Deal:
    """Take a signed deal back to another stage with a reason; its product is for sale again.

    Raises: NotAllowed (it takes a supervisor), ReasonNeeded, DealClosed when it is not signed.
    """
    stored = locked_deal(deal)
    if not stored.won_at or stage.kind == StageKind.WON:
        raise DealClosed
    if not has_right(author, Right.OVERRIDE):
        raise NotAllowed(_("Only a supervisor or the head can cancel a signed contract."))
    if not reason.strip():
        raise ReasonNeeded
    stored.stage, stored.reason = stage, reason.strip()[:300]
    save_deal(deal=stored, now=now)
    product = stored.product
    if product and product.status == ProductStatus.SOLD and not _is_sold_elsewhere(product, stored):
        set_product_status(product=product, status=ProductStatus.AVAILABLE, now=now)
    return stored


def _paper_problems(deal: Deal, number: str, signed_on: dt.date | None, now: dt.datetime) -> list[str]:
    problems = []
    if not number.strip():
        problems.append(_("Write the number of the contract."))
    if signed_on is None:
        problems.append(_("Say on which day it was signed."))
    elif signed_on > timezone.localdate(now):
        problems.append(_("A contract cannot be signed in the future."))
    elif signed_on < timezone.localdate(deal.opened_at):
        problems.append(_("The deal was opened later than this day."))
    return problems


def _price_problems(deal: Deal) -> list[str]:
    problems = []
    if not deal.amount_minor or deal.amount_minor < 1 or not deal.currency:
        problems.append(_("The deal has no price."))
    elif not (schedule := schedule_of(deal)).is_sound:
        none, wrong = _("There is no payment schedule."), _("The payment schedule does not add up to the price.")
        problems.append(wrong if schedule.rows else none)
    if Discount.objects.filter(deal=deal, state=DiscountState.ASKED).exists():
        problems.append(_("A discount waits for approval."))
    return problems


def _signed_at(day: dt.date, deal: Deal, now: dt.datetime) -> dt.datetime:
    if day == timezone.localdate(now):
        return now
    noon = dt.datetime.combine(day, dt.time(12), timezone.get_current_timezone())
    return max(noon.astimezone(dt.UTC), deal.opened_at)


def _is_sold_elsewhere(product: Product, deal: Deal) -> bool:
    return Deal.objects.filter(product=product, won_at__isnull=False).exclude(pk=deal.pk).exists()


def _close_registrations(deal: Deal, now: dt.datetime) -> None:
    running = Registration.objects.select_for_update().filter(
        person_id=deal.person_id, agency_id=deal.agency_id, state=RegistrationState.PROTECTED
    )
    for registration in running if deal.agency_id else ():
        if registration.project_id in (None, deal.project_id):
            before = snapshot(registration)
            registration.state = RegistrationState.BOUGHT
            registration.save(update_fields=["state"])
            record_change(record=registration, before=before, now=now)
