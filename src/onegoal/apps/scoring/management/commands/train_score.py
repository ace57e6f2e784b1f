"""Train the lead score in a process of its own; started by the jobs process."""

from __future__ import annotations

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from onegoal.apps.audit.services import Author, acting
from onegoal.apps.scoring import services
from onegoal.apps.scoring.models import Training

_NICENESS = 10


class Command(BaseCommand):
    """Do one training that was asked for and score the leads it is due for."""

    help = "Do one training of the lead score."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the number of the training."""
        parser.add_argument("training", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        """Train with low priority, then score."""
        os.nice(_NICENESS)
        training = Training.objects.get(pk=options["training"])
        with acting(Author(user_id=training.author_id, via="job")):
            services.train(training=training, clock=timezone.now)
        services.score_waiting(now=timezone.now())
