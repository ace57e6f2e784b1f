"""What costs the goal most now: blockers, the bottleneck, parts behind their plan, and sags, with who answers for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from onegoal.apps.accounts.models import User
from onegoal.apps.control.models import Blocker, Link, Sag
from onegoal.apps.control.queries.blockers import open_blockers, side_of_link
from onegoal.apps.control.queries.bottleneck import Bottleneck, bottleneck_now
from onegoal.apps.control.queries.pace import Pace, PartPace
from onegoal.apps.control.queries.sags import open_sags
from onegoal.apps.control.queries.stakes import MONTH_DAYS
from onegoal.apps.goal.queries import terms_of, version_of_day
from onegoal.apps.regulation.models import Side
from onegoal.core.shared_kpi import AVERAGE_PRICE, CASH, DEALS, WHOLE_BP

MARKETINGS: Final = frozenset({"visitors", "leads", "spend"})
"""Steps that marketing answers for; sales answers for the others."""


_LEAST_POINTS: Final = 0.005


@dataclass(frozen=True)
class Loss:
    """One thing that costs the KPI: how many points of it (0.03; None where it cannot be told), and who answers for it.

    `side` is the department; `owner` the person, where the loss is a person's or team's. Exactly one of `bottleneck`,
    `part`, `sag` and `blocker` is set, as `kind` says.
    """

    kind: Literal["bottleneck", "part", "sag", "blocker"]
    points: float | None
    side: str
    owner: User | None = None
    bottleneck: Bottleneck | None = None
    part: PartPace | None = None
    sag: Sag | None = None
    blocker: Blocker | None = None


def losses_now(user: User, pace: Pace | None, *, most: int = 3) -> list[Loss]:
    """Return what costs most, the most points first, what has no points after; as far as the user may see it."""
    found = [*_parts(pace), *_bottleneck(pace), *_blockers(user, pace, most), *_sags(user)]
    return sorted(found, key=lambda loss: (loss.points is None, -(loss.points or 0.0)))[:most]


def side_of(metric: str) -> str:
    """Return the department that answers for a step or figure of the chain."""
    return Side.MARKETING if metric in MARKETINGS else Side.SALES


def bottleneck_of(pace: Pace | None) -> Bottleneck | None:
    """Return the bottleneck weighed by what the KPI consists of now."""
    version = version_of_day(pace.kpi, pace.today) if pace else None
    return bottleneck_now(terms_of(version) if version else None)


def _parts(pace: Pace | None) -> list[Loss]:
    """The part that is furthest behind: all of them stand on the pace page, and would leave no place for causes."""
    behind = [] if pace is None else [(points_behind(part), part) for part in pace.parts]
    points, part = max(behind, key=lambda one: one[0], default=(0.0, None))
    return [Loss("part", points, Side.SALES, part=part)] if part and points > _LEAST_POINTS else []


def points_behind(part: PartPace) -> float:
    """How many points of the KPI a part lacks tonight against its plan (0.05), within its target."""
    if not part.expected:
        return 0.0
    share = part.expected / part.target if part.target else part.expected
    return max(0.0, share - part.raw) * part.weight_bp / WHOLE_BP


def _blockers(user: User, pace: Pace | None, most: int) -> list[Loss]:
    """The open blockers with the largest stakes; one of which no money can be told stands behind those that have points."""
    return [
        Loss("blocker", _points_at_stake(one, pace), side_of_link(one.link), one.owner, blocker=one)
        for one in open_blockers(user)[:most]
    ]


def _points_at_stake(blocker: Blocker, pace: Pace | None) -> float | None:
    """What a stake takes of the KPI until its period ends: a month's for each month left, one lead's or deal's once.

    Money that would be signed weighs by the target of deals at the price of the KPI (else at what deals brought so far), money
    that would be received by the target of cash. None where the KPI counts neither.
    """
    if pace is None or blocker.stake_minor is None:
        return None
    is_once = blocker.stake_basis.get("how") in ("lead", "deal", "owed", "lost")
    months = 1.0 if is_once else max(0, (pace.kpi.ends_on - pace.today).days + 1) / MONTH_DAYS
    parts = {part.kind: part for part in pace.parts}
    is_cash = blocker.link in (Link.PAYMENT, Link.HANDOVER) or blocker.stake_basis.get("how") == "owed"
    cash, deals, price = parts.get(CASH), parts.get(DEALS), parts.get(AVERAGE_PRICE)
    each = (price.target if price else None) or blocker.stake_basis.get("price")
    if deals and deals.target and each and not is_cash:
        whole, weight = deals.target * each, deals.weight_bp
    elif cash and cash.target:
        whole, weight = cash.target, cash.weight_bp
    else:
        return None
    return min(1.0, blocker.stake_minor * months / whole) * weight / WHOLE_BP


def _bottleneck(pace: Pace | None) -> list[Loss]:
    found = bottleneck_of(pace)
    if found is None:
        return []
    points = found.points.estimate if pace else None
    return [Loss("bottleneck", points, side_of(found.step.name), bottleneck=found)]


def _sags(user: User) -> list[Loss]:
    return [Loss("sag", None, side_of(sag.metric), _owner(sag), sag=sag) for sag in open_sags(user)]


def _owner(sag: Sag) -> User | None:
    """Who leads the seller a sag is about; else the department answers."""
    seller = (
        User.objects.filter(name=sag.by.get("seller", ""), is_active=True).select_related("team__supervisor").first()
    )
    return seller.team.supervisor if seller and seller.team else None
