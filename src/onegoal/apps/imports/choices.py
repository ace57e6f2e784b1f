"""What the words that people write for the fixed choices of the records mean, in the four languages."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import yaml

from onegoal.core.search import search_key


def _by_word(table: Mapping[str, list[str]]) -> Mapping[str, str]:
    return {search_key(word): choice for choice, words in table.items() for word in (choice, *words)}


CHOICES: Final[Mapping[str, Mapping[str, str]]] = {
    name: _by_word(table)
    for name, table in yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8")).items()
}
"""Choices by the words for them, each written as `search_key` does; by the name of the list, see choices.yaml."""
FLAGS: Final[Mapping[str, bool]] = {word: choice == "yes" for word, choice in CHOICES["flag"].items()}
"""Whether a word means yes or no."""
