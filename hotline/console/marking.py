"""Notes and flags from the desk: what the form says, as an operation of the citizens' room."""

from datetime import datetime

from hotline.citizens import marking
from hotline.console import calling
from hotline.console.forms import MarkForm
from hotline.errors import Invalid


def mark(data: MarkForm, *, by: str, now: datetime) -> None:
    """Do what the form says. Raises Invalid when its words or its flag are missing."""
    citizen = calling.unsealed(data.who)
    if data.do == "note" and data.words.strip():
        marking.note(citizen, data.words.strip(), by=by, now=now)
    elif data.do == "end_note" and data.note_id is not None:
        marking.end_note(citizen, data.note_id, by=by, now=now)
    elif data.do == "flag" and data.flag is not None:
        marking.flag(citizen, data.flag, by=by, now=now)
    elif data.do == "end_flag" and data.flag is not None:
        marking.end_flag(citizen, data.flag, by=by, now=now)
    else:
        raise Invalid("needed", "This is needed.", field="words")
