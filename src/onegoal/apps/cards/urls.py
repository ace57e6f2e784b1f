"""Addresses of the cards app."""

from __future__ import annotations

from django.urls import path, register_converter

from onegoal.apps.cards.addresses import OfConverter
from onegoal.apps.cards.views import calendar, fields, lead, merge, new_lead, notes, parts, tasks

register_converter(OfConverter, "of")

app_name = "cards"
urlpatterns = [
    path("leads/<int:pk>/", lead.lead, name="lead"),
    path("leads/new/", new_lead.lead_new, name="lead_new"),
    path("leads/new/known/", new_lead.lead_known, name="lead_known"),
    path("<of:of>/<int:pk>/card/", fields.fields, name="fields"),
    path("<of:of>/<int:pk>/contacts/", fields.contact_add, name="contact_add"),
    path("<of:of>/<int:pk>/contacts/<int:contact>/remove/", fields.contact_remove, name="contact_remove"),
    path("<of:of>/<int:pk>/timeline/", parts.history, name="timeline"),
    path("<of:of>/<int:pk>/known/", parts.known, name="known"),
    path("<of:of>/<int:pk>/notes/", notes.note_add, name="note_add"),
    path("notes/<int:pk>/", notes.note_edit, name="note_edit"),
    path("notes/<int:pk>/pin/", notes.note_pin, name="note_pin"),
    path("notes/<int:pk>/delete/", notes.note_delete, name="note_delete"),
    path("tasks/", tasks.tasks, name="tasks"),
    path("tasks/new/", tasks.task_new, name="task_new"),
    path("tasks/<int:pk>/done/", tasks.task_done, name="task_done"),
    path("tasks/<int:pk>/reopen/", tasks.task_reopen, name="task_reopen"),
    path("tasks/<int:pk>/move/", tasks.task_move, name="task_move"),
    path("tasks/<int:pk>/assign/", tasks.task_assign, name="task_assign"),
    path("tasks/calendar/", calendar.calendar, name="calendar"),
    path("tasks/calendar/address/", calendar.feed_make, name="feed_make"),
    path("tasks/calendar/address/close/", calendar.feed_close, name="feed_close"),
    path("calendar/<str:secret>.ics", calendar.feed, name="feed"),
    path("people/duplicates/", merge.duplicates, name="duplicates"),
    path("people/<int:pk>/merge/<int:other>/", merge.merge, name="merge"),
]
