"""The hotline's answer to a call: the verbs it wants carried out.

Parsed as leniently as the carrier does: attributes and verbs it doesn't know are left for
whoever carries them out. What is no document at all raises TwimlError with the carrier's code.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree

_XML = frozenset({"text/xml", "application/xml", "text/html", ""})
_DEEPEST = 2


class TwimlError(Exception):
    """The document can't be carried out; `code` is the carrier's."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(f"{code}: {words}")
        self.code, self.words = code, words


@dataclass(frozen=True, kw_only=True)
class Verb:
    """One element with its attributes, its words and its children."""

    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    children: tuple["Verb", ...] = ()

    def get(self, name: str, default: str = "") -> str:
        """An attribute; the default when it is missing or empty."""
        return self.attributes.get(name, "").strip() or default

    def number(self, name: str, default: float, most: float = 14_400) -> float:
        """A number from 0 to `most`; the default when it isn't one."""
        try:
            value = float(self.attributes.get(name, ""))
        except ValueError:
            return default
        # Also false for "nan".
        return min(value, most) if value >= 0 else default

    def times(self) -> int:
        """The attribute `loop`: once when there is none, 0 is as often as the carrier allows."""
        value = int(self.number("loop", 1, 1_000))
        return value or 1_000

    def is_on(self, name: str, default: bool = False) -> bool:  # noqa: FBT001, FBT002
        """A yes or no."""
        return {"true": True, "false": False}.get(self.get(name).lower(), default)


def parse(content_type: str, body: str) -> tuple[Verb, ...]:
    """The verbs of an answer, in order; raises TwimlError."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "text/plain":
        return (Verb(name="Say", text=body.strip()),)
    if kind not in _XML:
        raise TwimlError(12300, f"Invalid Content-Type: {kind[:60]}")
    root = _root(body)
    if root.tag != "Response":
        raise TwimlError(12100, "The root element must be <Response>.")
    return tuple(_verb(element) for element in root)


def _root(body: str) -> ElementTree.Element:
    # TwiML has no document type; without one no entity can be declared, so none can explode.
    if "<!DOCTYPE" in body.upper():
        raise TwimlError(12100, "A document type is not allowed.")
    try:
        return ElementTree.fromstring(body.strip())  # noqa: S314
    except (ElementTree.ParseError, ValueError) as error:
        raise TwimlError(12100, f"Document parse failure: {error}") from error


def _verb(element: ElementTree.Element, depth: int = 0) -> Verb:
    inner = element if depth < _DEEPEST else ()
    return Verb(
        name=element.tag,
        attributes=dict(element.attrib),
        text=" ".join("".join(element.itertext()).split()),
        children=tuple(_verb(child, depth + 1) for child in inner),
    )
