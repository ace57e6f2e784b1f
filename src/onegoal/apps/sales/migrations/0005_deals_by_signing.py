"""Whoever asks for the deals signed just now need not read them all."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sales", "0004_what_is_to_do")]

    operations = [
        migrations.AddIndex(model_name="deal", index=models.Index(fields=["-won_at"], name="deal_by_signing")),
    ]
