"""A program that calls the API with a token of somebody of the little company."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.test import Client

from onegoal.apps.accounts.services_tokens import make_token


class Api:
    """A program with a token."""

    def __init__(self, user: Any) -> None:
        now = dt.datetime.now(dt.UTC)
        scopes = ["read:figures", "read:records", "write:records"]
        self.token, self.secret = make_token(user=user, name="test", scopes=scopes, expires_at=None, now=now)

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        raw = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        sent = {"Authorization": f"Bearer {self.secret}"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        more = {} if raw is None else {"data": raw, "content_type": "application/json"}
        return getattr(Client(), method)(f"/api/v1{path}", headers=sent, **more)

    def get(self, path: str) -> Any:
        """Return what an address holds."""
        answer = self("get", path)
        assert answer.status_code == 200, answer.content
        return json.loads(answer.content)

    def post(self, path: str, body: Any, status: int) -> Any:
        """Return what is answered to a body, which must be of this status."""
        answer = self("post", path, body)
        assert answer.status_code == status, answer.content
        return json.loads(answer.content)
