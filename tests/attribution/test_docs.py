"""Every example of docs/attribution.md does what the page says."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from onegoal.config.cli import app

PAGE = Path(__file__).parents[2] / "docs" / "attribution.md"
BLOCK = re.compile(r"^```(\w+)(?: ([\w.]+))?\n(.*?)^```$", re.M | re.S)


def test_the_examples_of_the_guide_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    said = ""
    kinds = set()
    for kind, name, text in BLOCK.findall(PAGE.read_text()):
        kinds.add(kind)
        if kind == "sh":
            for line in text.splitlines():
                said = answer_of(line, must_fail=name == "fails")
        elif kind == "python":
            exec(compile(text, str(PAGE), "exec"), {})
        elif kind == "text":
            assert said == text
        elif name:
            Path(name).write_text(text)
        else:
            answer = json.loads(said)
            assert answer.pop("seconds") >= 0
            assert answer == json.loads(text)
    assert kinds == {"csv", "sh", "json", "text", "python"}


def answer_of(line: str, *, must_fail: bool) -> str:
    program, *arguments = shlex.split(line)
    assert program == "onegoal"
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == (1 if must_fail else 0), f"{line}: {result.output}"
    return result.stderr if must_fail else result.stdout
