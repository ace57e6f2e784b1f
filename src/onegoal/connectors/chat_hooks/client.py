"""Send a plain text to an incoming webhook of Slack's or Mattermost's."""

from __future__ import annotations

import json
import re
from typing import Final, Literal
from urllib.parse import urlsplit

from onegoal.connectors.outgoing import Answer, Door
from onegoal.connectors.sending import PlaceIsGone, Rejected, check_status, told_apart

Kind = Literal["slack", "mattermost"]
MOST_CHARACTERS: Final[dict[str, int]] = {"slack": 12_000, "mattermost": 3_800}
"""How long a text may be, before signs are escaped: far below what the chats cut at (40,000 and 16,383; old ones 4,000)."""
_MARKDOWN = re.compile(r"([\\`*_{}\[\]#|~<>])")
_JOINER = "\u2060"


def post(kind: Kind, url: str, text: str, door: Door) -> None:
    """Send a text, in which nothing is markup and nobody is called by name. Raises: NotSent."""
    body = json.dumps(payload(kind, text), ensure_ascii=False).encode()
    with told_apart():
        answer = door.send("POST", url, content=body, headers={"Content-Type": "application/json; charset=utf-8"})
    _check(answer, urlsplit(url).hostname or "")


def payload(kind: Kind, text: str) -> dict[str, object]:
    """Return what the webhook is given: the text with the chat's own markup made harmless."""
    if kind == "slack":
        plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return {"text": plain, "mrkdwn": False, "unfurl_links": False, "unfurl_media": False}
    return {"text": _plain_markdown(text)}


def _plain_markdown(text: str) -> str:
    """Escape Markdown outside of addresses; a joiner behind @ keeps `@all` from calling everybody."""
    words = re.split(r"(https?://\S+)", text)
    plain = [word if index % 2 else _MARKDOWN.sub(r"\\\1", word) for index, word in enumerate(words)]
    return re.sub(r"@(?=\w)", f"@{_JOINER}", "".join(plain))


def _check(answer: Answer, host: str) -> None:
    if 200 <= answer.status < 300:
        return
    said = answer.body[:120].decode("utf-8", "replace")
    pause = answer.headers.get("retry-after", "")
    check_status(answer.status, host, said, float(pause) if pause.isdigit() else None)
    if 300 <= answer.status < 400:
        raise PlaceIsGone("redirected", f"{host}: {answer.status}")
    if answer.status in (401, 403, 404, 410):
        raise PlaceIsGone("no_hook", f"{host}: {answer.status} {said}")
    raise Rejected(f"{host}: {answer.status} {said}")
