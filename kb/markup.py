"""An article's Markdown as HTML for a page, and as plain text for a phone or a text message.

Decided here: what an article may contain. HTML in it is shown as text, dangerous links stay text
(the library's rule), and headings stand below the page's own. A picture or a file that was
given to an article is named `attachment:<key>`; where it can be had depends on the page, so
whoever shows the words says so. Pictures from elsewhere become links.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

LOWEST_HEADING: Final = 6
FILE: Final = "attachment:"
NAMED: Final = re.compile(r"attachment:([A-Za-z0-9_-]{43})(?![A-Za-z0-9_-])")

Addresses = Callable[[str], str]
"""Where the file of a key can be had."""


def files_in(body: str) -> set[str]:
    """The keys of the files that the words name."""
    return set(NAMED.findall(body))


def html(body: str, below: int = 1, files: Addresses | None = None) -> Markup:
    """The body as HTML that is safe to show; its headings stand below an h1, or h<below>.

    Without `files` a picture or file is only named.
    """
    reader = _reader()
    tokens = reader.parse(body)
    _shift(tokens, below)
    for token in tokens:
        if token.children:
            token.children = _shown(token.children, files)
    return Markup(reader.renderer.render(tokens, reader.options, {}))  # noqa: S704 - html is off


def plain(body: str) -> str:
    """The body as text: a line a paragraph, list item or table row, without marks."""
    lines = _Lines()
    for token in _reader().parse(body):
        lines.take(token)
    return "\n".join(line for line in lines.done if line)


@dataclass
class _Lines:
    """The lines so far, the numbers of the lists we are in (None: dashes), the row we are in."""

    done: list[str] = field(default_factory=list)
    counts: list[int | None] = field(default_factory=list)
    row: list[str] | None = None
    mark: str = ""

    def take(self, token: Token) -> None:
        if token.type in {"inline", "fence", "code_block"}:
            self._words(_words(token).strip())
        elif token.type in {"bullet_list_open", "ordered_list_open"}:
            first = int(token.attrs.get("start", 1))
            self.counts.append(first if token.tag == "ol" else None)
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            self.counts.pop()
        elif token.type == "list_item_open":
            self._item()
        elif token.tag == "tr":
            self._row()

    def _words(self, words: str) -> None:
        if self.row is not None:
            self.row.append(words)
            return
        self.done.append(self.mark + words)
        self.mark = ""

    def _item(self) -> None:
        number = self.counts[-1]
        self.mark = "- " if number is None else f"{number}. "
        self.counts[-1] = None if number is None else number + 1

    def _row(self) -> None:
        if self.row is not None:
            self.done.append(" · ".join(self.row))
        self.row = [] if self.row is None else None


def _shift(tokens: list[Token], below: int) -> None:
    """Put headings at the depth they really have, so that no level is left out."""
    above: list[str] = []
    for token in tokens:
        if token.type == "heading_open":
            while above and above[-1] >= token.tag:
                above.pop()
            above.append(token.tag)
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(LOWEST_HEADING, below + len(above))}"


def _reader() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def _shown(children: list[Token], files: Addresses | None) -> list[Token]:
    """The parts of a line: ours as pictures and links, pictures from elsewhere as links."""
    done: list[Token] = []
    left_out = 0
    for one in children:
        address = str(one.attrs.get("src", one.attrs.get("href", "")))
        key = NAMED.fullmatch(address)
        if one.type == "image":
            done += _picture(one, files(key[1]) if key and files else "")
        elif address.startswith(FILE) and not (key and files):
            left_out += 1
        elif one.type == "link_close" and left_out:
            left_out -= 1
        else:
            if key and files:
                one.attrs["href"] = files(key[1])
            done.append(one)
    return done


def _picture(one: Token, address: str) -> list[Token]:
    if address:
        one.attrs |= {"src": address, "loading": "lazy"}
        return [one]
    name = Token("text", "", 0, content=one.content)
    elsewhere = str(one.attrs["src"])
    if elsewhere.startswith(FILE):
        return [name]
    opened = Token("link_open", "a", 1, attrs={"href": elsewhere})
    name.content = name.content or elsewhere
    return [opened, name, Token("link_close", "a", -1)]


def _words(token: Token) -> str:
    if token.children is None:
        return token.content
    return "".join(
        "\n" if child.type in {"softbreak", "hardbreak"} else child.content
        for child in token.children
    )
