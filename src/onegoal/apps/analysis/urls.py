"""Addresses of the pages of figures."""

from __future__ import annotations

from django.urls import path

from onegoal.apps.analysis.views import (
    behind,
    chain,
    cohorts,
    completeness,
    costs,
    durations,
    feedback,
    filters,
    hours,
    rejections,
    report_mail,
    reviews,
    sales_report,
)

app_name = "analysis"
urlpatterns = [
    path("chain/", chain.chain_page, name="chain"),
    path("channels/", costs.channels, name="channels"),
    path("creatives/", costs.creatives, name="creatives"),
    path("hours/", hours.hours, name="hours"),
    path("time-to-sale/", durations.time_to_sale, name="time_to_sale"),
    path("cohorts/", cohorts.cohorts, name="cohorts"),
    path("reports/sales/", sales_report.report, name="sales_report"),
    path("reports/sales/mail/", report_mail.mail, name="report_mail"),
    path("reports/sales/mail/<int:pk>/stop/", report_mail.stop_mail, name="report_mail_stop"),
    path("reports/sales/mail/<int:pk>/resume/", report_mail.resume_mail, name="report_mail_resume"),
    path("reports/sales/mail/<int:pk>/test/", report_mail.test_mail, name="report_mail_test"),
    path("reports/sales/mail/sent/<int:pk>/again/", report_mail.mail_again, name="report_mail_again"),
    path("reports/rejections/", rejections.report, name="rejections"),
    path("reports/reviews/", reviews.report, name="reviews"),
    path("reports/feedback/", feedback.report, name="feedback"),
    path("reports/completeness/", completeness.report, name="completeness"),
    path("behind/", behind.behind, name="behind"),
    path("filters/", filters.filters, name="filters"),
]
