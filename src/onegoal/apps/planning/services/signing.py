"""How a scenario comes into force: proposed (a red one only by name), signed by both departments, or taken back."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.audit.services import changing, record_deletion
from onegoal.apps.planning.models import PlanSignature, PlanVersion, VersionState
from onegoal.apps.planning.queries.checks import checks_of
from onegoal.apps.planning.services.overrides import override_plan
from onegoal.apps.planning.services.plans import locked_version, open_version
from onegoal.apps.regulation.models import Side
from onegoal.apps.regulation.services.signing import RIGHT_OF_SIDE
from onegoal.core.joint_plan.figures import Check


class SigningRefused(Exception):
    """A version cannot be proposed, signed or taken back so.

    `code` is empty (nothing is planned), red (with `checks`), no_right, not_proposed, signed_already, or same_person;
    `by` names who signed already.
    """

    def __init__(self, code: str, checks: tuple[Check, ...] = (), by: str = "") -> None:
        self.code, self.checks, self.by = code, checks, by
        super().__init__(code)


@transaction.atomic
def propose_version(*, version: PlanVersion, author: User, now: dt.datetime, reason: str = "") -> PlanVersion:
    """Freeze a draft and ask both departments to sign it.

    Red checks refuse it, unless the author may override them and says why: then the override is kept with the checks as
    they were told. Raises: PlanRefused `not_a_draft`, SigningRefused.
    """
    stored = open_version(version)
    if not stored.cells.exists():
        raise SigningRefused("empty")
    red = checks_of(stored, now).red
    if red and not reason.strip():
        raise SigningRefused("red", red)
    if red and not has_right(author, Right.OVERRIDE):
        raise SigningRefused("no_right", red)
    if red:
        override_plan(version=stored, author=author, reason=reason.strip(), now=now)
    with changing(stored, now=now):
        stored.state = VersionState.PROPOSED
    return stored


@transaction.atomic
def sign_version(*, version: PlanVersion, side: Side | str, user: User, now: dt.datetime) -> PlanVersion:
    """Sign a proposed version for one department; with the second signature it is in force and the former is replaced.

    The two signatures are of different people. Raises: SigningRefused.
    """
    stored = locked_version(version)
    signed = list(stored.signatures.select_related("user"))
    if not has_right(user, RIGHT_OF_SIDE[Side(side)]):
        raise SigningRefused("no_right")
    if stored.state != VersionState.PROPOSED:
        raise SigningRefused("not_proposed")
    if mine := next((one for one in signed if one.side == side), None):
        raise SigningRefused("signed_already", by=str(mine.user))
    if any(one.user_id == user.pk for one in signed):
        raise SigningRefused("same_person")
    signature = PlanSignature(version=stored, signed_at=now)
    with changing(signature, now=now):
        signature.side, signature.user = Side(side), user
    if signed:
        _put_in_force(stored, now)
    return stored


@transaction.atomic
def take_back_version(*, version: PlanVersion, now: dt.datetime) -> PlanVersion:
    """Make a proposed version a draft again; its signatures go. Raises: SigningRefused `not_proposed`."""
    stored = locked_version(version)
    if stored.state != VersionState.PROPOSED:
        raise SigningRefused("not_proposed")
    for signature in stored.signatures.all():
        record_deletion(record=signature, now=now)
        signature.delete()
    with changing(stored, now=now):
        stored.state = VersionState.DRAFT
    return stored


def _put_in_force(version: PlanVersion, now: dt.datetime) -> None:
    for former in PlanVersion.objects.select_for_update().filter(plan=version.plan, state=VersionState.IN_FORCE):
        with changing(former, now=now):
            former.state, former.replaced_at = VersionState.REPLACED, now
    with changing(version, now=now):
        version.state, version.in_force_from = VersionState.IN_FORCE, now
