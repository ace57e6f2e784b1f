"""What is told of a version of a plan: its checks, how likely each target is, and what that rests on."""

from __future__ import annotations

from dataclasses import dataclass

from onegoal.core.joint_plan.figures import RED, Basis, Chance, Check


@dataclass(frozen=True)
class Outlook:
    """The checks (the red first), the chances of each target, and the basis they were told from.

    `after_end` is how many deals the planned leads bring after the plan's last month. `has_history` is False where the
    company has nothing to check against; then every check is `unknown`.
    """

    checks: tuple[Check, ...]
    chances: tuple[Chance, ...]
    basis: Basis
    after_end: float = 0.0
    has_history: bool = True

    @property
    def is_red(self) -> bool:
        """Whether the plan is refused unless somebody overrides it by name."""
        return any(check.level == RED for check in self.checks)

    @property
    def red(self) -> tuple[Check, ...]:
        """Return the checks that failed."""
        return tuple(check for check in self.checks if check.level == RED)
