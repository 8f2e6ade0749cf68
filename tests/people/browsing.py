"""A person at a browser: signs in, follows forms with their tokens."""

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests import factories


def post(client: FlaskClient, path: str, page: str, **data: Any) -> TestResponse:
    """Send a form of `page` to `path`, with the page's CSRF token and a nonce."""
    text = client.get(page).get_data(as_text=True)
    given = {"csrf_token": factories.hidden(text, "csrf_token")} | data
    if 'name="_key"' in text and "_key" not in given:
        given["_key"] = factories.hidden(text, "_key")
    return client.post(path, data=given)


def log_in(
    client: FlaskClient, username: str, password: str = factories.PASSWORD, **data: Any
) -> TestResponse:
    """Try to sign in."""
    sent = {"username": username, "password": password} | data
    return post(client, "/login", "/login", **sent)


def words(answer: TestResponse) -> str:
    """The page's text."""
    return answer.get_data(as_text=True)
