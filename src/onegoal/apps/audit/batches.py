"""One name for the changes of one action, so that they can be taken back together."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator
from dataclasses import replace

from onegoal.apps.audit.services import acting, current_author


@contextlib.contextmanager
def in_one_batch(purpose: str) -> Iterator[str]:
    """Let every change inside the block bear one batch, and yield its name (`<purpose>-<random>`).

    Inside a batch that has a name already, such as an import, that one goes on: it is undone as a whole.
    """
    author = current_author()
    batch = author.batch or f"{purpose[:7]}-{uuid.uuid4().hex}"
    with acting(replace(author, batch=batch)):
        yield batch
