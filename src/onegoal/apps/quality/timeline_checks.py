"""What control adds to a person's timeline: findings, the seller's answer, the head's word."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onegoal.apps.accounts.models import User
from onegoal.apps.people.models import Person
from onegoal.apps.people.timeline import MOST_MOMENTS, Moment, Source
from onegoal.apps.quality.models import Check, CheckState
from onegoal.apps.quality.queries.checks import readable_checks, with_details


def check_moments(user: User, person: Person) -> Iterator[Moment]:
    """Yield what was found about the rejections of the person's leads, as far as the user may see it."""
    checks = with_details(readable_checks(user).filter(decision__lead__person=person, checked_at__isnull=False))
    for check in checks[:MOST_MOMENTS]:
        yield from _moments_of(check)


def _moments_of(check: Check) -> Iterator[Moment]:
    if check.checked_at:
        title = _("Checked: rightly rejected") if check.state == CheckState.RIGHT else _("Checked: wrongly rejected")
        back = _("back to %(name)s") % {"name": check.returned_to} if check.returned_to else ""
        yield Moment(check.checked_at, "check", title, _joined(check.finding, back, check.reviewer))
    if check.answered_at and check.seller_answer:
        yield Moment(
            check.answered_at, "check", _("The seller disagrees"), _joined(check.seller_answer, check.decision.seller)
        )
    if check.ruled_at:
        is_upheld = check.state == CheckState.UPHELD
        title = _("Decided: wrongly rejected") if is_upheld else _("Decided: rightly rejected")
        yield Moment(check.ruled_at, "check", title, _joined(check.ruling, check.ruled_by))


CHECKS = Source("check", gettext_lazy("control"), check_moments)


def _joined(*parts: object) -> str:
    return " · ".join(str(part) for part in parts if part)
