"""Columns on disk: files that are written once, synced, and mapped into memory by whoever reads them."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Columns = Mapping[str, NDArray[Any]]
_WORD = 8
_ALIGNED = 64


def write_columns(path: Path, columns: Columns) -> None:
    """Write columns of any lengths into one file: the length of a header, the header, then each column as it lies."""
    places: dict[str, tuple[str, int, int]] = {}
    offset = 0
    for name, column in columns.items():
        places[name] = (column.dtype.str, len(column), offset)
        offset = _aligned(offset + column.nbytes)
    header = json.dumps(places).encode()
    begin = _aligned(_WORD + len(header))
    with path.open("wb") as file:
        file.write(len(header).to_bytes(_WORD, "little") + header)
        for name, column in columns.items():
            file.seek(begin + places[name][2])
            np.ascontiguousarray(column).tofile(file)
        file.truncate(begin + offset)
        file.flush()
        os.fsync(file.fileno())


def read_columns(path: Path) -> dict[str, NDArray[Any]]:
    """Map the columns of a file; they stay readable when the file is unlinked. Raises: FileNotFoundError."""
    whole = np.memmap(path, np.uint8, mode="r").view(np.ndarray)
    size = int.from_bytes(whole[:_WORD].tobytes(), "little")
    begin = _aligned(_WORD + size)
    columns = {}
    for name, (kind, count, offset) in json.loads(whole[_WORD : _WORD + size].tobytes()).items():
        dtype = np.dtype(kind)
        start = begin + offset
        columns[name] = whole[start : start + count * dtype.itemsize].view(dtype)
    return columns


def _aligned(size: int) -> int:
    return -(-size // _ALIGNED) * _ALIGNED
