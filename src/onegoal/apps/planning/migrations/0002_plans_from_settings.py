"""Carries what was planned in the settings, figure by figure, into plans in force: one of the company, one of each project."""

from itertools import groupby

from django.db import migrations
from django.utils import timezone

NAME = "Plan"


def carry_over(apps, schema_editor):
    figures = apps.get_model("company", "PlannedFigure").objects.order_by("project_id", "month", "metric")
    project = apps.get_model("company", "Project")
    now = timezone.now()
    for project_id, rows in groupby(figures, key=lambda figure: figure.project_id):
        name = f"{NAME} {project.objects.get(pk=project_id).name}"[:200] if project_id else NAME
        _make_plan(apps, name, project_id, list(rows), now)


def _make_plan(apps, name, project_id, figures, now):
    months = sorted(figure.month for figure in figures)
    plan = apps.get_model("planning", "Plan").objects.create(
        name=name, project_id=project_id, first_month=months[0], last_month=months[-1], created_at=now
    )
    version = apps.get_model("planning", "PlanVersion").objects.create(
        plan=plan, number=1, state="in_force", created_at=now, in_force_from=now
    )
    cell = apps.get_model("planning", "PlanCell")
    # A plan is not negative; a figure below nothing was a slip of the pen.
    cell.objects.bulk_create(
        cell(version=version, month=one.month, metric=one.metric, value=max(one.value, 0)) for one in figures
    )


class Migration(migrations.Migration):
    dependencies = [("planning", "0001_initial"), ("company", "0003_working_hours")]

    operations = [migrations.RunPython(carry_over, migrations.RunPython.noop)]
