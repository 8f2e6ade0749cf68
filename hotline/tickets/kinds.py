"""What a ticket is: how it came in, what is wanted, how urgent; and the codes its steps carry.

Decided here: these vocabularies, as they stand on the wire and in the database. Not here: the
states and what may be done in them (`states`). Source: GB/T 33358-2016.
"""

from enum import StrEnum


class Channel(StrEnum):
    """How a matter came in."""

    PHONE = "phone"
    SMS = "sms"
    WEB = "web"
    MAILBOX = "mailbox"
    WECHAT = "wechat"
    APP = "app"
    WALK_IN = "walk_in"
    AGENT = "agent"
    VIDEO_SIGN = "video_sign"
    PROVINCE = "province"
    NATIONAL = "national"
    MEDIA = "media"
    LEADER = "leader"
    E110 = "e110"


class RequestType(StrEnum):
    """What the citizen wants, independent of the subject."""

    CONSULTATION = "consultation"
    HELP = "help"
    COMPLAINT = "complaint"
    REPORT = "report"
    SUGGESTION = "suggestion"
    PRAISE = "praise"
    OTHER = "other"


class CallbackRule(StrEnum):
    """Which share of a request type's tickets is asked afterwards."""

    FULL = "full"
    SAMPLE = "sample"
    NONE = "none"


class Urgency(StrEnum):
    """How fast it must go."""

    NORMAL = "normal"
    URGENT = "urgent"
    CRITICAL = "critical"


class Completion(StrEnum):
    """What a unit says came of it."""

    SOLVED = "solved"
    PARTLY_SOLVED = "partly_solved"
    EXPLAINED = "explained"
    PLANNED = "planned"
    NO_LEGAL_BASIS = "no_legal_basis"
    NOT_A_DUTY = "not_a_duty"
    WITHDRAWN = "withdrawn"
    UNREACHABLE = "unreachable"


PROMISING = frozenset({Completion.PLANNED, Completion.PARTLY_SOLVED})


class RefusalReason(StrEnum):
    """Why a matter is out of scope; each comes with a text and where to go instead."""

    LITIGATION = "litigation"
    PETITION = "petition"
    DISCIPLINE = "discipline"
    INFORMATION_DISCLOSURE = "information_disclosure"
    OTHER_CITY = "other_city"
    NO_NEW_FACTS = "no_new_facts"
    SECRETS = "secrets"
    NO_SUBSTANCE = "no_substance"
    ABUSE = "abuse"


class FilingReason(StrEnum):
    """Why nothing more needs to be done."""

    PRAISE = "praise"
    SILENCE = "silence"
    SPAM = "spam"
    TEST = "test"
    WRONG_NUMBER = "wrong_number"
    DUPLICATE = "duplicate"


class Service(StrEnum):
    """The emergency services a matter is transferred to."""

    POLICE = "110"
    FIRE = "119"
    AMBULANCE = "120"
    TRAFFIC = "122"


class Role(StrEnum):
    """A unit's part in handling; a sub-unit has what its unit handed down to it."""

    LEAD = "lead"
    ASSIST = "assist"
    SUB = "sub"
