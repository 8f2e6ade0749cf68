"""Structured logs: one JSON line an event, with request and job ids, without secrets.

Phone numbers, ID numbers and tokens are masked wherever they stand in a line; nothing that
is written by the program or a library goes around the filter.
"""

import logging
import re
import secrets
import sys
from typing import Any

import structlog
from flask import Flask, g, has_request_context, request
from structlog.types import EventDict, Processor, WrappedLogger

MASKED = "***"
PATTERNS = (
    (re.compile(r"(?<!\d)(?:\+?86)?(1[3-9]\d)\d{4}(\d{4})(?!\d)"), r"\1****\2"),
    (re.compile(r"(?<!\d)\d{6}(?:19|20)\d{9}[\dXx](?!\d)"), MASKED),
    (re.compile(r"(?i)(bearer\s+)[\w.~+/-]+=*"), r"\1" + MASKED),
    (re.compile(r"(?i)(\b[a-z][a-z0-9+.-]*://[^:/@\s]*:)[^@/\s]+(@)"), r"\1***\2"),
    (re.compile(r"(?i)(\b\w*(?:password|token|secret|query_code)=)[^&\s\"']+"), r"\1" + MASKED),
    # The address itself is the citizen's key to rate, or to read number and code.
    (re.compile(r"(/(?:rate|report/received)/)[\w=-]+"), r"\1" + MASKED),
    # PostgreSQL quotes the whole row that it refuses, with all the words in it.
    (re.compile(r"(?s)(\bDETAIL:\s+).*?(?=\n\[SQL|\n\nThe above|\nCONTEXT:|\Z)"), r"\1" + MASKED),
)
SECRET_KEYS = frozenset({"query_code", "name"})
SECRET_WORDS = frozenset({"password", "token", "secret", "authorization", "cookie", "phone"})
"""A key is secret when one of the words in it is: `new_password`, `Set-Cookie`."""


def configure(app: Flask, level: int = logging.INFO) -> None:
    """Send every log line, ours and the libraries', through one JSON chain to stderr."""
    chain: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        add_request,
        mask_event,
    ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=chain,
            processor=structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    # It tells every tick of the clock twice: megabytes a day that say nothing.
    logging.getLogger("apscheduler").setLevel(max(level, logging.WARNING))
    structlog.configure(
        processors=[*chain, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    app.before_request(_name_request)


def mask(words: str) -> str:
    """Cover phone numbers, ID numbers, tokens and passwords."""
    for pattern, cover in PATTERNS:
        words = pattern.sub(cover, words)
    return words


def mask_event(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Mask every value of a log line, however deep."""
    return {key: _masked(key, value) for key, value in event.items()}


def add_request(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Add the request's id, method and path; the query string stays out."""
    if has_request_context():
        event.setdefault("request_id", g.get("request_id"))
        event.setdefault("path", f"{request.method} {request.path}")
    return event


def _masked(key: str, value: Any) -> Any:
    if _is_secret(key) and value is not None:
        return MASKED
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, dict):
        return {inner: _masked(str(inner), one) for inner, one in value.items()}
    if isinstance(value, list | tuple):
        return [_masked("", one) for one in value]
    return value


def _is_secret(key: str) -> bool:
    words = key.lower().replace("-", "_")
    return words in SECRET_KEYS or not SECRET_WORDS.isdisjoint(words.split("_"))


def _name_request() -> None:
    g.request_id = secrets.token_hex(8)
