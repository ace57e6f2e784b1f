"""The change that mends a conflict, as a draft of the scheme's next version."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from onegoal.apps.accounts.models import User
from onegoal.apps.conflicts.models import ConflictReport
from onegoal.apps.conflicts.queries.reports import CONFLICT
from onegoal.apps.pay.models import Scheme, SchemeState, SchemeVersion
from onegoal.apps.pay.services import PartTerms, draft_version
from onegoal.core.periods import add_months


class NothingToMend(Exception):
    """The finding is no conflict, no change mends it, or the scheme is gone."""


@transaction.atomic
def draft_mend(*, report: ConflictReport, place: int, author: User, now: dt.datetime, today: dt.date) -> SchemeVersion:
    """Draft the scheme with the changed parts, from the first of next month; the same change is drafted once.

    Raises: NothingToMend.
    """
    finding = report.findings[place] if 0 <= place < len(report.findings) else {}
    mend = finding.get("mend")
    scheme = Scheme.objects.filter(pk=finding.get("scheme_id") or 0).first()
    if finding.get("kind") != CONFLICT or not mend or scheme is None:
        raise NothingToMend
    parts = [PartTerms(**{**one, "name": one["name"] or _("Shared goal")}) for one in mend["parts"]]
    same = next((one for one in _drafts(scheme) if _is_same(one, parts)), None)
    if same is not None:
        return same
    said = _("From the audit of KPI conflicts: “%(was)s” becomes “%(now)s”.") % {"was": mend["was"], "now": mend["now"]}
    starts_on = add_months(today.replace(day=1), 1)
    return draft_version(scheme=scheme, valid_from=starts_on, author=author, now=now, parts=parts, note=said)


def _drafts(scheme: Scheme) -> list[SchemeVersion]:
    return list(scheme.versions.filter(state=SchemeState.DRAFT).prefetch_related("parts"))


def _is_same(version: SchemeVersion, parts: list[PartTerms]) -> bool:
    stored = [(one.key, one.formula, one.gate) for one in version.parts.all()]
    return stored == [(one.key, one.formula, one.gate) for one in parts]
