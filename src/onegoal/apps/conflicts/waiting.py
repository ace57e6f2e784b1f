"""What the audit tells its readers elsewhere: the conflicts of the latest report, as a notice and on the head's desk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from onegoal.apps.accounts.models import User
from onegoal.apps.conflicts.models import ConflictReport
from onegoal.apps.conflicts.queries.reports import conflicts_of, visible_reports
from onegoal.apps.conflicts.words import pay_sentence, title_of
from onegoal.apps.control.queries.desk import Hindrance
from onegoal.apps.control.queries.stakes import Stake
from onegoal.apps.shell.notices import Notice


def conflicts_found(user: User) -> Notice | None:
    """The conflicts of the latest report, for those who audit."""
    report = _latest(user)
    count = len(conflicts_of(report)) if report else 0
    if not count:
        return None
    said = ngettext("%(count)s conflict of pay and goal", "%(count)s conflicts of pay and goal", count) % {
        "count": count
    }
    return Notice(said, count, reverse("conflicts:latest"))


def hindrances(user: User, now: dt.datetime) -> Iterable[Hindrance]:
    """The same conflicts as things that hinder the KPI; what they cost is told in points, not in money."""
    report = _latest(user)
    for one in conflicts_of(report) if report else ():
        yield Hindrance(
            "conflict", one["side"], Stake(None), report, owner=report.author if report else None,
            since=timezone.localtime(report.made_at).date() if report else None,
            said=f"{title_of(one)}. {pay_sentence(one)}", url=reverse("conflicts:latest"),
        )  # fmt: skip


def _latest(user: User) -> ConflictReport | None:
    return visible_reports(user).exclude(finished_at=None).filter(failed=False).first()
