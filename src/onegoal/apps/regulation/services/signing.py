"""Two persons sign a draft, one for each department; with the second signature it gets its day and is locked."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db import transaction

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.audit.services import record_change, snapshot
from onegoal.apps.regulation.models import Regulation, Side, Signature, State
from onegoal.apps.regulation.queries import flaws_of
from onegoal.core.qualification import Flaw

RIGHT_OF_SIDE: Final = {Side.MARKETING: Right.SIGN_FOR_MARKETING, Side.SALES: Right.SIGN_FOR_SALES}
_TOLERANCE: Final = dt.timedelta(minutes=1)  # a form filled in "now" arrives a little later


class SignatureRefused(Exception):
    """A version cannot be signed so: `code` is contradictory (with `flaws`), not_a_draft, no_right, signed_already,
    same_person, or past (the moment it would come into force has gone by)."""

    def __init__(self, code: str, flaws: list[Flaw] | None = None, by: str = "") -> None:
        self.code, self.flaws, self.by = code, flaws or [], by
        super().__init__(code)


@transaction.atomic
def sign_regulation(
    *, regulation: Regulation, side: str, author: User, now: dt.datetime, valid_from: dt.datetime | None = None
) -> Regulation:
    """Sign a draft for one department; the second signature locks it and puts it in force from `valid_from`.

    Without a moment it holds from now on. Raises: SignatureRefused.
    """
    stored = Regulation.objects.select_for_update().get(pk=regulation.pk)
    others = list(stored.signatures.select_related("user"))
    _check(stored, Side(side), author, others)
    if others and valid_from is not None and valid_from < now - _TOLERANCE:
        raise SignatureRefused("past")
    signature = Signature.objects.create(regulation=stored, side=side, user=author, at=now)
    record_change(record=signature, before={}, now=now)
    if others:
        before = snapshot(stored)
        stored.state, stored.signed_at = State.SIGNED, now
        # Leads that came before both had signed are not judged by it.
        stored.valid_from = max(valid_from or now, now)
        stored.save()
        record_change(record=stored, before=before, now=now)
    return stored


def _check(stored: Regulation, side: Side, author: User, others: list[Signature]) -> None:
    if not has_right(author, RIGHT_OF_SIDE[side]):
        raise SignatureRefused("no_right")
    if mine := next((one for one in others if one.side == side), None):
        raise SignatureRefused("signed_already", by=str(mine.user))
    if stored.state != State.DRAFT:
        raise SignatureRefused("not_a_draft")
    if any(one.user_id == author.pk for one in others):
        raise SignatureRefused("same_person")
    if flaws := flaws_of(stored):
        raise SignatureRefused("contradictory", flaws)
