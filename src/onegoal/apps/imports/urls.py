"""Addresses of the import centre."""

from __future__ import annotations

from django.urls import path

from onegoal.apps.imports.views import centre, mapping

app_name = "imports"
urlpatterns = [
    path("data/", centre.centre, name="centre"),
    path("data/upload/", mapping.upload, name="upload"),
    path("data/mappings/<int:pk>/delete/", centre.forget, name="forget"),
    path("data/<int:pk>/", centre.show, name="show"),
    path("data/<int:pk>/progress/", centre.progress, name="progress"),
    path("data/<int:pk>/map/", mapping.edit, name="map"),
    path("data/<int:pk>/cancel/", centre.cancel, name="cancel"),
    path("data/<int:pk>/resume/", centre.resume, name="resume"),
    path("data/<int:pk>/undo/", centre.undo, name="undo"),
    path("data/<int:pk>/mend/", mapping.mend, name="mend"),
    path("data/<int:pk>/files/<slug:which>/", centre.download, name="download"),
]
