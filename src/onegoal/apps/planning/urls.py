"""Addresses of the joint plan."""

from __future__ import annotations

from django.urls import URLPattern, path

from onegoal.apps.planning.views import basis, payment_forecast

app_name = "planning"
urlpatterns: list[URLPattern] = [
    path("plan/payments/", payment_forecast.payments, name="payments"),
    # what plans are checked against
    path("plan/basis/", basis.basis, name="basis"),
]
