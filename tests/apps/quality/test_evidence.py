"""Documents as evidence: judged by what they are, kept under names of our own, handed out to those who may see the check."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.apps.quality.rejections import to_check
from tests.apps.quality.test_checks import FINDING, page
from tests.world import World

from onegoal.apps.quality.services.evidence import EvidenceRefused, keep_evidence, shown_name

PDF = b"%PDF-1.7 a letter"


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """Documents of one test."""
    settings.EVIDENCE_DIRECTORY = tmp_path / "evidence"
    return tmp_path / "evidence"


def upload(content: bytes = PDF, name: str = "letter.pdf") -> SimpleUploadedFile:
    """What a browser sends."""
    return SimpleUploadedFile(name, content)


def office(*names: str) -> bytes:
    """A package of Office with these parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "ending"),
    [
        (PDF, "pdf"),
        (b"\x89PNG\r\n\x1a\n....", "png"),
        (b"\xff\xd8\xff\xe0....", "jpg"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "webp"),
        ("Привет, два слова".encode(), "txt"),
        (office("[Content_Types].xml", "word/document.xml"), "docx"),
        (office("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
    ],
)
def test_a_document_is_kept_as_what_it_is(content: bytes, ending: str, folder: Path) -> None:
    kept = keep_evidence(upload(content, "letter.exe"))
    assert kept.stored.endswith(f".{ending}")
    assert kept.shown == f"letter.{ending}"
    assert (folder / kept.stored).read_bytes() == content


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00 a program",
        b"\x7fELF",
        office("word/document.xml", "word/vbaProject.bin"),
        office("anything.txt"),
        b"PK\x03\x04 not a package",
        b"\x00\x01\x02",
        b"\xff\xfe text of another encoding",
        b"GIF89a\x01\x00",
    ],
)
def test_what_may_do_harm_or_is_unknown_is_refused(content: bytes, folder: Path) -> None:
    with pytest.raises(EvidenceRefused) as caught:
        keep_evidence(upload(content, "letter.pdf"))
    assert caught.value.code == "kind"
    assert not folder.exists()


def test_nothing_and_too_much_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from onegoal.apps.quality.services import evidence

    monkeypatch.setattr(evidence, "MOST_BYTES", 20)
    for content, code in ((b"", "empty"), (PDF + b" and more", "too_big")):
        with pytest.raises(EvidenceRefused) as caught:
            keep_evidence(upload(content))
        assert caught.value.code == code


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Windows\\letter.pdf", "letter.pdf"),
        ("letter\r\nSet-Cookie: a=b.pdf", "letterSet-Cookie: a=b.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.pdf"),
        ("..", "document.pdf"),
        ("", "document.pdf"),
        ("a" * 300 + ".pdf", "a" * 120 + ".pdf"),
        ("договор 5.PDF", "договор 5.pdf"),
    ],
)
def test_hostile_names_are_made_harmless(name: str, shown: str) -> None:
    assert shown_name(name, "pdf") == shown


@pytest.mark.django_db
def test_the_document_is_for_those_who_may_see_the_check(world: World) -> None:
    check = to_check(world, world.nora)
    said = {
        "verdict": "wrong",
        "finding": FINDING,
        "returned_to": world.nora.pk,
        "document": upload(name='a"b/../c.pdf'),
    }
    page(world.quinn, "check", check.pk, data=said)
    for reader, status in (
        (world.quinn, 200),
        (world.nora, 200),
        (world.victor, 200),
        (world.sam, 404),
        (world.mark, 403),
    ):
        assert page(reader, "check_document", check.pk).status_code == status
    answer = page(world.nora, "check_document", check.pk)
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"] == 'attachment; filename="c.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
def test_a_refused_document_decides_nothing(world: World, folder: Path) -> None:
    check = to_check(world, world.nora)
    said = {
        "verdict": "wrong",
        "finding": FINDING,
        "returned_to": world.nora.pk,
        "document": upload(b"MZ\x90", "a.pdf"),
    }
    assert page(world.quinn, "check", check.pk, data=said).status_code == 422
    check.refresh_from_db()
    assert check.state == "waiting"


@pytest.mark.django_db
def test_the_document_of_a_refused_decision_is_not_kept(world: World, folder: Path) -> None:
    check = to_check(world, world.nora, state="right")
    said = {"verdict": "wrong", "finding": FINDING, "returned_to": world.nora.pk, "document": upload()}
    assert page(world.quinn, "check", check.pk, data=said).status_code == 409
    assert list(folder.iterdir()) == []


@pytest.mark.django_db
def test_a_lost_document_is_not_there(world: World, folder: Path) -> None:
    check = to_check(world, world.nora, document="../../secret.key", document_name="x")
    assert page(world.quinn, "check_document", check.pk).status_code == 404
