"""The sound of the demo's calls: two made-up voices that take turns, so that the player has something to play."""

from __future__ import annotations

import wave
from pathlib import Path
from typing import Final

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

RATE: Final = 8_000
LENGTHS: Final = (20, 22, 24, 26, 28, 30, 32, 34, 36, 38, 39, 40)
"""Seconds of each recording."""
FOLDER: Final = "demo"
KEPT_DAYS: Final = 12
"""Talks of so many days have a recording; older ones were deleted, as the law asks of many companies."""
_VOICES: Final = (118.0, 205.0)
_FORMANTS: Final = ((1, 1.0), (2, 0.7), (3, 0.5), (4, 0.35), (5, 0.5), (7, 0.25), (9, 0.15))


def make_recordings(*, seed: int) -> dict[str, int]:
    """Write the files into the folder of recordings and return their seconds by name; about 3 MB in all."""
    folder = Path(settings.RECORDINGS_DIRECTORY) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng([seed, 8])
    files = {}
    for place, seconds in enumerate(LENGTHS):
        name = f"talk-{place + 1}.wav"
        with wave.open(str(folder / name), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(1)
            file.setframerate(RATE)
            file.writeframes(_talk(seconds, rng).tobytes())
        files[f"{FOLDER}/{name}"] = seconds
    return files


def _talk(seconds: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """One talk as unsigned 8-bit samples: sentences of syllables, one voice after the other, with pauses between them."""
    sound = np.zeros(seconds * RATE)
    at, speaker = int(0.4 * RATE), 0
    while at < sound.size - RATE // 2:
        sentence = _sentence(_VOICES[speaker] * float(rng.uniform(0.95, 1.05)), rng)
        end = min(sound.size, at + sentence.size)
        sound[at:end] = sentence[: end - at]
        at, speaker = end + int(rng.uniform(0.2, 0.7) * RATE), 1 - speaker
    return (128 + np.clip(sound, -1, 1) * 90).astype(np.uint8)


def _sentence(pitch: float, rng: np.random.Generator) -> NDArray[np.float64]:
    return np.concatenate([_syllable(pitch, rng) for _ in range(int(rng.integers(5, 14)))])


def _syllable(pitch: float, rng: np.random.Generator) -> NDArray[np.float64]:
    length = int(rng.uniform(0.12, 0.26) * RATE)
    time = np.arange(length) / RATE
    melody = 2 * np.pi * pitch * (1 + 0.06 * float(rng.normal())) * time * (1 - 0.15 * time)
    voice = sum(weight * float(rng.uniform(0.5, 1.2)) * np.sin(order * melody) for order, weight in _FORMANTS)
    envelope = np.sin(np.pi * np.minimum(1, time / time[-1])) ** 0.7
    return np.asarray(voice * envelope * 0.32 + rng.normal(0, 0.004, length), dtype=np.float64)
