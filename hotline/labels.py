"""What codes are called on screen: code → English msgid, one table a vocabulary.

Decided here: the words for every code a person sees, and how to ask for one.
Not here: the words of a ticket's life (`words`), the translation (catalogues), the words of
pages (templates), names of categories and units (data).
"""

from collections.abc import Mapping

from hotline.calendar_words import WORDS as CALENDAR
from hotline.call_words import WORDS as CALLS
from hotline.desk_words import CITIZEN_FLAG, WAY
from hotline.event_words import (
    ASSIGNMENT_OUTCOME,
    ASSIST_STAGE,
    EVENT,
    EVENT_BECAUSE,
    SUSPENSION_ENDED,
    SUSPENSION_REASON,
    VERB,
)
from hotline.knowledge_words import WORDS as KNOWLEDGE
from hotline.second_level_words import WORDS as SECOND_LEVEL
from hotline.supervision_words import WORDS as SUPERVISION
from hotline.voice_words import BY_VOICE, LET_GO_REASON, MACHINE_OUTCOME, VOICE_ENDING
from hotline.words import (
    ACCOUNT_EVENT,
    ANSWER_VIA,
    CALLBACK_DECISION,
    CALLBACK_ENDING,
    CALLBACK_RULE,
    CITIZEN_STATE,
    CONTACT_RESULT,
    DELIVERY,
    LINK,
    N_,
    PROCESS,
    RESPONDED,
    SATISFACTION,
    SOLVED,
    STATE,
    TEXT_KIND,
    TRACE,
    UNIT_TAB,
    VIA,
)

REQUEST_TYPE = {
    "consultation": N_("Consultation"),
    "help": N_("Help"),
    "complaint": N_("Complaint"),
    "report": N_("Report of wrongdoing"),
    "suggestion": N_("Suggestion"),
    "praise": N_("Praise"),
    "other": N_("Other matter"),
}

CHANNEL = {
    "phone": N_("Phone"),
    "sms": N_("Text message"),
    "web": N_("Website"),
    "mailbox": N_("Mayor's mailbox"),
    "wechat": N_("WeChat"),
    "app": N_("App"),
    "walk_in": N_("Walk-in"),
    "agent": N_("Agent"),
    "video_sign": N_("Sign-language video"),
    "province": N_("From the province"),
    "national": N_("From the national platform"),
    "media": N_("Media"),
    "leader": N_("Leader's instruction"),
    "e110": N_("From 110"),
}

URGENCY = {
    "normal": N_("Normal"),
    "urgent": N_("Urgent"),
    "critical": N_("Critical"),
}

LAMP = {
    "green": N_("On time"),
    "yellow": N_("Due soon"),
    "red": N_("Overdue"),
    "purple": N_("Long overdue"),
}

CLOCK = {
    "sort": N_("Sorting clock"),
    "dispatch": N_("Dispatch clock"),
    "sign": N_("Signature clock"),
    "contact": N_("First contact clock"),
    "handle": N_("Handling clock"),
    "decision": N_("Decision clock"),
    "extension": N_("Decision clock, extension"),
    "suspension": N_("Decision clock, suspension"),
    "review": N_("Review clock"),
    "callback": N_("Callback clock"),
    "order": N_("Supervision order clock"),
    "acceptance": N_("Acceptance clock"),
    "whole": N_("Whole ticket"),
}

STAFF_ROLE = {
    "operator": N_("Operator"),
    "shift_leader": N_("Shift leader"),
    "dispatcher": N_("Dispatcher"),
    "reviewer": N_("Reviewer"),
    "handler": N_("Unit handler"),
    "unit_head": N_("Unit head"),
    "unit_dispatcher": N_("Second-level dispatcher"),
    "callback_agent": N_("Callback agent"),
    "supervisor": N_("Supervisor"),
    "inspector": N_("Inspector"),
    "editor": N_("Knowledge editor"),
    "head": N_("Head of the hotline"),
    "administrator": N_("Administrator"),
    "exchange": N_("Telephone exchange (a machine)"),
}

ACTOR = {
    "citizen": N_("Citizen"),
    "system": N_("System"),
    "staff": N_("Staff"),
    "unit": N_("Unit"),
    "hotline": N_("Hotline"),
    "partner": N_("Partner system"),
}

PART = {"lead": N_("Lead unit"), "assist": N_("Assisting unit"), "sub": N_("Sub-unit")}

UNIT_KIND = {
    "department": N_("City department"),
    "county_district": N_("County or district"),
    "public_service": N_("Public-service company"),
}

ROUTE = {
    "unit": N_("The unit itself"),
    "territorial": N_("By place"),
    "branch": N_("The unit's branch in the district"),
    "outer": N_("The district's own supplier"),
}

COMPLETION = {
    "solved": N_("Solved"),
    "partly_solved": N_("Partly solved"),
    "explained": N_("Explained"),
    "planned": N_("Planned"),
    "no_legal_basis": N_("No legal basis for the request"),
    "not_a_duty": N_("Not a duty of government"),
    "withdrawn": N_("Withdrawn by the citizen, says the unit"),
    "unreachable": N_("Citizen could not be reached"),
}

