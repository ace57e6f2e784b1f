"""Find every visible string, keep the catalogues of ru, ro and hu in step, compile them; no outside tools needed."""

from __future__ import annotations

import argparse
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parent.parent
LOCALE = PACKAGE / "locale"
LANGUAGES = ("ru", "ro", "hu")
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "N_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def extract_catalogue() -> Catalog:
    """Return every translatable string of the package's Python and templates, with the files it stands in."""
    catalogue = Catalog(fuzzy=False)
    for path in _sources():
        for line, message, comments, context in _messages(path):
            location = (path.relative_to(PACKAGE).as_posix(), line)
            flags = ["python-format"] if _has_placeholder(message) else []
            catalogue.add(
                message, locations=[location[:1]], auto_comments=comments, context=context, flags=flags  # type: ignore[list-item]
            )  # fmt: skip
    return catalogue


def update() -> None:
    """Add new strings to each language's catalogue and drop those that are no longer used."""
    found = extract_catalogue()
    for language in LANGUAGES:
        path = catalogue_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        current = read(language)
        current.update(found, no_fuzzy_matching=True)
        current.obsolete.clear()
        current.fuzzy = False
        with path.open("wb") as file:
            write_po(file, current, width=110, no_location=True, sort_output=True, omit_header=False)


def compile_all() -> None:
    """Write the binary catalogue that Django reads beside each text one."""
    for language in LANGUAGES:
        with catalogue_path(language).with_suffix(".mo").open("wb") as file:
            write_mo(file, read(language))


def problems() -> Iterator[str]:
    """Say, in words, each string that lacks a translation or whose translation lost a placeholder."""
    found = extract_catalogue()
    for language in LANGUAGES:
        catalogue = read(language)
        for message in found:
            if not message.id:
                continue
            translated = catalogue.get(message.id, context=message.context)
            yield from (f"{language}: {problem}: {message.id!r}" for problem in _faults(message.id, translated))


def catalogue_path(language: str) -> Path:
    """Return where the text catalogue of a language is kept."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    """Return the catalogue of a language, empty if there is none yet."""
    path = catalogue_path(language)
    if not path.exists():
        return Catalog(locale=language, project="onegoal", version="")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _sources() -> list[Path]:
    folders = (path for pattern in ("*.py", "*.html", "*.txt") for path in PACKAGE.rglob(pattern))
    return sorted(path for path in folders if not {"migrations", "static", "node_modules"} & set(path.parts))


def _messages(path: Path) -> Iterator[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # What is left of the mark-up has no meaning to Python, and its indentation none at all.
        source = "\n".join(line.lstrip() for line in templatize(source, origin=str(path)).split("\n"))
    yield from extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS, comment_tags=["Translators:"])


def _faults(message: str | tuple[str, ...] | list[str], translated: object) -> Iterator[str]:
    texts = getattr(translated, "string", None)
    texts = [texts] if isinstance(texts, str) else list(texts or [])
    if not texts or not all(texts):
        yield "no translation"
        return
    wanted = set.union(*(_placeholders(part) for part in ([message] if isinstance(message, str) else message)))
    for text in texts:
        if not _placeholders(text) <= wanted or (len(texts) == 1 and _placeholders(text) != wanted):
            yield "placeholders differ"


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[sd]|\{\w+\}", text))


def _has_placeholder(message: str | tuple[str, ...]) -> bool:
    return any("%(" in part for part in ([message] if isinstance(message, str) else message) if part)


def main() -> None:
    """`update`, `compile` or `check` the catalogues."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("action", choices=["update", "compile", "check"])
    action = parser.parse_args().action
    if not settings.configured:
        settings.configure()
    if action == "check":
        found = list(problems())
        sys.stdout.writelines(f"{line}\n" for line in found)
        sys.exit(1 if found else 0)
    (update if action == "update" else compile_all)()


if __name__ == "__main__":
    main()
