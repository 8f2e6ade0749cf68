"""What is signed, and what isn't: never an exception, whatever comes in."""

from datetime import UTC, datetime, timedelta
from functools import cache
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import ImmutableMultiDict

from hotline.carrier import Carrier, sign_gateway, verify_gateway
from hotline.config import Config

URL = "https://12345.example/webhooks/carrier/sms"
TOKEN = "0123456789abcdef0123456789abcdef"
FIELDS = {"Body": "路灯坏了", "From": "+8613803350001", "ToCity": ""}
NOW = datetime(2026, 10, 8, 9, 0, tzinfo=UTC)
STAMP = str(int(NOW.timestamp()))
BODY = '{"text": "路灯坏了"}'.encode()


@cache
def carrier(token: str = TOKEN) -> Carrier:
    config = SimpleNamespace(
        carrier="twilio",
        hotline_number="12345",
        public_base_url="https://12345.example",
        twilio_account_sid="AC0123456789abcdef0123456789abcdef",
        twilio_auth_token=token,
        twilio_api_key=None,
        twilio_api_secret=None,
        twilio_api_base_url=None,
    )
    return Carrier.from_config(cast(Config, config))


def signed(url: str = URL, token: str = TOKEN) -> str:
    return str(RequestValidator(token).compute_signature(url, FIELDS))


def test_the_carriers_signature_is_taken() -> None:
    assert carrier().verify(URL, FIELDS, signed())
    assert carrier().verify(URL, ImmutableMultiDict(FIELDS), signed())
    local = "http://127.0.0.1:8000/webhooks/carrier/sms"
    assert carrier().verify(local, FIELDS, signed(local))


@pytest.mark.parametrize(
    "signature",
    [None, "", "wrong", signed()[:-1], signed() + "=", signed(token="other"), "签名", b"bytes", 7]
    + [signed().encode(), "\x00" * 28, [signed()], signed("https://other.example/")],
)
def test_any_other_signature_is_refused(signature: object) -> None:
    assert carrier().verify(URL, FIELDS, signature) is False


@pytest.mark.parametrize(
    "fields",
    [None, "", "Body=x", b"Body=x", '{"a": 1}', [], [("Body", "x")], {"Body": b"\xff"}]
    + [{"Body": None}, {1: 2}, FIELDS | {"Body": "别的"}, FIELDS | {"Extra": "1"}, {}],
)
def test_other_or_malformed_fields_are_refused(fields: object) -> None:
    assert carrier().verify(URL, fields, signed()) is False


def test_json_without_a_body_hash_is_refused() -> None:
    assert carrier().verify(URL + "?bodySHA256=abc", '{"a": 1}', signed()) is False


def test_another_address_is_refused() -> None:
    for url in ("", "http://[", URL + "?a=1", URL.replace("https", "http"), "\ud800"):
        assert carrier().verify(url, FIELDS, signed()) is False


def test_without_a_token_nothing_is_signed() -> None:
    assert carrier("").verify(URL, FIELDS, signed(token="")) is False


@given(
    fields=st.dictionaries(st.text(), st.text() | st.binary() | st.none() | st.lists(st.text())),
    signature=st.text() | st.binary() | st.none(),
    url=st.text(),
)
def test_nothing_that_comes_in_raises(fields: object, signature: object, url: str) -> None:
    assert carrier().verify(url, fields, signature) is False


def test_a_gateways_signature_is_taken_within_five_minutes() -> None:
    signature = sign_gateway("s3cret", STAMP, BODY)
    for minutes in (-5, 0, 5):
        at = NOW + timedelta(minutes=minutes)
        assert verify_gateway("s3cret", STAMP, BODY, signature, at)
    assert verify_gateway("s3cret", STAMP, BODY, signature.upper(), NOW)
    for seconds in (-301, 301):
        at = NOW + timedelta(seconds=seconds)
        assert not verify_gateway("s3cret", STAMP, BODY, signature, at)


@pytest.mark.parametrize(
    ("secret", "timestamp", "body", "signature"),
    [
        ("other", STAMP, BODY, sign_gateway("s3cret", STAMP, BODY)),
        ("", STAMP, BODY, sign_gateway("", STAMP, BODY)),
        ("s3cret", STAMP, BODY + b" ", sign_gateway("s3cret", STAMP, BODY)),
        ("s3cret", STAMP[:-1], STAMP[-1:].encode() + BODY, sign_gateway("s3cret", STAMP, BODY)),
        ("s3cret", str(int(STAMP) + 1), BODY, sign_gateway("s3cret", STAMP, BODY)),
        ("s3cret", "", BODY, sign_gateway("s3cret", "", BODY)),
        ("s3cret", "soon", BODY, sign_gateway("s3cret", "soon", BODY)),
        ("s3cret", "-1", BODY, sign_gateway("s3cret", "-1", BODY)),
        ("s3cret", "９", BODY, sign_gateway("s3cret", "９", BODY)),
        ("s3cret", "9" * 400, BODY, "0" * 64),
        ("s3cret", None, BODY, "0" * 64),
        ("s3cret", STAMP, BODY, None),
        ("s3cret", STAMP, BODY, sign_gateway("s3cret", STAMP, BODY).encode()),
        ("s3cret", STAMP, BODY, "\ud800"),
        ("s3cret", STAMP, BODY, ""),
    ],
)
def test_a_gateways_other_signatures_are_refused(
    secret: str, timestamp: object, body: bytes, signature: object
) -> None:
    assert verify_gateway(secret, timestamp, body, signature, NOW) is False
