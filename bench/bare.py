"""What an intake costs without the program: the same rows written by a bare psycopg loop.

Eight connections, one transaction an intake, the statements that the program sends.
"""

import json
import secrets
import threading
import time
from datetime import UTC, datetime

import psycopg

CLIENTS = 8
TICKET = """
INSERT INTO tickets (id, number, state, channel, urgency, is_confidential, citizen_id, entered_by,
    received_at, due_at, last_seq, last_hash)
VALUES (%s, %s, 'received', 'web', 'normal', false, %s, 'bench', %s, %s, 1, %s)
"""
TEXT = """
INSERT INTO ticket_texts (ticket_id, title, body, query_code, salt, tokens, unit_tokens)
VALUES (%s, %s, %s, %s, 'salt', to_tsvector('simple', %s), to_tsvector('simple', %s))
"""
CLOCK = """
INSERT INTO clocks (ticket_id, kind, started_at, due_at, pace, next_change_at)
VALUES (%s, 'sort', %s, %s, 'working_hours', %s)
"""
EVENT = """
INSERT INTO ticket_events (ticket_id, seq, at, kind, actor, facts, hash)
VALUES (%s, 1, %s, 'received', 'bench', %s, %s)
"""
OUTBOX = """
INSERT INTO outbox (reader, kind, subject, facts, at, next_try_at)
VALUES ('bench.nobody', 'received', %s, %s, %s, 'infinity')
"""
CITIZEN = """
INSERT INTO citizens (phone, phone_index, created_at) VALUES (%s, %s, %s)
ON CONFLICT (phone_index) DO NOTHING RETURNING id
"""


def rate(url: str, seconds: float) -> float:
    """Intakes a second that the database takes without the program."""
    counts: list[int] = []
    until = time.monotonic() + seconds
    threads = [threading.Thread(target=_client, args=(url, until, counts)) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with psycopg.connect(url) as connection:
        connection.execute("DELETE FROM outbox WHERE reader = 'bench.nobody'")
    return sum(counts) / seconds


def _client(url: str, until: float, counts: list[int]) -> None:
    done = 0
    with psycopg.connect(url) as connection:
        while time.monotonic() < until:
            _intake(connection)
            connection.commit()
            done += 1
    counts.append(done)


def _intake(connection: "psycopg.Connection[tuple[object, ...]]") -> None:
    now, mac = datetime.now(UTC), secrets.token_bytes(32)
    words = " ".join(secrets.token_hex(2) for _ in range(40))
    run = connection.execute
    run("SELECT 1 FROM api_tokens WHERE digest = %s", (mac,))
    run(
        "INSERT INTO idempotency_keys (digest, body_digest, at) VALUES (%s, %s, %s)",
        (mac, mac, now),
    )
    row = run("SELECT nextval('ticket_ids')").fetchone()
    ticket_id = row[0] if row else 0
    run("SELECT id FROM citizens WHERE phone_index = %s", (mac,))
    made = run(CITIZEN, (secrets.token_bytes(100), mac, now)).fetchone()
    number = f"B{ticket_id}"
    run(TICKET, (ticket_id, number, made[0] if made else None, now, now, mac))
    run(CLOCK, (ticket_id, now, now, None))
    facts = json.dumps({"state": "received", "channel": "web"})
    run(EVENT, (ticket_id, now, facts, mac))
    run(OUTBOX, (f"ticket:{ticket_id}", facts, now))
    run(TEXT, (ticket_id, "bench", words, secrets.token_bytes(100), words, words))
    run("INSERT INTO counter_deltas (name, key, delta) VALUES ('bench', 'received', 0)")
    run("UPDATE idempotency_keys SET answer = %s WHERE digest = %s", (mac * 8, mac))
