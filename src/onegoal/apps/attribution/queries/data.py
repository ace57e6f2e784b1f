"""Which version of the data figures are read from; a restatement mixes two versions table by table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import ibis.expr.types as ir
import pyarrow as pa

from onegoal.apps.facts.engine import Memory, Reading, lake, reading
from onegoal.warehouse.manifest import Manifest
from onegoal.warehouse.sessions import EMPTY, kept_tables_of

PARTS: dict[str, tuple[str, ...]] = {
    "grouping": ("origins",),
    "persons": ("identities",),
    "conversions": ("leads", "deals", "payments"),
    "touches": ("touches", "calls", "tasks"),
    "spend": ("spend",),
}
"""What may change a figure, in the order in which a difference is split, and the tables of each."""
MOST_BYTES = 400_000_000

kept = Memory(most_size=MOST_BYTES, size_of=lambda value: getattr(value, "nbytes", 0))
"""What was computed of the data in this process, by the state of the tables it was computed from."""


@dataclass(frozen=True)
class Data:
    """The files of one version, or of several mixed by part; `persons_of` says whose records leads and deals are.

    Persons have a version of their own because a merge moves records from one person to another without changing them.
    What `is_present` is brought up to date from the version before, any other version is read in full.
    """

    source: Reading
    manifest: Manifest
    persons_of: Manifest
    is_present: bool = False

    @property
    def place(self) -> str:
        """The warehouse it lies in."""
        return str(lake().directory)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the company's calendar."""
        return self.source.zone

    @property
    def version(self) -> str:
        """The version as figures carry it."""
        return self.source.version

    @property
    def currency(self) -> str:
        """The company's currency."""
        return self.source.currency

    def state(self, *tables: str) -> str:
        """Return what changes when the content of any of these tables, or whose it is, does."""
        own = self.manifest.digest_of(tables)
        told = tuple(table for table in tables if table in _WITH_PERSONS)
        return f"{own}-{self.persons_of.digest_of(told)}" if self.is_mixed and told else own

    @property
    def is_mixed(self) -> bool:
        """Whether leads and deals take their persons from another version."""
        return self.persons_of.digest_of(_WITH_PERSONS) != self.manifest.digest_of(_WITH_PERSONS)

    def rows(self, expression: ir.Table, *, of_persons: bool = False) -> pa.Table:
        """Return the rows of an expression; small ones are remembered and shared between processes."""
        manifest = self.persons_of if of_persons else self.manifest
        return replace(self.source, manifest=manifest).run(expression)

    def many_rows(self, expression: ir.Table) -> pa.Table:
        """Return the rows of an expression that are too many to be remembered as rows."""
        return self.source.session.run(expression, self.manifest, EMPTY)

    def state_of(self, expression: ir.Table) -> str:
        """Return what changes when the tables of an expression do."""
        return self.manifest.digest_of(kept_tables_of(expression))


_WITH_PERSONS = ("leads", "deals", "calls")


def present_data() -> Data:
    """Return the present version."""
    source = reading()
    return Data(source, source.manifest, source.manifest, is_present=True)


def pinned_data(version: int, *, time_zone: str, currency: str) -> Data:
    """Return a pinned version as it was read then. Raises: LakeDamaged when it is not pinned."""
    manifest = lake().manifest_of(version)
    source = replace(reading(), manifest=manifest, zone=ZoneInfo(time_zone), currency=currency)
    return Data(source, manifest, manifest)


def mixed_data(then: Data, now: Data, parts: tuple[str, ...]) -> Data:
    """Return `then` with the tables of some parts as they are in `now`."""
    tables = {name: now.manifest.files(name) for part in parts for name in PARTS[part]}
    manifest = replace(then.manifest, tables={**then.manifest.tables, **tables})
    return Data(then.source, manifest, now.manifest if "persons" in parts else then.manifest)
