"""A browser without JavaScript: follows redirects, sends the hidden fields that a form holds."""

from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from apiflask import APIFlask

from hotline.people.models import Staff
from tests import factories


@dataclass(frozen=True)
class Page:
    """What came back."""

    status: int
    path: str
    text: str


class Browser:
    """One person's browser."""

    def __init__(self, app: APIFlask) -> None:
        self.client = app.test_client()

    def sign_in(self, person: Staff) -> None:
        """Sign in through the page."""
        factories.sign_in(self.client, person)

    def get(self, path: str, **query: str) -> Page:
        """Open a page."""
        answer = self.client.get(path, query_string=query, follow_redirects=True)
        return Page(answer.status_code, answer.request.path, answer.get_data(as_text=True))

    def submit(self, page: Page, action: str, *, anywhere: bool = False, **fields: Any) -> Page:
        """Send the page's form for `action` with its hidden fields, what is chosen, and these.

        `anywhere` takes the hidden fields of any form: for what the page doesn't offer.
        """
        hidden = _hidden(page.text, action, anywhere=anywhere)
        answer = self.client.post(action, data=hidden | fields, follow_redirects=True)
        return Page(answer.status_code, answer.request.path, answer.get_data(as_text=True))


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.forms.append((given.get("action") or "", {}))
        is_sent = given.get("type") == "hidden" or (
            given.get("type") == "radio" and "checked" in given
        )
        if tag == "input" and is_sent and self.forms:
            self.forms[-1][1][given.get("name") or ""] = given.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.forms.append(("", {}))  # what stands outside of a form goes with none


def _hidden(text: str, action: str, *, anywhere: bool) -> dict[str, str]:
    parser = _Forms()
    parser.feed(text)
    fitting = [fields for where, fields in parser.forms if where == action]
    if anywhere and not fitting:
        fitting = [fields for _, fields in parser.forms if "csrf_token" in fields]
    assert fitting, f"the page has no form for {action}"
    return fitting[0]
