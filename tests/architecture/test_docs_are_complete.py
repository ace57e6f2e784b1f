"""What the docs promise to list, they list."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "onegoal"
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)")


def test_every_setting_is_described() -> None:
    named = {name for path in SOURCE.rglob("*.py") for name in re.findall(r"\bONEGOAL_[A-Z_]+\b", path.read_text())}
    described = (ROOT / "docs" / "operations.md").read_text()
    assert {name for name in named if f"`{name}`" not in described and f"`{name}=" not in described} == set()


def test_every_app_stands_in_the_plan_of_the_house() -> None:
    plan = (ROOT / "docs" / "architecture.md").read_text()
    ours = [config.label for config in apps.get_app_configs() if config.name.startswith("onegoal.")]
    assert len(ours) > 10
    assert [label for label in ours if f"| {label} |" not in plan] == []


def test_every_module_says_in_one_sentence_what_lives_there() -> None:
    modules = [path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts]
    silent = [path.relative_to(ROOT).as_posix() for path in modules if not path.read_text().lstrip().startswith('"""')]
    assert silent == []


@pytest.mark.parametrize(
    "page", sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md")), ids=lambda p: p.name
)
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    broken = [link for link in LINK.findall(page.read_text()) if not (page.parent / link).exists()]
    assert broken == []
