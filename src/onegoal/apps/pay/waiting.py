"""What waits for somebody because of pay: a new statement, an answer, a run or an adjustment to be approved."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.pay.models import (
    Adjustment,
    Dispute,
    DisputeState,
    PayRun,
    RunState,
    SchemeState,
    SchemeVersion,
    Statement,
)
from onegoal.apps.pay.reading import month_words
from onegoal.apps.shell.notices import Notice

_NEWS_FOR = dt.timedelta(days=5)


def new_statement(user: User) -> Notice | None:
    """The own statement that was approved in these days."""
    if not has_right(user, Right.SEE_OWN_PAY):
        return None
    own = Statement.objects.filter(
        user=user, run__state=RunState.LOCKED, run__approved_at__gte=timezone.now() - _NEWS_FOR
    )
    found = own.select_related("run").order_by("-run__month").first()
    if found is None:
        return None
    said = _("Your pay of %(month)s is there") % {"month": month_words(found.run.month)}
    return Notice(said, 1, reverse("pay:statement", args=[found.pk]))


def answered_dispute(user: User) -> Notice | None:
    """The own dispute that was answered in these days."""
    if not has_right(user, Right.SEE_OWN_PAY):
        return None
    own = Dispute.objects.filter(statement__user=user, answered_at__gte=timezone.now() - _NEWS_FOR)
    found = own.select_related("statement__run").order_by("-answered_at").first()
    if found is None:
        return None
    said = _("Your dispute about %(month)s is answered") % {"month": month_words(found.statement.run.month)}
    return Notice(said, 1, reverse("pay:statement", args=[found.statement_id]) + f"#dispute-{found.pk}")


def open_disputes(user: User) -> Notice | None:
    """The disputes that wait for an answer, for those who draft pay; nobody answers the own one."""
    if not has_right(user, Right.DRAFT_PAY):
        return None
    count = Dispute.objects.filter(state=DisputeState.OPEN).exclude(statement__user=user).count()
    text = ngettext("%(count)s pay dispute waits for an answer", "%(count)s pay disputes wait for an answer", count)
    return Notice(text % {"count": count}, count, reverse("pay:disputes") + "?state=open") if count else None


def runs_to_approve(user: User) -> Notice | None:
    """The run that another person computed and nothing hinders."""
    if not has_right(user, Right.APPROVE_PAY):
        return None
    this = timezone.localdate().replace(day=1)
    ready = PayRun.objects.filter(state=RunState.DRAFT, month__lt=this, problems=[]).exclude(author=user)
    found = ready.order_by("month").first()
    if found is None:
        return None
    said = _("The pay of %(month)s waits for your approval") % {"month": month_words(found.month)}
    return Notice(said, 1, reverse("pay:run", args=[found.pk]))


def adjustments_to_approve(user: User) -> Notice | None:
    """The adjustments that another person proposed for somebody else."""
    if not has_right(user, Right.APPROVE_PAY):
        return None
    waiting = Adjustment.objects.filter(approved_at=None, refused_at=None).exclude(user=user)
    count = waiting.filter(~Q(author=user) | Q(author=None)).count()
    text = ngettext(
        "%(count)s adjustment of pay waits for approval", "%(count)s adjustments of pay wait for approval", count
    )
    return Notice(text % {"count": count}, count, reverse("pay:adjustments")) if count else None


def schemes_to_approve(user: User) -> Notice | None:
    """The draft of a scheme that another person wrote."""
    if not has_right(user, Right.APPROVE_PAY):
        return None
    drafts = SchemeVersion.objects.filter(state=SchemeState.DRAFT, parts__isnull=False).exclude(author=user).distinct()
    found = drafts.select_related("scheme").order_by("created_at").first()
    if found is None:
        return None
    said = _("A draft of the pay scheme “%(name)s” waits for approval") % {"name": found.scheme.name}
    return Notice(said, 1, reverse("pay:edit", args=[found.pk]))
