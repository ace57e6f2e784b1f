"""What was planned figure by figure is a joint plan now: the old table goes once its rows are carried over."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("company", "0003_working_hours"), ("planning", "0002_plans_from_settings")]

    operations = [migrations.DeleteModel(name="PlannedFigure")]
