"""Where the index lies: a pointer to the generation that answers, and the generations.

```
kb-index/current        JSON: which generation answers; replaced whole, never written into
kb-index/lock           held by the one process of this host that writes
kb-index/rebuild        there when somebody asked for a new generation
kb-index/g-…/           one generation: the library's files and `lexicon.json`
```
Decided here: the names, the lock, and the switch from one generation to the next. Nothing in it
is needed: whatever is missing or broken is made anew from the database.
"""

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from hotline import clock

NAME: Final = "kb-index"
CURRENT, LOCK, REBUILD, LEXICON = "current", "lock", "rebuild", "lexicon.json"
GENERATION: Final = "g-"
LONGEST_POINTER: Final = 10_000


@dataclass(frozen=True)
class Pointer:
    """Which generation answers, in which schema, made when (seconds since 1970)."""

    schema: int
    folder: str
    made_at: float


def root(var_dir: Path) -> Path:
    """The folder of the index of this host."""
    return var_dir / NAME


def pointer(place: Path) -> Pointer | None:
    """What the pointer says; None when there is none, or nothing sensible in it."""
    try:
        with (place / CURRENT).open("rb") as file:
            known = Pointer(**json.loads(file.read(LONGEST_POINTER)))
    except (OSError, ValueError, TypeError):
        return None
    is_name = str(known.folder).startswith(GENERATION) and "/" not in str(known.folder)
    return known if is_name else None


def begin(place: Path) -> Path:
    """An empty folder for a new generation."""
    place.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix=GENERATION, dir=place))


def switch(place: Path, generation: Path, schema: int) -> None:
    """Let this generation answer from now on; the change is whole or does not happen."""
    known = Pointer(schema, generation.name, clock.now().timestamp())
    unfinished = place / f".{CURRENT}.{os.getpid()}"
    with unfinished.open("w", encoding="utf-8") as file:
        json.dump(asdict(known), file)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(place / CURRENT)


def sweep(place: Path) -> None:
    """Take away what no pointer names; whoever still reads an old generation keeps its files."""
    known = pointer(place)
    with suppress(OSError):
        for one in place.iterdir():
            if one.name.startswith(GENERATION) and (known is None or one.name != known.folder):
                shutil.rmtree(one, ignore_errors=True)


def drop(generation: Path) -> None:
    """Take a generation away that came to nothing."""
    shutil.rmtree(generation, ignore_errors=True)


def ask_to_rebuild(place: Path) -> None:
    """Have the indexer of this host make a new generation."""
    place.mkdir(parents=True, exist_ok=True)
    (place / REBUILD).touch()


def take_request(place: Path) -> bool:
    """Whether a new generation was asked for; forgets it."""
    try:
        (place / REBUILD).unlink()
    except OSError:
        return False
    return True


@contextmanager
def hold(place: Path) -> Iterator[bool]:
    """Hold the writer's lock; False when another process has it. It ends with its process."""
    place.mkdir(parents=True, exist_ok=True)
    with (place / LOCK).open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def is_lock_there(place: Path) -> bool:
    """Whether the lock's file is still there; somebody may have deleted the folder."""
    return (place / LOCK).exists()
