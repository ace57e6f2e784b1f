"""JSON bodies read strictly: what one program would read one way and another program another way is refused."""

from __future__ import annotations

import json
import re
from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser

from onegoal.apps.api.problems import Problem

DEEPEST = 20
_UNREADABLE = re.compile(r"[\x00\ud800-\udfff]")


def _refuse(message: str) -> Problem:
    return Problem(400, "json_not_valid", message)


def read_json(body: bytes) -> Any:
    """Return the value of a UTF-8 JSON text.

    Raises: Problem 400 for what is not JSON, NaN and infinities, repeated keys, more than 20 levels, NUL characters and
    lone surrogates, and integers of thousands of digits.
    """
    try:
        value = json.loads(
            body.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_finite
        )
    except UnicodeDecodeError:
        raise _refuse("The body is not UTF-8.") from None
    except RecursionError:
        raise _refuse("The body is nested too deeply.") from None
    except ValueError:
        raise _refuse("The body is not valid JSON.") from None
    _check(value)
    return value


class StrictParser(Parser):
    """Gives the routes bodies read by `read_json`."""

    def parse_body(self, request: HttpRequest) -> Any:
        return read_json(request.body)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _refuse("A key is written twice in one object.")
    return found


def _no_constant(name: str) -> Any:
    raise _refuse(f"{name} is not a JSON number.")


def _finite(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise _refuse("A number is too large.")
    return value


def _check(value: Any) -> None:
    level = [value]
    for _depth in range(DEEPEST):
        texts = (text for one in level for text in _texts(one))
        if any(_UNREADABLE.search(text) for text in texts):
            raise _refuse("A text holds a character that cannot be stored.")
        level = [inner for one in level for inner in _inside(one)]
        if not level:
            return
    raise _refuse("The body is nested too deeply.")


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return list(value) if isinstance(value, dict) else []


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
