"""Recurring work: trainings that were asked for or are due, in a process of their own; new leads get their score."""

from __future__ import annotations

import datetime as dt
import logging
import os
import subprocess
import sys
from typing import Final

from django.utils import timezone

from onegoal.apps.audit.jobs import every
from onegoal.apps.sales.models import Lead
from onegoal.apps.scoring import services
from onegoal.apps.scoring.models import Target, Training
from onegoal.apps.scoring.queries import latest_training, waiting_training
from onegoal.core.lead_score_training import LEAST_LEADS

_log = logging.getLogger(__name__)
TRAINED_EVERY: Final = dt.timedelta(days=7)
LONGEST_SECONDS: Final = 1_800
SCORED_IN_ONE_GO: Final = 5_000


@every(seconds=3)
def train_waiting() -> None:
    """Run the training that waits. One found here half done was broken off by a restart and is done anew."""
    training = waiting_training()
    if training is not None:
        run_apart(training)


@every(seconds=3_600)
def train_weekly() -> None:
    """Ask for a training when the last one is a week old, or when there are leads and never was one."""
    now, latest = timezone.now(), latest_training()
    is_due = latest.started_at <= now - TRAINED_EVERY if latest else Lead.objects.count() >= LEAST_LEADS
    if is_due and waiting_training() is None:
        services.ask_training(target=latest.target if latest else Target.QUALIFIED, author=None, now=now)


@every(seconds=3)
def score_new_leads() -> None:
    """Give open leads their score, the newest first."""
    services.score_waiting(now=timezone.now(), only_open=True, most=SCORED_IN_ONE_GO)


@every(seconds=300)
def score_other_leads() -> None:
    """Score the leads that are warmed up or were rejected lately; take scores off leads that carry none any more."""
    services.score_waiting(now=timezone.now())
    services.drop_needless_scores(now=timezone.now())


def run_apart(training: Training) -> None:
    """Train in a process of low priority with one core, whose memory goes back to the machine when it is done."""
    one_core = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    command = [sys.executable, "-m", "django", "train_score", str(training.pk)]
    environment = os.environ | one_core | {"DJANGO_SETTINGS_MODULE": "onegoal.config.settings"}
    try:
        subprocess.run(command, env=environment, check=True, timeout=LONGEST_SECONDS)  # noqa: S603 - our own command
    except (subprocess.SubprocessError, OSError):
        _log.exception("training %s stopped", training.pk)
        services.give_up(training=training, now=timezone.now())
