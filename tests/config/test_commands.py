"""The command line: codes, JSON and files, as programs rely on them."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

LEADS = """Id,Came,Name,Phone,Source
A1,2026-03-02 10:00,Ana Pop,+40721000001,google
A2,2026-03-03 11:30,Ион Чебан,+40721000002,
"""
MAP = """source: our crm
time_zone: Europe/Bucharest
country: RO
leads:
  columns: {id: Id, created_at: Came, name: Name, phone: Phone, source: Source}
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("commands")
    (folder / "leads.csv").write_text(LEADS)
    (folder / "map.yaml").write_text(MAP)
    done = onegoal(
        folder, "import", str(folder / "leads.csv"), "--kind", "leads", "--map", str(folder / "map.yaml"), "--json"
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["created"] == 2
    return folder


def onegoal(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if key != "ONEGOAL_DATABASE"}
    return subprocess.run(
        [sys.executable, "-m", "onegoal.config.cli", *words],
        env={**environment, "ONEGOAL_HOME": str(home / "home")}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_figure_comes_as_json_with_its_parts(home: Path) -> None:
    answer = json.loads(onegoal(home, "metric", "lead_to_deal", "--by", "source", "--json").stdout)
    assert {"metric", "unit", "from", "to", "rows", "differs"} <= answer.keys()
    assert [(row["by"]["source"], row["numerator"], row["denominator"]) for row in answer["rows"]] == [
        ("google", 0, 1),
        (None, 0, 1),
    ]


def test_a_figure_can_be_narrowed_and_dated(home: Path) -> None:
    words = ["metric", "leads", "--from", "2026-03-01", "--to", "2026-03-31", "--where", "source=google", "--json"]
    assert json.loads(onegoal(home, *words).stdout)["rows"][0]["value"] == 1


def test_the_catalogue_lists_every_figure_with_its_words(home: Path) -> None:
    catalogue = json.loads(onegoal(home, "metrics", "--json").stdout)
    assert {"cpl", "cac", "romi", "lead_to_won"} <= {metric["name"] for metric in catalogue}
    assert all(metric["words"] and metric["unit"] for metric in catalogue)


@pytest.mark.parametrize("words", [["metric", "nonsense"], ["metric", "spend", "--by", "seller"]])
def test_what_is_refused_says_why_as_json_on_the_error_stream(home: Path, words: list[str]) -> None:
    done = onegoal(home, *words, "--json")
    assert done.returncode == 1
    assert {"code", "message"} <= json.loads(done.stderr)["error"].keys()


@pytest.mark.parametrize("words", [["nonsense"], ["export", "nothing"], ["import"], ["metric"], ["run", "--port", "x"]])
def test_wrong_usage_ends_with_two(home: Path, words: list[str]) -> None:
    assert onegoal(home, *words).returncode == 2


def test_what_leaves_can_come_back(home: Path) -> None:
    target = home / "out.csv"
    done = onegoal(home, "export", "leads", "--to", str(target), "--json")
    assert json.loads(done.stdout)["rows"] == 2
    with target.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["name"] for row in rows] == ["Ana Pop", "Ион Чебан"]

    back = onegoal(home, "import", str(target), "--kind", "leads", "--preset", "generic", "--dry-run", "--json")
    counts = json.loads(back.stdout)
    assert (counts["read"], counts["rejected"]) == (2, 0)


def test_an_installation_can_be_checked(home: Path) -> None:
    done = onegoal(home, "check", "--json")
    findings = {finding["name"]: finding for finding in json.loads(done.stdout)["findings"]}
    assert findings["warehouse"]["is_good"]
    assert not findings["head"]["is_good"]
    assert done.returncode == 1
