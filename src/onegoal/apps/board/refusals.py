"""Why something on the board was not done: each refusal tells in words what happened, who was quicker and what to do now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from onegoal.apps.board.models import Discount, Reservation
from onegoal.apps.company.models import Stage
from onegoal.apps.products.models import Product
from onegoal.apps.shell.figures import language
from onegoal.apps.shell.numbers import write_moment_fully

CONFLICT, INCOMPLETE = 409, 422


class Refused(Exception):
    """Nothing was written; `said` tells why in the reader's language, `status` is the answer's."""

    status = INCOMPLETE

    def __init__(self, said: str | Promise = "") -> None:
        super().__init__(said)
        self._said = said

    @property
    def said(self) -> str:
        """Return the reason in words."""
        return str(self._said)


class NotAllowed(Refused):
    """The author has no right to this."""


class DealClosed(Refused):
    """The deal is signed or lost."""

    @property
    def said(self) -> str:
        return _("This deal is closed. Take it back to work first.")


class MovedMeanwhile(Refused):
    """Somebody moved the deal after this reader saw it: `stage` is where it stands now."""

    status = CONFLICT

    def __init__(self, stage: Stage | None, by: str, at: dt.datetime | None) -> None:
        super().__init__()
        self.stage, self.by, self.at = stage, by, at

    @property
    def said(self) -> str:
        if self.at is None:
            return _("The deal stands in %(stage)s by now.") % {"stage": self.stage or _("no stage")}
        said = _("%(name)s moved this deal at %(moment)s. It stands in %(stage)s now.")
        return said % {"name": self.by, "moment": moment(self.at), "stage": self.stage or _("no stage")}


class FieldsMissing(Refused):
    """The stage asks for fields that the card does not hold: `fields` are their names."""

    def __init__(self, fields: Sequence[str], labels: Sequence[str]) -> None:
        super().__init__()
        self.fields, self.labels = list(fields), list(labels)

    @property
    def said(self) -> str:
        return _("Fill in first: %(fields)s.") % {"fields": ", ".join(self.labels)}


class ReasonNeeded(Refused):
    """The move needs a reason in words."""

    @property
    def said(self) -> str:
        return _("Say why: the reason is kept with the deal.")


class ContractNeeded(Refused):
    """A deal is signed by its contract, not by a move."""

    @property
    def said(self) -> str:
        return _("A deal is signed by its contract: number, day, price and payment schedule.")


class ContractIncomplete(Refused):
    """What is missing for the contract: `problems` in words."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__()
        self.problems = list(problems)

    @property
    def said(self) -> str:
        return " ".join(self.problems)


class ProductNeeded(Refused):
    """The stage is one of reservation and the deal names no product."""

    @property
    def said(self) -> str:
        return _("Choose a product from the stock first.")


class ProductTaken(Refused):
    """Somebody else's deal holds the product, or it is not for sale: `reservation` is the one that holds, if any."""

    status = CONFLICT

    def __init__(self, product: Product, reservation: Reservation | None = None) -> None:
        super().__init__()
        self.product, self.reservation = product, reservation

    @property
    def said(self) -> str:
        if self.reservation is None:
            said = _("%(product)s is not for sale: %(status)s.")
            return said % {"product": self.product, "status": self.product.get_status_display()}
        author = self.reservation.author or self.reservation.deal.seller
        said = _("%(name)s was quicker: %(product)s is kept for another deal until %(moment)s.")
        name = str(author) if author else _("Somebody")
        return said % {"name": name, "product": self.product, "moment": moment(self.reservation.until)}


class ReservationEnded(Refused):
    """The reservation does not hold any more."""

    status = CONFLICT

    @property
    def said(self) -> str:
        return _("This reservation does not hold any more. Reserve the product again if it is free.")


class ReservationTooLong(Refused):
    """Only a supervisor may keep a product longer than the settings say: `limit` is the latest moment."""

    def __init__(self, limit: dt.datetime) -> None:
        super().__init__()
        self.limit = limit

    @property
    def said(self) -> str:
        said = _("You may keep it until %(moment)s. A supervisor can keep it longer.")
        return said % {"moment": moment(self.limit)}


class DiscountRefused(Refused):
    """The discount cannot be asked or decided like this."""


class DiscountDecided(Refused):
    """Somebody decided on the discount before."""

    status = CONFLICT

    def __init__(self, discount: Discount) -> None:
        super().__init__()
        self.discount = discount

    @property
    def said(self) -> str:
        said = _("This discount is decided already: %(state)s, %(name)s.")
        name = self.discount.decided_by or self.discount.author or ""
        return said % {"state": self.discount.get_state_display(), "name": name}


class ScheduleWrong(Refused):
    """The parts of a payment schedule do not make one."""


def moment(at: dt.datetime) -> str:
    """Write a moment on the company's clock, with its day."""
    return write_moment_fully(at, language(), timezone.get_current_timezone())
