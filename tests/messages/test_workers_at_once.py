"""Several workers that are given the same text."""

import pytest
from apiflask import APIFlask

from hotline import clock, settings
from hotline.extensions import db
from hotline.messages import operations
from hotline.messages.jobs import send_message, sweep_messages
from hotline.messages.models import Message
from hotline.messages.operations import Outgoing
from hotline.messages.rules import Delivery, MessageRules
from tests import factories
from tests.committed import committed_app, committing_app, together
from tests.messages.carriers import Carrier

__all__ = ["committed_app", "committing_app"]


def test_one_of_them_sends_it(committed_app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> None:
    carrier = Carrier()
    monkeypatch.setitem(committed_app.extensions, "carrier", carrier)
    text = Outgoing(kind="opted_in", phone="+8613812345678")
    zone, rules = factories.book().calendar.zone, settings.read(MessageRules)
    message_id = operations.queue_text(text, now=clock.now(), zone=zone, limits=rules)
    assert message_id is not None
    db.session.commit()
    together(committed_app, [lambda: send_message(message_id)] * 4 + [sweep_messages] * 2)
    assert len(carrier.taken) == 1
    db.session.expire_all()
    assert db.session.get_one(Message, message_id).state is Delivery.SENT
