"""What codes of supervision are called: cards, warnings, calls, orders; code → English msgid."""

from collections.abc import Mapping

from hotline.words import N_

WORDS: Mapping[str, Mapping[str, str]] = {
    "card_colour": {"yellow": N_("Yellow card"), "red": N_("Red card")},
    "carded_clock": {"sign": N_("Signature"), "handle": N_("Reply in time")},
    "void_reason": {
        "upheld_return": N_("The return was upheld"),
        "calendar": N_("The calendar was changed"),
        "extension": N_("More time was asked for in time"),
        "hotline_error": N_("The hotline’s own error"),
    },
    "warning_kind": {
        "card": N_("Card"),
        "desk": N_("Late at the hotline"),
        "order": N_("Supervision order"),
        "order_insisted": N_("Order insisted on"),
        "order_answered": N_("Order answered"),
        "unsigned": N_("Not signed"),
        "absent": N_("Nobody logged in"),
        "article": N_("Knowledge to look after"),
    },
    "order_state": {
        "open": N_("Waiting for the unit"),
        "answered": N_("Answered, to be decided"),
        "settled": N_("Settled"),
        "lapsed": N_("Lapsed with the ticket"),
    },
    "ring_whom": {
        "duty": N_("On duty"),
        "deputy": N_("Deputy on duty"),
        "unit_head": N_("Head of the unit"),
    },
    "ring_outcome": {
        "reached": N_("Somebody answered"),
        "no_answer": N_("No answer"),
        "busy": N_("Busy"),
        "wrong_number": N_("Wrong number"),
    },
    "call_end": {"reached": N_("Reached"), "not_needed": N_("No longer needed")},
}
"""Group → its vocabulary."""
