"""The words of the working calendar: how far a year is decided, and where its days come from."""

from collections.abc import Mapping

from hotline.words import N_

WORDS: Mapping[str, Mapping[str, str]] = {
    "calendar_status": {
        "published": N_("Published year"),
        "provisional": N_("Provisional year"),
    },
    "calendar_source": {
        "library": N_("from the library"),
        "statutory": N_("statutory dates from the library"),
        "file": N_("from a file"),
        "person": N_("changed by hand"),
    },
}
