"""How a local SMS gateway's requests are signed, and what is taken as signed.

The plain form beside the carrier's own: in practice, texts to and from mainland numbers go through
gateways of the city's.
"""

import hashlib
import hmac
from datetime import datetime, timedelta

GATEWAY_WINDOW = timedelta(minutes=5)


def sign_gateway(secret: str, timestamp: str, body: bytes) -> str:
    """What a local SMS gateway puts beside a request: hex HMAC-SHA256 of `timestamp.body`."""
    signed = timestamp.encode() + b"." + body
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def verify_gateway(
    secret: str, timestamp: object, body: bytes, signature: object, now: datetime
) -> bool:
    """Whether a local SMS gateway signed this body, at most five minutes from `now`.

    `timestamp` is Unix seconds as decimal text. Never raises.
    """
    if not secret or not isinstance(timestamp, str) or not isinstance(signature, str):
        return False
    if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        return False
    if abs(now.timestamp() - int(timestamp)) > GATEWAY_WINDOW.total_seconds():
        return False
    expected = sign_gateway(secret, timestamp, body)
    return hmac.compare_digest(expected.encode(), signature.lower().encode("utf-8", "replace"))
