"""Addresses of motivation."""

from __future__ import annotations

from django.urls import path

from onegoal.apps.pay.views import adjustments, builder, disputes, members, pages, runs, schemes, shares, trial

app_name = "pay"
urlpatterns = [
    path("pay/", pages.home, name="home"),
    path("pay/mine/", pages.mine, name="mine"),
    path("pay/statements/<int:pk>/", pages.statement, name="statement"),
    path("pay/statements/<int:pk>/dispute/", disputes.raise_one, name="dispute"),
    path("pay/disputes/", disputes.disputes, name="disputes"),
    path("pay/disputes/<int:pk>/answer/", disputes.answer, name="answer"),
    path("pay/disputes/<int:pk>/withdraw/", disputes.withdraw, name="dispute_withdraw"),
    path("pay/runs/", runs.runs, name="runs"),
    path("pay/runs/compute/", runs.compute, name="compute"),
    path("pay/runs/<int:pk>/", runs.run, name="run"),
    path("pay/runs/<int:pk>/approve/", runs.approve, name="run_approve"),
    path("pay/runs/<int:pk>/discard/", runs.discard, name="run_discard"),
    path("pay/runs/<int:pk>/late/", runs.late, name="run_late"),
    path("pay/runs/<int:pk>/payroll/", runs.payroll, name="payroll"),
    path("pay/adjustments/", adjustments.adjustments, name="adjustments"),
    path("pay/adjustments/new/", adjustments.new, name="adjustment_new"),
    path("pay/adjustments/<int:pk>/approve/", adjustments.approve, name="adjustment_approve"),
    path("pay/adjustments/<int:pk>/refuse/", adjustments.refuse, name="adjustment_refuse"),
    path("pay/schemes/", schemes.schemes, name="schemes"),
    path("pay/schemes/new/", schemes.new, name="scheme_new"),
    path("pay/schemes/<int:pk>/", schemes.scheme, name="scheme"),
    path("pay/schemes/<int:pk>/change/", schemes.change, name="scheme_change"),
    path("pay/schemes/<int:pk>/draft/", schemes.draft, name="draft"),
    path("pay/schemes/<int:pk>/members/", members.member, name="member"),
    path("pay/members/<int:pk>/end/", members.end, name="member_end"),
    path("pay/members/<int:pk>/resume/", members.resume, name="member_resume"),
    path("pay/versions/<int:pk>/", builder.edit, name="edit"),
    path("pay/versions/<int:pk>/check/", builder.check, name="check"),
    path("pay/versions/<int:pk>/cards/", builder.cards, name="cards"),
    path("pay/versions/<int:pk>/names/", builder.names, name="names"),
    path("pay/versions/<int:pk>/approve/", schemes.approve, name="version_approve"),
    path("pay/versions/<int:pk>/withdraw/", schemes.withdraw, name="version_withdraw"),
    path("pay/versions/<int:pk>/what-if/", trial.what_if, name="what_if"),
    path("pay/versions/<int:pk>/trial/", trial.trial, name="trial"),
    path("pay/deals/", shares.deals, name="deals"),
    path("pay/deals/<int:pk>/", shares.deal, name="deal"),
]
