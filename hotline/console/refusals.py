"""What a citizen is told when a matter is out of scope: a text and where to go, by reason.

These are first words; the operator changes them as the matter needs. Source: the State Council's
notices on 12345, which name what a hotline does not take.
"""

from collections.abc import Mapping

from flask_babel import gettext

from hotline.tickets.kinds import RefusalReason
from hotline.words import N_

TEXTS: Mapping[RefusalReason, tuple[str, str]] = {
    RefusalReason.LITIGATION: (
        N_(
            "What you tell us is before a court or an arbitration body, or has been decided by one."
            " The hotline can not act on it; please follow the procedure there."
        ),
        N_("The court or arbitration body that has the case; legal advice: 12348"),
    ),
    RefusalReason.PETITION: (
        N_(
            "What you tell us is being handled as a petition, or was concluded as one. Please ask"
            " the petition office about it."
        ),
        N_("The petition office, or the National Petition Platform online"),
    ),
    RefusalReason.DISCIPLINE: (
        N_(
            "What you tell us concerns the discipline of officials. It is taken by the supervision"
            " body, which keeps confidential who reports."
        ),
        N_("Discipline inspection and supervision: 12388"),
    ),
    RefusalReason.INFORMATION_DISCLOSURE: (
        N_(
            "What you ask for is disclosed on application. Please apply to the body that holds the"
            " information; it must answer within the time that the law sets."
        ),
        N_("The disclosure office of the body that holds the information"),
    ),
    RefusalReason.OTHER_CITY: (
        N_(
            "What you tell us lies with another city, where we can not act. Please turn to the"
            " hotline of that city."
        ),
        N_("12345 with the area code of that city"),
    ),
    RefusalReason.NO_NEW_FACTS: (
        N_(
            "The matter was handled and closed, and you name no new facts. If there are any, please"
            " tell us; it is taken up again then."
        ),
        N_("12345, with the earlier ticket number and what is new"),
    ),
    RefusalReason.SECRETS: (
        N_("What you tell us may concern state or business secrets, which must not be told here."),
        N_("The body in charge, in person and in writing"),
    ),
    RefusalReason.NO_SUBSTANCE: (
        N_(
            "We could not make out what happened, where, and what you want. Please tell us these"
            " three, and we will take it in."
        ),
        N_("12345, with place, time and what you want"),
    ),
    RefusalReason.ABUSE: (
        N_("What was sent insults or threatens. It can not be taken in this form."),
        N_("12345, for a matter told calmly"),
    ),
}


def texts() -> dict[str, tuple[str, str]]:
    """Reason → (text, where to go) in the viewer's language."""
    return {
        reason.value: (gettext(words), gettext(route)) for reason, (words, route) in TEXTS.items()
    }
