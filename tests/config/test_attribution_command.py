"""`onegoal attribution` and `onegoal paths`: tables, JSON and files, without records, database or home."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from onegoal.config.cli import app

TOUCHES = """user_id,timestamp,channel,converted,value
1,2026-03-01 10:00,ads,0,
1,2026-03-02 10:00,mail,1,100
2,2026-03-02 11:00,ads,0,
"""


@pytest.fixture
def touches(tmp_path: Path) -> str:
    path = tmp_path / "touches.csv"
    path.write_text(TOUCHES)
    return str(path)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def test_credits_come_as_json(touches: str) -> None:
    result = run("attribution", "--touches", touches, "--model", "first", "--model", "last", "--json")
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    assert list(answer["models"]) == ["first", "last"]
    assert answer["models"]["last"]["value"] == {"ads": 0, "mail": 100}


def test_people_get_tables_and_notes(touches: str) -> None:
    result = run("attribution", "--touches", touches, "--model", "linear")
    assert result.exit_code == 0
    assert "50" in result.stdout
    assert "Columns were guessed: person is user_id, time is timestamp." in result.stdout


def test_a_name_in_brackets_is_shown_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("person,time,channel,converted\n1,2026-03-01,[bold]ads[/bold],1\n")
    assert "[bold]ads[/bold]" in run("attribution", "--touches", str(path), "--model", "last").stdout
    assert "[bold]ads[/bold]" in run("paths", "--touches", str(path)).stdout


def test_paths_are_told(touches: str) -> None:
    answer = json.loads(run("paths", "--touches", touches, "--json").stdout)
    assert answer["paths"][0]["path"] == ["ads", "mail"]
    shown = run("paths", "--touches", touches).stdout
    assert "ads > mail" in shown
    assert "Assists" in shown


def test_aggregated_paths_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "paths.csv"
    path.write_text("way;won;worth\na|b;2;10\nb;1;5\n")
    columns = "path=way,conversions=won,value=worth"
    result = run("attribution", "--paths", str(path), "--columns", columns, "--separator", "|", "--json")
    assert json.loads(result.stdout)["models"]["last"]["value"] == {"a": 0, "b": 15}
    told = run("paths", "--paths", str(path), "--columns", columns, "--separator", "|", "--json")
    assert json.loads(told.stdout)["different_paths"] == 2


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_rows_are_written_by_the_ending_of_the_file(touches: str, tmp_path: Path, ending: str) -> None:
    to = tmp_path / f"credits.{ending}"
    result = run("attribution", "--touches", touches, "--model", "first", "--to", str(to))
    assert result.stdout == f"2 rows in {to}\n"
    if ending == "csv":
        assert to.read_text("utf-8-sig").splitlines()[1].startswith("first,ads,1.0,100,")
    elif ending == "parquet":
        import pyarrow.parquet as pq

        assert pq.read_table(to).column("value").to_pylist() == [100, 0]
    else:
        from openpyxl import load_workbook

        assert [cell.value for cell in load_workbook(to).worksheets[0][2]][:4] == ["first", "ads", 1.0, 100]


def test_an_unknown_ending_and_a_missing_folder_are_refused(touches: str, tmp_path: Path) -> None:
    result = run("attribution", "--touches", touches, "--to", str(tmp_path / "credits.doc"))
    assert result.exit_code == 1
    assert "credits.doc ends in no known kind of table. Use .csv, .xlsx or .parquet." in result.stderr
    missing = run("attribution", "--touches", touches, "--csv", str(tmp_path / "no" / "credits.csv"))
    assert missing.exit_code == 1
    assert "cannot be written" in missing.stderr


def test_a_refusal_is_one_sentence_or_json_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "touches.csv"
    path.write_text(TOUCHES + "3,never,ads,0,\n")
    plain = run("attribution", "--touches", str(path))
    assert plain.exit_code == 1
    assert plain.stderr.startswith("touches.csv, row 5: the timestamp is missing or no moment ('never').")
    told = json.loads(run("attribution", "--touches", str(path), "--json").stderr)["error"]
    assert told == {
        "code": "time", "message": "touches.csv, row 5: the timestamp is missing or no moment ('never').",
        "file": "touches.csv", "row": 5, "column": "timestamp",
        "remedy": "Write moments as 2026-01-31 14:05:00 (with an offset or --timezone), or use --skip-bad-rows.",
    }  # fmt: skip


def test_nothing_to_read_is_refused() -> None:
    result = run("attribution")
    assert result.exit_code == 1
    assert result.stderr == "Nothing is named to read. Use --touches FILE_OR_FOLDER, or --paths FILE.\n"


def test_options_of_touches_are_refused_beside_paths(tmp_path: Path) -> None:
    result = run("attribution", "--paths", str(tmp_path), "--window", "3d", "--as-of", "2026-01-01")
    assert result.stderr.startswith("A file of paths has no touches for --window, --as-of.")


def test_columns_that_are_no_pairs_are_refused(touches: str) -> None:
    assert "'person' is no PART=COLUMN." in run("attribution", "--touches", touches, "--columns", "person").stderr


def test_neither_home_nor_database_nor_web_part_is_touched(touches: str, tmp_path: Path) -> None:
    code = (
        "import sys; from onegoal.config.cli import app\n"
        f"app(['attribution', '--touches', {touches!r}, '--model', 'last', '--json'], standalone_mode=False)\n"
        "print([name for name in ('django', 'ibis') if name in sys.modules])"
    )
    home = tmp_path / "home"
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path,
        env=os.environ | {"ONEGOAL_HOME": str(home)},
    )  # fmt: skip
    assert answer.stdout.splitlines()[-1] == "[]"
    assert not home.exists()
    assert not (tmp_path / "var").exists()
