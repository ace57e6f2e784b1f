"""The sales report as a message: the figures of the page in words, and its workbook."""

from __future__ import annotations

import io
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from onegoal.apps.accounts.models import User
from onegoal.apps.analysis.models import ReportDelivery
from onegoal.apps.analysis.queries.asked import Asked
from onegoal.apps.analysis.report_files import XLSX, write_report
from onegoal.apps.analysis.sales_report import sales_report
from onegoal.apps.company.queries import current_company
from onegoal.apps.facts.queries import scope_of
from onegoal.apps.shell import figures, numbers
from onegoal.core.periods import Period


def report_message(delivery: ReportDelivery) -> EmailMessage:
    """Return the message in its recipient's language, with the figures that the recipient may see."""
    user, company = delivery.subscription.recipient, current_company()
    with translation.override(user.language or settings.LANGUAGE_CODE), timezone.override(ZoneInfo(company.time_zone)):
        period = Period(delivery.first_day, delivery.last_day)
        days = numbers.write_days_between(period.start, period.end, figures.language())
        heading = _("Sales report to marketing")
        sections = sales_report(Asked(period=period, scope=scope_of(user)))
        parts = [f"{company.name}: {heading}, {days}", *(section.text() for section in sections), _link(period)]
        subject = _("Sales report, %(days)s") % {"days": days}
        message = EmailMessage(
            _("Test: %(subject)s") % {"subject": subject} if delivery.is_test else subject,
            "\n\n".join(part for part in parts if part),
            to=[str(user.email)],
            headers={"Message-ID": _message_id(delivery), "Auto-Submitted": "auto-generated"},
        )
        book = io.BytesIO()
        write_report(book, heading, days, sections)
        name = f"sales-report-{period.start.isoformat()}-{period.end.isoformat()}.xlsx"
        message.attach(name, book.getvalue(), XLSX)
    return message


def may_receive(user: User) -> bool:
    """Whether a message can reach a person: an active one with an address."""
    return bool(user.is_active and user.email)


def _link(period: Period) -> str:
    """Where the same figures stand, each with its list; nothing where the installation's own address is not known."""
    if not settings.SITE_URL:
        return ""
    page = reverse("analysis:sales_report")
    return f"{settings.SITE_URL}{page}?from={period.start.isoformat()}&to={period.end.isoformat()}"


def _message_id(delivery: ReportDelivery) -> str:
    """The same for each attempt, so that a mailbox that gets it twice can tell."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<onegoal-report-{delivery.pk}@{domain}>"
