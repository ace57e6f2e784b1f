"""How rows from outside name persons and organisations: already parsed, not yet matched to records."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class PersonRef:
    """Everything a row says of a person; identifiers are normalised: (kind, value) with kinds of `IdentifierKind`.

    A CRM id is the pair ("crm", "source:id").
    """

    name: str = ""
    identifiers: tuple[tuple[str, str], ...] = ()
    organisation: str = ""
    region: str = ""
    segment: str = ""


@dataclass(frozen=True)
class PersonRow:
    """One customer of an import, an API call or the demo."""

    source: str
    source_id: str
    person: PersonRef
    custom: dict[str, Any] = field(default_factory=dict)
