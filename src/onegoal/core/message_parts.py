"""A long text as several messages, cut at line ends and numbered."""

from __future__ import annotations

_MARK = "({place}/{count})\n"
_ROOM = 12


def message_length(text: str) -> int:
    """Return how long chats say a text is: in UTF-16 units, so that a picture sign counts twice."""
    return len(text.encode("utf-16-le")) // 2


def parts_of(text: str, most: int) -> list[str]:
    """Return the texts to send, none longer than `most`: the text itself, or parts headed (1/3), (2/3), (3/3).

    Cut at an empty line where one lies in the second half of a part, else at a line end, and inside a line only where it
    alone is too long. Nothing but white space at the cuts is lost.
    """
    if message_length(text) <= most:
        return [text]
    parts: list[str] = []
    rest = text
    while rest:
        part, rest = _cut(rest, most - _ROOM)
        parts.append(part)
    return [_MARK.format(place=place, count=len(parts)) + part for place, part in enumerate(parts, start=1)]


def _cut(text: str, most: int) -> tuple[str, str]:
    if message_length(text) <= most:
        return text, ""
    fits = text[:most]
    while message_length(fits) > most:
        fits = fits[:-1]
    for end, least in (("\n\n", len(fits) // 2), ("\n", 1)):
        place = fits.rfind(end, least)
        if place > 0:
            return text[:place], text[place:].lstrip("\n")
    return fits, text[len(fits) :]
