"""Have the tables written that new figures need of records an installation has already."""

from __future__ import annotations

from typing import Any

from django.db import migrations

FROM_RECORDS = {
    "lead": ("sales", "Lead"),
    "deal": ("sales", "Deal"),
    "objection": ("sales", "Objection"),
    "decision": ("regulation", "Decision"),
    "check": ("quality", "Check"),
    "review": ("quality", "Review"),
    "answer": ("quality", "Answer"),
    "leadmark": ("feedback", "LeadMark"),
}


def mark(apps: Any, schema_editor: Any) -> None:
    """Mark every chunk of these records."""
    chunk_of = apps.get_model("audit", "StaleChunk")
    for entity, (app, name) in FROM_RECORDS.items():
        last = apps.get_model(app, name).objects.order_by("-pk").values_list("pk", flat=True).first()
        chunks = range(last // 20_000 + 1) if last else ()
        chunk_of.objects.bulk_create([chunk_of(entity=entity, chunk=chunk) for chunk in chunks], ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0001_initial"),
        ("sales", "0003_the_sales_desk"),
        ("regulation", "0001_initial"),
        ("quality", "0002_initial"),
        ("feedback", "0002_initial"),
    ]
    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
