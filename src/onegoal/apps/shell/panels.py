"""What other apps put on the card of a lead or a deal: each registers its panels, the card shows those that apply."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.db import models
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString

Of = Literal["lead", "deal"]
Place = Literal["main", "side"]


@dataclass(frozen=True)
class Panel:
    """One block of a card. `context` gets the request and the record and returns what the template shows, or None for nothing.

    `key` is the panel's id on the page (`panel-<key>`) and lets a form answer with this panel alone, through `render`.
    The card draws the frame, the heading (`title`, empty for none) and the element with that id; the template is what
    stands inside, and an answer replaces exactly that. Panels stand in the wide column (`main`) or the narrow one
    (`side`), ordered by `order`: the tasks have 20, the timeline 900; fields 10, sources 20, notes 40 in the narrow one.
    """

    key: str
    of: Of
    title: str | Promise
    template: str
    context: Callable[[HttpRequest, Any], Mapping[str, Any] | None]
    place: Place = "main"
    order: int = 100


_panels: dict[tuple[str, str], Panel] = {}


def register_panels(*panels: Panel) -> None:
    """Add panels to the cards; called from an app's `ready`."""
    _panels.update(((panel.of, panel.key), panel) for panel in panels)


def panels_of(of: Of, place: Place) -> list[Panel]:
    """Return the panels of a card's column, in order."""
    found = [panel for panel in _panels.values() if panel.of == of and panel.place == place]
    return sorted(found, key=lambda panel: (panel.order, panel.key))


def panel(of: Of, key: str) -> Panel:
    """Return one panel. Raises: KeyError."""
    return _panels[of, key]


def render(panel: Panel, request: HttpRequest, record: models.Model) -> SafeString | str:
    """Return a panel as HTML for this reader, or an empty text when it has nothing to show."""
    shown = panel.context(request, record)
    if shown is None:
        return ""
    return render_to_string(panel.template, {"panel": panel, "record": record, **shown}, request=request)
