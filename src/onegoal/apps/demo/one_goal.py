"""One goal in the demo: plan, KPI, pay, blockers, contests; made when the company's figures are there to be asked."""

from __future__ import annotations

from onegoal.apps.conflicts.services import ask_audit
from onegoal.apps.demo.gatherings import make_gatherings
from onegoal.apps.demo.hindrances import make_hindrances
from onegoal.apps.demo.joint_plan import make_joint_plan
from onegoal.apps.demo.pay import make_pay
from onegoal.apps.demo.records import HEAD, Records, done_by
from onegoal.apps.demo.shared_goal import make_shared_goals


def make_one_goal(records: Records) -> None:
    """Let the company plan, agree on its KPI, pay by it, tell what stands in its way, and ask whether pay serves the goal."""
    make_joint_plan(records)
    make_shared_goals(records)
    make_pay(records)
    make_hindrances(records)
    make_gatherings(records)
    # Only asked for here: the jobs process does it after the first start, and nobody has to wait.
    with done_by(records.users[HEAD]):
        ask_audit(author=records.users[HEAD], now=records.now)
