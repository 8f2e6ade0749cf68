"""The steps of a ticket's way as machines take them: the JSON API with bearer tokens only."""

from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.flows.steps import BODY, REPLY, Hall

ROOT = "/api/v1"
MATTER: dict[str, Any] = {
    "channel": "phone",
    "title": "夜市占道经营",
    "body": BODY,
    "citizen": {"name": "张三", "phone": "13812345678"},
    "place": {"text": "海港区文化路", "district": "C01"},
}
SORTING = {"request_type": "complaint", "category": "T010101"}
CALLBACK = {"outcome": "reached", "responded": True, "solved": "yes", "satisfied": 5}
BAD = CALLBACK | {"solved": "no", "satisfied": 1, "reason": "人一走又摆出来了。"}


@dataclass
class Api:
    """A client that speaks as any of the hall's people."""

    hall: Hall
    client: FlaskClient
    _tokens: dict[str, dict[str, str]] = field(default_factory=dict)

    def post(self, who: str | None, path: str, body: Any = None) -> TestResponse:
        """A POST with this person's token, or with none."""
        return self.client.post(f"{ROOT}{path}", json=body or {}, headers=self._headers(who))

    def get(self, who: str, path: str, **query: str) -> TestResponse:
        """A GET with this person's token."""
        headers = self._headers(who)
        return self.client.get(f"{ROOT}{path}", query_string=query, headers=headers)

    def do(self, who: str, number: str, verb: str, body: Any = None) -> dict[str, Any]:
        """A verb on a ticket that must succeed; the ticket as it is afterwards."""
        answer = self.post(who, f"/tickets/{number}/{verb}", body)
        assert answer.status_code == 200, (verb, answer.get_json())
        found: dict[str, Any] = answer.get_json()
        return found

    def make(self, **changes: Any) -> dict[str, Any]:
        """A new ticket by the operator."""
        answer = self.post("operator", "/tickets", MATTER | changes)
        assert answer.status_code == 201, answer.get_json()
        found: dict[str, Any] = answer.get_json()
        return found

    def until(self, state: str) -> str:
        """The number of a ticket brought to this state, by the ordinary way."""
        made = self.make()
        number: str = made["number"]
        for reached, who, verb, body in WAY:
            if made["state"] == state:
                return number
            made = self.do(who, number, verb, body)
            assert made["state"] == reached
        assert made["state"] == state
        return number

    def _headers(self, who: str | None) -> dict[str, str]:
        if who is None:
            return {}
        if who not in self._tokens:
            self._tokens[who] = self.hall.headers(who)
        return self._tokens[who]


WAY: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("pending_dispatch", "operator", "sort", SORTING),
    ("pending_signature", "dispatcher", "dispatch", {"lead": "C01"}),
    ("in_progress", "handler", "sign", {}),
    ("in_review", "handler", "reply", REPLY),
    ("awaiting_callback", "reviewer", "review", {"accept": True}),
    ("closed", "agent", "callbacks", CALLBACK),
)
"""State reached, who, verb, body: from received to closed."""
