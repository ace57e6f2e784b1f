"""Recordings are heard by ranges, by those who may, from their folder only; what is attached is sound."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.apps.quality.calls import keep_sound, make_call, make_lead, wav

from onegoal.apps.quality.queries.recordings import kind_of_sound, recording_of
from onegoal.apps.sales.models import Call


@pytest.fixture
def folder(settings, tmp_path):
    settings.RECORDINGS_DIRECTORY = tmp_path / "recordings"
    settings.RECORDINGS_DIRECTORY.mkdir()
    return settings.RECORDINGS_DIRECTORY


@pytest.fixture
def call(world, folder):
    return make_call(world.nora, lead=make_lead(world.nora), recording=keep_sound(folder, "2026/talk.wav"))


def hear(user, call, **headers):
    client = Client()
    client.force_login(user)
    answer = client.get(reverse("quality:recording", args=[call.pk]), headers=headers)
    return answer, b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_the_whole_recording_is_sent_as_it_is(world, call):
    answer, body = hear(world.quinn, call, **{"Accept-Encoding": "gzip"})
    assert answer.status_code == 200
    assert body == wav()
    assert answer["Content-Type"] == "audio/wav"
    assert answer["Content-Length"] == str(len(body))
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [("bytes=0-99", 0, 100), ("bytes=100-", 100, None), ("bytes=-50", -50, None), ("bytes=44-9999999", 44, None)],
)
def test_a_range_gives_its_bytes(world, call, asked, start, end):
    answer, body = hear(world.quinn, call, Range=asked)
    whole = wav()
    assert answer.status_code == 206
    assert body == whole[start:end]
    first = start if start >= 0 else len(whole) + start
    assert answer["Content-Range"] == f"bytes {first}-{first + len(body) - 1}/{len(whole)}"


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=-0"])
def test_a_range_beyond_the_end_is_refused_with_the_size(world, call, asked):
    answer, _body = hear(world.quinn, call, Range=asked)
    assert answer.status_code == 416
    assert answer["Content-Range"] == f"bytes */{len(wav())}"


@pytest.mark.parametrize(
    "asked", ["bytes=5-2", "bytes=a-b", "bytes=0-1,5-9", "lines=1-2", "bytes=-", "bytes=" + "9" * 40]
)
def test_a_range_nobody_understands_gives_everything(world, call, asked):
    answer, body = hear(world.quinn, call, Range=asked)
    assert (answer.status_code, len(body)) == (200, len(wav()))


def test_a_range_of_another_version_gives_everything(world, call):
    answer, _body = hear(world.quinn, call, Range="bytes=0-9")
    again, _body = hear(world.quinn, call, Range="bytes=0-9", **{"If-Range": answer["ETag"]})
    other, _body = hear(world.quinn, call, Range="bytes=0-9", **{"If-Range": '"other"'})
    assert (again.status_code, other.status_code) == (206, 200)


def test_who_may_not_see_a_call_does_not_hear_it(world, call):
    assert hear(world.nora, call)[0].status_code == 200
    assert hear(world.victor, call)[0].status_code == 200
    assert hear(world.mark, call)[0].status_code == 200
    assert hear(world.sam, call)[0].status_code == 404
    assert hear(world.key, call)[0].status_code == 403
    assert Client().get(reverse("quality:recording", args=[call.pk])).status_code == 302


@pytest.mark.parametrize(
    "name",
    [
        "../secret.wav",
        "/etc/passwd",
        "2026/../../secret.wav",
        "..",
        "",
        "a\x00b.wav",
        "x" * 490,
        "2026",
        "out/secret.wav",
    ],
)
def test_no_name_leads_out_of_the_folder(world, call, folder, name):
    (folder.parent / "secret.wav").write_bytes(wav())
    (folder / "out").symlink_to(folder.parent)
    shown = Call(seller=world.nora, recording=name)
    assert recording_of(shown).path is None
    if "\x00" not in name:
        Call.objects.filter(pk=call.pk).update(recording=name)
        assert hear(world.quinn, call)[0].status_code == 404


def test_a_file_that_is_no_sound_is_not_sent(world, call, folder):
    keep_sound(folder, "2026/talk.wav", b"<html><script>alert(1)</script>")
    assert recording_of(call).is_lost
    assert hear(world.quinn, call)[0].status_code == 404


def test_a_link_is_offered_and_never_fetched(world, call):
    Call.objects.filter(pk=call.pk).update(recording="https://pbx.example.com/r/1.mp3")
    call.refresh_from_db()
    assert recording_of(call).link
    assert hear(world.quinn, call)[0].status_code == 404
    client = Client()
    client.force_login(world.quinn)
    page = client.get(reverse("quality:call", args=[call.pk])).content.decode()
    assert 'href="https://pbx.example.com/r/1.mp3" target="_blank" rel="noopener noreferrer"' in page


@pytest.mark.parametrize("name", ["javascript:alert(1)", "http://pbx.example.com/1.mp3", "data:audio/wav;base64,AAAA"])
def test_no_other_address_becomes_a_link(world, call, name):
    call.recording = name
    assert recording_of(call).is_lost


def attach(user, call, content, name="talk.wav"):
    client = Client()
    client.force_login(user)
    file = SimpleUploadedFile(name, content, content_type="audio/wav")
    return client.post(reverse("quality:recording_attach", args=[call.pk]), {"file": file}, follow=True)


@pytest.fixture
def silent(world, folder):
    return make_call(world.nora, 2, lead=make_lead(world.nora))


def test_an_attached_recording_is_kept_under_a_name_of_our_own(world, silent, folder):
    attach(world.quinn, silent, wav(), name="../../evil.html")
    silent.refresh_from_db()
    assert silent.recording.startswith(f"attached/{silent.pk}-")
    assert silent.recording.endswith(".wav")
    assert hear(world.quinn, silent)[1] == wav()
    assert [path.name for path in folder.parent.iterdir()] == ["recordings"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<html><script>alert(1)</script></html>", "no WAV, MP3, OGG or M4A"),
        (b"MZ" + b"\x00" * 99, "no WAV, MP3, OGG or M4A"),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "no WAV, MP3, OGG or M4A"),
        (b"", "empty"),
    ],
)
def test_what_is_no_sound_is_refused_whatever_its_name(world, silent, folder, content, said):
    page = attach(world.quinn, silent, content, name="call.mp3").content.decode()
    silent.refresh_from_db()
    assert said in page
    assert silent.recording == ""
    assert list(folder.rglob("*.*")) == []


def test_too_large_a_file_is_refused(world, silent, settings):
    settings.RECORDING_MAX_BYTES = 1_000
    assert "larger than" in attach(world.quinn, silent, wav()).content.decode()


def test_a_recording_is_not_replaced(world, call):
    before = call.recording
    assert "has a recording already" in attach(world.quinn, call, wav(0.1)).content.decode()
    call.refresh_from_db()
    assert call.recording == before


def test_only_reviewers_attach_and_only_to_calls_they_may_hear(world, silent):
    assert attach(world.nora, silent, wav()).status_code == 403
    foreign = make_call(world.sam, 3)
    assert attach(world.victor, foreign, wav()).status_code == 404


def test_the_first_bytes_say_what_a_file_is():
    assert kind_of_sound(wav()[:16]) == "wav"
    assert kind_of_sound(b"ID3\x03\x00" + b"\x00" * 11) == "mp3"
    assert kind_of_sound(b"\xff\xfb\x90\x64" + b"\x00" * 12) == "mp3"
    assert kind_of_sound(b"OggS" + b"\x00" * 12) == "ogg"
    assert kind_of_sound(b"\x00\x00\x00\x20ftypM4A \x00\x00\x00\x00") == "m4a"
    assert kind_of_sound(b"\xff\xfe<\x00h\x00t\x00m\x00l\x00") == ""
    assert kind_of_sound(b"") == ""
