"""Addresses of sign-in, one's own settings, users, teams and tokens."""

from __future__ import annotations

from django.urls import path

from onegoal.apps.accounts.views import entry, own, tokens, users

app_name = "accounts"
urlpatterns = [
    path("sign-in/", entry.sign_in, name="sign_in"),
    path("sign-out/", entry.sign_out, name="sign_out"),
    path("welcome/<str:uid>/<str:token>/", entry.accept, name="accept"),
    path("me/", own.profile, name="profile"),
    path("me/password/", own.password, name="password"),
    path("me/tokens/", tokens.tokens, name="tokens"),
    path("tokens/<int:pk>/revoke/", tokens.token_revoke, name="token_revoke"),
    path("settings/users/", users.users, name="users"),
    path("settings/users/new/", users.user_new, name="user_new"),
    path("settings/users/<int:pk>/", users.user_edit, name="user_edit"),
    path("settings/users/<int:pk>/link/", users.user_link, name="user_link"),
    path("settings/users/<int:pk>/activation/", users.user_activation, name="user_activation"),
    path("settings/teams/new/", users.team, name="team_new"),
    path("settings/teams/<int:pk>/", users.team, name="team_edit"),
]
