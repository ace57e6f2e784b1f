"""Addresses of call review."""

from __future__ import annotations

from django.urls import URLPattern, path

from onegoal.apps.quality.views import agreement, calls, coaching, recordings, remarks, reviews, scorecards

CALLS: list[URLPattern] = [
    path("quality/calls/", reviews.duties, name="reviews"),
    path("quality/calls/done/", reviews.done, name="reviews_done"),
    path("quality/calls/own/", reviews.own, name="own_reviews"),
    path("quality/calls/agreement/", agreement.agreement, name="agreement"),
    path("quality/calls/snippets/", remarks.page, name="snippets"),
    path("quality/calls/<int:pk>/", reviews.call, name="call"),
    path("quality/calls/<int:pk>/recording/", recordings.recording, name="recording"),
    path("quality/calls/<int:pk>/attach/", recordings.attach, name="recording_attach"),
    path("quality/calls/<int:pk>/review/", reviews.start, name="review_start"),
    path("quality/calls/<int:pk>/ask/", reviews.calibrate, name="calibrate"),
    path("quality/calls/<int:pk>/remark/", remarks.add, name="remark_add"),
    path("quality/calls/<int:pk>/topic/", calls.topic, name="call_topic"),
    path("quality/calls/log/<int:pk>/", calls.log, name="call_log"),
    path("quality/remarks/<int:pk>/", remarks.change, name="remark_change"),
    path("quality/remarks/<int:pk>/delete/", remarks.remove, name="remark_remove"),
    path("quality/remarks/restore/<str:held>/", remarks.restore, name="remark_restore"),
    path("quality/duties/<int:pk>/excuse/", reviews.excuse, name="duty_excuse"),
    path("quality/calls/reviews/<int:pk>/", reviews.review, name="review"),
    path("quality/calls/reviews/<int:pk>/answer/<int:question_pk>/", reviews.answer, name="review_answer"),
    path("quality/calls/reviews/<int:pk>/summary/", reviews.summary, name="review_summary"),
    path("quality/calls/reviews/<int:pk>/finish/", reviews.finish, name="review_finish"),
    path("quality/calls/reviews/<int:pk>/drop/", reviews.drop, name="review_drop"),
    path("quality/calls/reviews/<int:pk>/read/", reviews.acknowledge, name="review_read"),
    path("quality/calls/reviews/<int:pk>/coach/", coaching.create, name="coaching_new"),
    path("quality/calls/coaching/", coaching.page, name="coaching"),
    path("quality/calls/coaching/<int:pk>/close/", coaching.close, name="coaching_close"),
    path("quality/calls/scorecards/", scorecards.scorecards, name="scorecards"),
    path("quality/calls/scorecards/new/", scorecards.create, name="scorecard_new"),
    path("quality/calls/scorecards/<int:pk>/", scorecards.builder, name="scorecard"),
    path("quality/calls/scorecards/<int:pk>/use/", scorecards.use, name="scorecard_use"),
    path("quality/calls/scorecards/<int:pk>/question/", scorecards.question_save, name="question_save"),
    path("quality/calls/scorecards/<int:pk>/order/", scorecards.question_order, name="question_order"),
    path("quality/questions/<int:pk>/move/", scorecards.question_move, name="question_move"),
    path("quality/questions/<int:pk>/delete/", scorecards.question_remove, name="question_remove"),
    path("quality/objections/", scorecards.objections, name="objections"),
    path("quality/objections/new/", scorecards.objection_save, name="objection_new"),
    path("quality/objections/<int:pk>/", scorecards.objection_save, name="objection_save"),
    path("quality/objections/<int:pk>/move/", scorecards.objection_move, name="objection_move"),
]
