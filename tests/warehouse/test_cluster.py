"""The cluster says what it lacks, and leaves nothing behind."""

from __future__ import annotations

import sys

import pytest

from onegoal.warehouse import cluster


def test_without_spark_the_cluster_says_what_is_needed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    assert cluster.main(["--", "true"]) == 1
    assert "extra `spark`" in capsys.readouterr().err
