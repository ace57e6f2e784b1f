"""The versions of a scheme as a story: what each changed against the one before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from onegoal.apps.pay.models import PartKind, Scheme, SchemePart, SchemeState, SchemeVersion
from onegoal.apps.pay.reading import Dictionary


@dataclass(frozen=True)
class VersionLine:
    """One version with what it changed; the first one changes nothing."""

    version: SchemeVersion
    changes: list[str]
    is_in_force: bool


def history_of(scheme: Scheme, in_force: SchemeVersion | None, words: Dictionary) -> list[VersionLine]:
    """Return the versions, the newest first, each against the approved one before it."""
    versions = scheme.versions.select_related("author", "approved_by").prefetch_related("parts").order_by("number")
    before: list[SchemePart] | None = None
    lines = []
    for version in versions:
        parts = list(version.parts.all())
        lines.append(
            VersionLine(version, changes(before, parts, words) if before is not None else [], version == in_force)
        )
        if version.state == SchemeState.APPROVED:
            before = parts
    return lines[::-1]


def changes(before: Sequence[SchemePart], after: Sequence[SchemePart], words: Dictionary) -> list[str]:
    """Return in words what differs between the parts of two versions; parts are the same by their name in formulas."""
    was, now = {part.key: part for part in before}, {part.key: part for part in after}
    found = []
    for key in dict.fromkeys([*was, *now]):
        if key not in now:
            found.append(_("“%(part)s” is no part any more") % {"part": was[key].name})
        elif key not in was:
            found.append(_("“%(part)s” is a new part") % {"part": now[key].name})
        else:
            found += _part_changes(was[key], now[key], words)
    kept = [key for key in was if key in now]
    if kept != [key for key in now if key in was]:
        found.append(_("the parts stand in another order"))
    return found


def _part_changes(was: SchemePart, now: SchemePart, words: Dictionary) -> list[str]:
    pairs = [
        (_("name"), was.name, now.name),
        (_("depends on"), str(PartKind(was.kind).label), str(PartKind(now.kind).label)),
        (_("formula"), was.formula, now.formula),
        (_("condition"), was.gate or _("none"), now.gate or _("none")),
        (_("at least"), _money(was.floor_minor, words), _money(now.floor_minor, words)),
        (_("at most"), _money(was.cap_minor, words), _money(now.cap_minor, words)),
        (_("claimed back"), _yes(was.claws_back), _yes(now.claws_back)),
    ]
    return [
        _("%(part)s, %(what)s: %(before)s → %(after)s") % {"part": now.name, "what": what, "before": old, "after": new}
        for what, old, new in pairs
        if old != new
    ]


def _money(minor: int | None, words: Dictionary) -> str:
    return _("no limit") if minor is None else words.money(Fraction(minor, 10**words.digits))


def _yes(value: bool) -> str:
    return _("yes") if value else _("no")
