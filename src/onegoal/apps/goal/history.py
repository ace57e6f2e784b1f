"""The versions of a KPI as a story: what each changed, why, and who signed it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import has_right
from onegoal.apps.company.queries import current_company
from onegoal.apps.goal.models import KpiSignature, KpiState, KpiVersion, PartKind, SharedKpi
from onegoal.apps.goal.queries import terms_of
from onegoal.apps.goal.words import percent
from onegoal.apps.regulation.models import Side
from onegoal.apps.regulation.services.signing import RIGHT_OF_SIDE
from onegoal.apps.shell import numbers
from onegoal.apps.shell.figures import language
from onegoal.core.shared_kpi import DEALS, Part, Terms


@dataclass(frozen=True)
class SideLine:
    """One department's signature under a change, or whether the reader may give it."""

    side: Side
    signature: KpiSignature | None
    may_sign: bool


@dataclass(frozen=True)
class VersionLine:
    """One version with what it changed; `is_waiting` for one that still lacks signatures."""

    version: KpiVersion
    changes: list[str]
    sides: list[SideLine]
    is_waiting: bool


def history_of(kpi: SharedKpi, reader: User) -> list[VersionLine]:
    """Return the versions, the newest first, each with what it changed against the one in force before it."""
    versions = kpi.versions.select_related("author").prefetch_related("parts", "mix", "signatures__user")
    before: Terms | None = None
    lines = []
    for version in sorted(versions, key=lambda one: one.number):
        terms = terms_of(version)
        is_waiting = kpi.state == KpiState.ACTIVE and version.in_force_from is None and version.withdrawn_at is None
        lines.append(
            VersionLine(
                version, changes(before, terms) if before else [], _sides(version, reader, is_waiting), is_waiting
            )
        )
        if version.in_force_from:
            before = terms
    return lines[::-1]


def changes(before: Terms, after: Terms) -> list[str]:
    """Return in words what differs between two terms."""
    was, now = {part.kind: part for part in before.parts}, {part.kind: part for part in after.parts}
    lines = [line for kind in dict.fromkeys([*was, *now]) for line in _part_changes(kind, was.get(kind), now.get(kind))]
    for name in dict.fromkeys([*before.mix, *after.mix]):
        first, second = before.mix.get(name, 0), after.mix.get(name, 0)
        if first != second:
            lines.append(_told(_("share of %(name)s") % {"name": name}, percent(first), percent(second)))
    return lines


def target_words(part: Part) -> str:
    """Write a part's target: deals, or money in the company's currency."""
    if part.target is None:
        return numbers.NOTHING
    if part.kind == DEALS:
        return numbers.write_number(part.target, language())
    return numbers.write_money(part.target, current_company().currency, language(), style="whole")


def _part_changes(kind: str, was: Part | None, now: Part | None) -> list[str]:
    label = str(PartKind(kind).label)
    if was is None or now is None:
        words = _("%(part)s is no part any more") if now is None else _("%(part)s is a new part")
        return [words % {"part": label}]
    pairs = [
        (_("%(part)s, target") % {"part": label}, target_words(was), target_words(now)),
        (_("%(part)s, weight") % {"part": label}, percent(was.weight_bp), percent(now.weight_bp)),
        (_("%(part)s, counted up to") % {"part": label}, _cap(was), _cap(now)),
    ]
    return [_told(*pair) for pair in pairs if pair[1] != pair[2]]


def _cap(part: Part) -> str:
    return percent(part.cap_bp) if part.cap_bp is not None else _("no limit")


def _told(what: str, before: str, after: str) -> str:
    return _("%(what)s: %(before)s → %(after)s") % {"what": what, "before": before, "after": after}


def _sides(version: KpiVersion, reader: User, is_waiting: bool) -> list[SideLine]:
    signatures = {signature.side: signature for signature in version.signatures.all()}
    has_signed = any(signature.user_id == reader.pk for signature in signatures.values())
    return [
        SideLine(
            side,
            signatures.get(side.value),
            is_waiting and side.value not in signatures and not has_signed and has_right(reader, RIGHT_OF_SIDE[side]),
        )
        for side in Side
    ]
