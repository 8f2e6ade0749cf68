"""What the codes of a unit's second level are called: code → English msgid."""

from collections.abc import Mapping

from hotline.words import N_

WORDS: Mapping[str, Mapping[str, str]] = {
    "sub_stage": {
        "to_sign": N_("Waits for the sub-unit's signature"),
        "in_progress": N_("In the sub-unit's hands"),
        "replied": N_("The sub-unit has replied"),
        "returned": N_("Given back to the unit"),
        "taken_back": N_("Taken back by the unit"),
        "ended": N_("Over with the unit's own part"),
    },
    "inside_tab": {
        "to_sign": N_("To be signed inside"),
        "in_progress": N_("Being handled inside"),
        "replied": N_("Replied inside"),
        "approve": N_("Replies to approve"),
    },
}
