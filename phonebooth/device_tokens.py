"""Who a browser's softphone is, by the carrier's access token.

A JWT, HS256, signed with the API key's secret: `iss` the key, `sub` the account, `exp` not
past, `grants.identity`, and `grants.voice.incoming.allow` to be called.
"""

import re
from typing import Any

import jwt

from phonebooth.settings import BoothSettings

_IDENTITY = re.compile(r"[A-Za-z0-9_.\-@+]{1,121}")
_SLACK_SECONDS = 5


class TokenError(Exception):
    """The token isn't good; `code` is the carrier's."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code, self.words = code, words


def identity(settings: BoothSettings, token: str) -> str:
    """Whose token it is; raises TokenError."""
    if not settings.api_secret or not settings.api_key:
        raise TokenError(20151, "This account has no API key")
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            settings.api_secret,
            algorithms=["HS256"],
            issuer=settings.api_key,
            leeway=_SLACK_SECONDS,
            options={"require": ["exp", "iss", "sub"]},
        )
    except jwt.ExpiredSignatureError as error:
        raise TokenError(20104, "Access Token expired") from error
    except jwt.PyJWTError as error:
        raise TokenError(20101, "Invalid Access Token") from error
    if claims.get("sub") != settings.account_sid:
        raise TokenError(20101, "Invalid Access Token")
    return _granted(claims.get("grants"))


def _granted(grants: object) -> str:
    if not isinstance(grants, dict):
        raise TokenError(20101, "Invalid Access Token")
    voice = grants.get("voice")
    incoming = voice.get("incoming") if isinstance(voice, dict) else None
    if not isinstance(incoming, dict) or incoming.get("allow") is not True:
        raise TokenError(20403, "The token grants no incoming calls")
    name = grants.get("identity")
    if not isinstance(name, str) or not _IDENTITY.fullmatch(name):
        raise TokenError(20101, "Invalid Access Token")
    return name
