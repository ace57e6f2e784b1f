"""Where the sound of a call is: a file in the folder of recordings, a link to another system, or nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings

from onegoal.apps.sales.models import Call

TYPES: Final = {"wav": "audio/wav", "mp3": "audio/mpeg", "ogg": "audio/ogg", "m4a": "audio/mp4"}
"""The kinds of sound that are kept, by the ending of their names."""
_ENOUGH: Final = 16


@dataclass(frozen=True)
class Recording:
    """The sound of a call: `path` of a file here, `link` to one elsewhere, or neither and `is_lost` if one was named."""

    path: Path | None = None
    content_type: str = ""
    link: str = ""
    is_lost: bool = False

    @property
    def is_there(self) -> bool:
        """Tell whether it can be heard."""
        return bool(self.path or self.link)


def recording_of(call: Call) -> Recording:
    """Return the sound of a call; a name that leads out of the folder of recordings, or to no sound, is a lost one."""
    name = call.recording
    if not name:
        return Recording()
    if name.lower().startswith("https://"):
        return Recording(link=name)
    path = _inside(name)
    kind = _kind_of_file(path) if path else ""
    return Recording(path=path, content_type=TYPES[kind]) if kind else Recording(is_lost=True)


def kind_of_sound(start: bytes) -> str:
    """Return which kind of sound a file is by its first bytes, as the ending of its name; empty for anything else."""
    if start[:4] == b"RIFF" and start[8:12] == b"WAVE":
        return "wav"
    if start[:4] == b"OggS":
        return "ogg"
    if start[4:8] == b"ftyp" and start[8:12] in {b"M4A ", b"M4B ", b"mp41", b"mp42", b"isom", b"iso2", b"dash"}:
        return "m4a"
    return "mp3" if start[:3] == b"ID3" or _is_mpeg_frame(start) else ""


def _is_mpeg_frame(start: bytes) -> bool:
    """Tell whether the bytes begin a frame of MPEG audio, layer III, with a bit rate and a sampling rate that exist."""
    if len(start) < 4 or start[0] != 0xFF or start[1] & 0xE6 != 0xE2 or start[1] & 0x18 == 0x08:
        return False
    return start[2] >> 4 not in (0, 15) and start[2] & 0x0C != 0x0C


def _inside(name: str) -> Path | None:
    root = Path(settings.RECORDINGS_DIRECTORY).resolve()
    try:
        path = (root / name).resolve()
        return path if path.is_relative_to(root) and path.is_file() else None
    except (OSError, ValueError):  # a name with a zero byte, or too long for the disk
        return None


def _kind_of_file(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return kind_of_sound(file.read(_ENOUGH))
    except OSError:
        return ""
