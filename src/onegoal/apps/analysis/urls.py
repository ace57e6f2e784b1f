"""Addresses of the pages of figures."""

from __future__ import annotations

from django.urls import path

from onegoal.apps.analysis.views import behind, chain, cohorts, costs, durations, filters, hours

app_name = "analysis"
urlpatterns = [
    path("", chain.home, name="chain"),
    path("channels/", costs.channels, name="channels"),
    path("creatives/", costs.creatives, name="creatives"),
    path("hours/", hours.hours, name="hours"),
    path("time-to-sale/", durations.time_to_sale, name="time_to_sale"),
    path("cohorts/", cohorts.cohorts, name="cohorts"),
    path("behind/", behind.behind, name="behind"),
    path("filters/", filters.filters, name="filters"),
]
