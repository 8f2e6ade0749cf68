"""Which questions ask the same: groups of keys that share most of what they say; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

ALIKE = 0.6
TELLING = 5
"""So many characters in the words that two questions share say what they are about."""
MOST_EXAMPLES = 4


@dataclass(frozen=True)
class Asked:
    """One way in which something was asked: its words, how often, and when last."""

    key: str
    example: str
    times: int
    without_answer: int
    last_at: datetime
    sources: frozenset[str] = frozenset()


@dataclass
class Group:
    """Questions that ask the same, the most frequent first."""

    members: list[Asked] = field(default_factory=list)

    @property
    def keys(self) -> list[str]:
        """The keys of all that belong to it."""
        return [one.key for one in self.members]

    @property
    def words(self) -> list[str]:
        """The words that count: those of its most frequent question."""
        return self.members[0].key.split()

    @property
    def times(self) -> int:
        """How often it was asked."""
        return sum(one.times for one in self.members)

    @property
    def without_answer(self) -> int:
        """How often nothing was found."""
        return sum(one.without_answer for one in self.members)

    @property
    def last_at(self) -> datetime:
        """When it was asked last."""
        return max(one.last_at for one in self.members)

    @property
    def examples(self) -> list[str]:
        """How it was asked, a few ways, in the words of those who asked."""
        return list(dict.fromkeys(one.example for one in self.members))[:MOST_EXAMPLES]

    @property
    def sources(self) -> list[str]:
        """Where it was asked."""
        return sorted(frozenset().union(*(one.sources for one in self.members)))


def grouped(questions: Iterable[Asked]) -> list[Group]:
    """The questions in groups, the most frequent group first; among equals the latest."""
    groups: list[Group] = []
    by_word: dict[str, list[Group]] = {}
    for one in sorted(questions, key=lambda asked: (-asked.times, -asked.last_at.timestamp())):
        home = _home(one, by_word)
        if home is None:
            home = Group()
            groups.append(home)
            for word in one.key.split():
                by_word.setdefault(word, []).append(home)
        home.members.append(one)
    return sorted(groups, key=lambda group: (-group.times, -group.last_at.timestamp()))


def alike(first: Sequence[str], second: Sequence[str]) -> float:
    """How much of what either says both say, by length of words: 0 to 1.

    Where one says all that the other says, and that is enough to tell what it is about, the rest
    is detail.
    """
    shared, all_of_it = set(first) & set(second), set(first) | set(second)
    said = sum(map(len, shared))
    is_whole = said >= TELLING and shared in (set(first), set(second))
    return max(said / (sum(map(len, all_of_it)) or 1), ALIKE if is_whole else 0.0)


def _home(one: Asked, by_word: dict[str, list[Group]]) -> Group | None:
    words = one.key.split()
    near = {id(group): group for word in words for group in by_word.get(word, ())}
    best = max(near.values(), key=lambda group: alike(group.words, words), default=None)
    return best if best is not None and alike(best.words, words) >= ALIKE else None
