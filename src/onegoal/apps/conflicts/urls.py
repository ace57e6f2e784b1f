"""Addresses of the audit of KPI conflicts."""

from __future__ import annotations

from django.urls import path

from onegoal.apps.conflicts import views

app_name = "conflicts"
urlpatterns = [
    path("pay/conflicts/", views.latest, name="latest"),
    path("pay/conflicts/reports/", views.reports, name="reports"),
    path("pay/conflicts/reports/<int:pk>/", views.report, name="report"),
    path("pay/conflicts/reports/<int:pk>/mend/<int:place>/", views.mend, name="mend"),
    path("pay/conflicts/run/", views.run, name="run"),
    path("pay/conflicts/progress/", views.progress, name="progress"),
    path("pay/conflicts/numbers/", views.numbers, name="numbers"),
    path("pay/conflicts/numbers/reset/", views.reset, name="reset"),
]
