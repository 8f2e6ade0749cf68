"""Whether the files of a generation are whole: each ends with the check sum of what stands before.

The library writes the sums and doesn't look at them when it opens an index; a disk that gave
other bytes back than it was given would only be noticed by odd answers.
"""

import json
import mmap
import re
import struct
import zlib
from pathlib import Path
from typing import Final

MAGIC: Final = 1337
TAIL: Final = struct.Struct("<II")
LONGEST_FOOTER: Final = 10_000
_SEGMENT = re.compile(r"[0-9a-f]{32}\.[\w.]+")


def is_sound(generation: Path) -> bool:
    """Whether every file that the library knows of is there, with the right sum."""
    try:
        names = json.loads((generation / ".managed.json").read_text(encoding="utf-8"))
        segments = [name for name in names if _SEGMENT.fullmatch(name)]
        return all(has_right_sum(generation / name) for name in segments)
    except (OSError, ValueError, TypeError):
        return False


def has_right_sum(path: Path) -> bool:
    """Whether a file ends with the sum of what stands before."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        length, magic = TAIL.unpack(content[-TAIL.size :])
        if magic != MAGIC or not 0 < length <= min(LONGEST_FOOTER, len(content) - TAIL.size):
            return False
        end = len(content) - TAIL.size - length
        footer = json.loads(content[end : end + length])
        with memoryview(content) as whole, whole[:end] as before:
            return bool(zlib.crc32(before) == footer["crc"])
