"""How much each kind of hit weighs; found by measuring (docs/knowledge-search.md)."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Weights:
    """Factors of a hit's strength, by where and how it was found."""

    title_words: float = 1.0
    title_chars: float = 1.0
    key_words: float = 0.6
    key_chars: float = 0.4
    body_words: float = 1.5
    body_pairs: float = 1.0
    body_signs: float = 1.0
    asking_title: float = 0.7
    asking_body: float = 0.3
    synonym: float = 0.5
    likely: float = 0.6
    spelled: float = 2.0
    strength: float = 1.0
    fit: float = 0.15
    length: float = 0.1
    fresh: float = 0.04


USUAL: Final = Weights()
