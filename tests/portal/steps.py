"""What a citizen does in a browser without JavaScript, for the tests of the pages."""

import html
import io
import re
from typing import Any

from flask.testing import FlaskClient
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from tests import factories

REPORT = {
    "body": "玉带湾小区从早上起停水，什么时候恢复？",
    "place": "海港区玉带湾小区",
    "phone": "13812345678",
}
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


def picture(name: str = "pipe.jpg", size: tuple[int, int] = (40, 30)) -> FileStorage:
    """A picture as a form sends it."""
    made = io.BytesIO()
    Image.new("RGB", size, "navy").save(made, "JPEG")
    made.seek(0)
    return FileStorage(made, filename=name, content_type="image/jpeg")


def hidden(page: str) -> dict[str, str]:
    """All hidden fields of the page's forms; of two with a name the last counts."""
    return {name: html.unescape(value) for name, value in HIDDEN.findall(page)}


def send(client: FlaskClient, *files: FileStorage, page: str = "", **fields: Any) -> TestResponse:
    """Fill in the report form of a page, the empty one by default, and send it."""
    shown = page or client.get("/report").text
    carried = {name: value for name, value in hidden(shown).items() if value}
    data: dict[str, Any] = carried | REPORT | fields
    if files:
        data["files"] = list(files)
    boundary, body = encode_multipart(data)  # in memory: a temporary file would stay open
    kind = f'multipart/form-data; boundary="{boundary}"'
    return client.post("/report", data=body, content_type=kind)


def go_on(client: FlaskClient, page: str, step: str) -> TestResponse:
    """Press a button of the page before sending."""
    return client.post("/report", data=hidden(page) | {"step": step})


def number_and_code(client: FlaskClient, answer: TestResponse) -> tuple[str, str]:
    """What the receipt says after a report was sent."""
    assert answer.status_code == 303, answer.text[:2000]
    page = client.get(answer.location).text
    number, code = re.findall(r'data-copy="(\d+)"', page)[:2]
    return number, code


def press(client: FlaskClient, number: str, step: str, **fields: Any) -> TestResponse:
    """Do a step on one's own ticket's page."""
    page = client.get(f"/track/{number}").text
    data = {"csrf_token": factories.hidden(page, "csrf_token")} | fields
    return client.post(f"/track/{number}/{step}", data=data, content_type="multipart/form-data")
