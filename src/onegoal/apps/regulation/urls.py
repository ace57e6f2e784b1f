"""Addresses of the regulation app."""

from __future__ import annotations

from django.urls import path

from onegoal.apps.regulation.views import editor, leads, suppressed, versions, what_if

app_name = "regulation"
urlpatterns = [
    path("regulation/", versions.versions, name="versions"),
    path("regulation/new/", versions.new, name="new"),
    path("regulation/<int:pk>/", versions.show, name="show"),
    path("regulation/<int:pk>/against/<int:other>/", versions.compare, name="compare"),
    path("regulation/<int:pk>/copy/", versions.copy, name="copy"),
    path("regulation/<int:pk>/sign/", versions.sign, name="sign"),
    path("regulation/<int:pk>/withdraw/", versions.withdraw, name="withdraw"),
    path("regulation/<int:pk>/take-up/", versions.take_up, name="take_up"),
    path("regulation/<int:pk>/edit/", editor.edit, name="edit"),
    path("regulation/<int:pk>/clauses/", editor.save, name="clause_save"),
    path("regulation/<int:pk>/clauses/<int:clause>/remove/", editor.remove, name="clause_remove"),
    path("regulation/<int:pk>/clauses/<int:clause>/move/", editor.move, name="clause_move"),
    path("regulation/<int:pk>/clauses/restore/<str:held>/", editor.restore, name="clause_restore"),
    path("regulation/<int:pk>/what-if/", what_if.what_if, name="what_if"),
    path("regulation/<int:pk>/what-if/count/", what_if.start, name="what_if_start"),
    path("regulation/<int:pk>/what-if/progress/", what_if.progress, name="what_if_progress"),
    path("regulation/leads/<int:pk>/", leads.decide, name="decide"),
    path("regulation/leads/<int:pk>/undo/<str:held>/", leads.undo, name="undo"),
    path("regulation/suppressed/", suppressed.suppressed, name="suppressed"),
    path("regulation/suppressed/export/<str:what>/", suppressed.export, name="suppressed_export"),
    path("regulation/suppressed/<int:pk>/lift/", suppressed.lift, name="lift"),
    path("regulation/suppressed/<int:pk>/again/", suppressed.again, name="suppress_again"),
]