REFUSAL_REASON = {
    "litigation": N_("In court or arbitration"),
    "petition": N_("A matter for petition"),
    "discipline": N_("A matter for discipline inspection"),
    "information_disclosure": N_("Request for information disclosure"),
    "other_city": N_("Another city's matter"),
    "no_new_facts": N_("Closed before, no new facts"),
    "secrets": N_("Touches state or business secrets"),
    "no_substance": N_("No substance"),
    "abuse": N_("Abuse or malice"),
}

FILING_REASON = {
    "praise": N_("Praise, read by the unit"),
    "silence": N_("Silent contact"),
    "spam": N_("Spam"),
    "test": N_("Test"),
    "wrong_number": N_("Wrong number"),
    "duplicate": N_("Came in twice"),
}

RETURN_REASON = {
    "not_our_duty": N_("Not our duty"),
    "other_unit": N_("Another unit is in charge"),
    "other_place": N_("Outside our area"),
    "needs_joint": N_("Needs several units"),
    "unclear": N_("Too unclear to handle"),
    "after_inspection": N_("Found at the site inspection"),
}

BECAUSE = {
    "catalogue_unit": N_("named by the catalogue"),
    "district_of_place": N_("the place lies there"),
    "industry_lead": N_("leads this field in the city"),
    "keeps_with_branch": N_("keeps it, with its branch there"),
    "outer_district": N_("that district supplies itself"),
    "supplies_place": N_("supplies this place"),
    "supplies_district": N_("supplies this district"),
    "usual_supplier": N_("supplies the city"),
    "place_missing": N_("the district is not known"),
    "above_the_accused": N_("is above the unit complained of"),
    "returned_before": N_("its return was upheld"),
}

DESK_TAB = {
    "dispatch": N_("Tickets to dispatch"),
    "reviews": N_("Replies to review"),
    "returns": N_("Returns to decide"),
    "extensions": N_("Extensions to decide"),
    "suspensions": N_("Suspensions to decide"),
    "promises": N_("Promises ahead"),
}

CONTACT_WISH = {
    "phone": N_("Please call"),
    "sms": N_("Please text"),
    "none": N_("Please don't contact me"),
}

SUPPLY = {
    "water": N_("Water outage"),
    "power": N_("Power outage"),
    "gas": N_("Gas outage"),
    "heat": N_("Heating outage"),
    "traffic": N_("Roads and traffic"),
    "other": N_("Other outage"),
}
SERVICE = {
    "110": N_("110 police"),
    "119": N_("119 fire brigade"),
    "120": N_("120 ambulance"),
    "122": N_("122 traffic police"),
}

GROUPS: Mapping[str, Mapping[str, str]] = {
    "state": STATE,
    "citizen_state": CITIZEN_STATE,
    "verb": VERB,
    "event": EVENT,
    "request_type": REQUEST_TYPE,
    "channel": CHANNEL,
    "urgency": URGENCY,
    "lamp": LAMP,
    "clock": CLOCK,
    "staff_role": STAFF_ROLE,
    "actor": ACTOR,
    "account_event": ACCOUNT_EVENT,
    "process": PROCESS,
    "part": PART,
    "unit_kind": UNIT_KIND,
    "route": ROUTE,
    "completion": COMPLETION,
    "refusal_reason": REFUSAL_REASON,
    "filing_reason": FILING_REASON,
    "return_reason": RETURN_REASON,
    "assignment_outcome": ASSIGNMENT_OUTCOME,
    "assist_stage": ASSIST_STAGE,
    "because": BECAUSE,
    "desk_tab": DESK_TAB,
    "unit_tab": UNIT_TAB,
    "suspension_reason": SUSPENSION_REASON,
    "suspension_ended": SUSPENSION_ENDED,
    "contact_wish": CONTACT_WISH,
    "contact_result": CONTACT_RESULT,
    "callback_outcome": {**CONTACT_RESULT, **MACHINE_OUTCOME},
    "callback_ending": CALLBACK_ENDING,
    "callback_decision": CALLBACK_DECISION,
    "callback_rule": CALLBACK_RULE,
    "answer_via": {**ANSWER_VIA, **BY_VOICE},
    "voice_ending": VOICE_ENDING,
    "let_go_reason": LET_GO_REASON,
    "responded": RESPONDED,
    "solved": SOLVED,
    "satisfaction": SATISFACTION,
    "supply": SUPPLY,
    "service": SERVICE,
    "delivery": DELIVERY,
    "text_kind": TEXT_KIND,
    "via": {**VIA, **BY_VOICE},
    "event_because": EVENT_BECAUSE,
    "link": LINK,
    "trace": TRACE,
    "citizen_flag": CITIZEN_FLAG,
    "way": WAY,
    **CALENDAR,
    **CALLS,
    **SUPERVISION,
    **SECOND_LEVEL,
    **KNOWLEDGE,
}


def msgid(group: str, code: object) -> str:
    """The English msgid for `code`; the code itself where the vocabulary doesn't know it.

    An unknown code is shown rather than raised: a page about a ticket must open even when a
    newer version wrote a word that this one lacks. An unknown group is a programmer's KeyError.
    """
    return GROUPS[group].get(str(code), str(code))


def options(group: str) -> list[tuple[str, str]]:
    """(code, msgid) in the order of the table, for choices in forms."""
    return list(GROUPS[group].items())
