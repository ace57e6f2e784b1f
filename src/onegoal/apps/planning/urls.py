"""Addresses of the joint plan."""

from __future__ import annotations

from django.urls import URLPattern, path

from onegoal.apps.planning.views import basis, files, grid, payment_forecast, plans, signing

app_name = "planning"
urlpatterns: list[URLPattern] = [
    path("plan/", plans.current, name="current"),
    path("plan/all/", plans.plans, name="plans"),
    path("plan/new/", plans.new, name="new"),
    path("plan/compare/", plans.compare, name="compare"),
    path("plan/<int:pk>/", plans.plan, name="plan"),
    path("plan/versions/<int:pk>/", grid.grid, name="version"),
    path("plan/versions/<int:pk>/cells/", grid.save, name="cells"),
    path("plan/versions/<int:pk>/undo/", grid.undo, name="undo"),
    path("plan/versions/<int:pk>/fill/", grid.fill, name="fill"),
    path("plan/versions/<int:pk>/checks/", grid.checks, name="checks"),
    path("plan/versions/<int:pk>/export/", files.export, name="export"),
    path("plan/versions/<int:pk>/import/", files.take_in, name="import"),
    path("plan/versions/<int:pk>/import/<str:token>/", files.refused, name="refused"),
    path("plan/versions/<int:pk>/propose/", signing.propose, name="propose"),
    path("plan/versions/<int:pk>/sign/", signing.sign, name="sign"),
    path("plan/versions/<int:pk>/take-back/", signing.take_back, name="take_back"),
    path("plan/versions/<int:pk>/withdraw/", signing.withdraw, name="withdraw"),
    path("plan/versions/<int:pk>/restore/", signing.restore, name="restore"),
    path("plan/versions/<int:pk>/copy/", signing.copy, name="copy"),
    path("plan/versions/<int:pk>/rename/", signing.rename, name="rename"),
    path("plan/payments/", payment_forecast.payments, name="payments"),
    # what plans are checked against
    path("plan/basis/", basis.basis, name="basis"),
]
