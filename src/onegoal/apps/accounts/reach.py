"""Whose rows a person may see: everybody's, a team's, their own, or customers after the sale; one place for all apps."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from django.db.models import Q

from onegoal.apps.accounts.models import Role, User
from onegoal.apps.accounts.queries import led_team_ids, project_limit


class Width(enum.StrEnum):
    """How far a role sees."""

    ALL = "all"
    TEAM = "team"
    OWN = "own"
    SOLD = "sold"  # customers with a signed deal
    NOTHING = "nothing"


_WIDTHS: dict[str, Width] = {
    Role.HEAD: Width.ALL,
    Role.MARKETER: Width.ALL,
    Role.QUALITY: Width.ALL,
    Role.SUPERVISOR: Width.TEAM,
    Role.SELLER: Width.OWN,
    Role.ACCOUNT_MANAGER: Width.SOLD,
    Role.SERVICE: Width.SOLD,
    Role.ADMINISTRATOR: Width.NOTHING,
    Role.ACCOUNTANT: Width.NOTHING,
}


@dataclass(frozen=True)
class Reach:
    """What one person may see; `project_ids` None means no limit."""

    user_id: int
    width: Width
    team_ids: frozenset[int]
    project_ids: frozenset[int] | None

    @property
    def is_everything(self) -> bool:
        """Tell whether no row is hidden."""
        return self.width is Width.ALL and self.project_ids is None

    def leads(self, prefix: str = "") -> Q:
        """Return the condition on leads; `prefix` is the way to the lead, like `leads__`."""
        return self._worked(prefix, sold=f"{prefix}deals__won_at__isnull")

    def deals(self, prefix: str = "") -> Q:
        """Return the condition on deals; `prefix` is the way to the deal."""
        return self._worked(prefix, sold=f"{prefix}won_at__isnull")

    def projects(self, prefix: str = "") -> Q:
        """Return the condition on a project only, for what no seller handles."""
        return Q() if self.project_ids is None else Q(**{f"{prefix}project_id__in": self.project_ids})

    def _worked(self, prefix: str, *, sold: str) -> Q:
        own = Q(**{f"{prefix}seller_id": self.user_id})
        by_width = {
            Width.ALL: Q(),
            Width.TEAM: own
            | Q(**{f"{prefix}team_id__in": self.team_ids})
            # Not through a join: each side of the "or" then finds its rows by an index of its own.
            | Q(**{f"{prefix}seller_id__in": User.objects.filter(team_id__in=self.team_ids).values("pk")}),
            Width.OWN: own,
            Width.SOLD: Q(**{sold: False}),
            Width.NOTHING: Q(pk__in=()),
        }
        return by_width[self.width] & self.projects(prefix)


def reach_of(user: User) -> Reach:
    """Return what `user` may see."""
    width = _WIDTHS.get(user.role, Width.NOTHING)
    teams = led_team_ids(user) if width is Width.TEAM else frozenset()
    return Reach(user_id=user.pk, width=width, team_ids=teams, project_ids=project_limit(user))
