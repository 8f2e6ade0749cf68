"""What codes of the knowledge base are called: kinds, states, a guide's fields, changes, lists."""

from collections.abc import Mapping

from hotline.words import N_

WORDS: Mapping[str, Mapping[str, str]] = {
    "article_kind": {
        "item_guide": N_("Item guide"),
        "qa": N_("Question and answer"),
        "policy": N_("Policy explained"),
        "notice": N_("Public announcement"),
        "script": N_("Script for operators"),
    },
    "article_state": {
        "published": N_("Published"),
        "submitted": N_("To be published"),
        "draft": N_("Draft"),
        "retired": N_("Out of use"),
    },
    "guide_field": {
        "who": N_("Who may apply"),
        "conditions": N_("Conditions"),
        "materials": N_("What to bring"),
        "fee": N_("Charge"),
        "promised_limit": N_("Promised time"),
        "statutory_limit": N_("Time by law"),
        "place": N_("Where to go"),
        "hours": N_("Opening hours"),
        "phone": N_("Enquiries"),
        "supervision_phone": N_("Complaints about the service"),
        "legal_basis": N_("Basis in law"),
        "online_address": N_("Apply online"),
    },
    "article_change": {
        "published": N_("Published for the first time"),
        "reworded": N_("Wording changed"),
        "restored": N_("An earlier wording restored"),
        "republished": N_("Published again"),
        "imported": N_("Taken in from a file"),
    },
    "article_step": {
        "review_due": N_("to be looked at again"),
        "review_overdue": N_("review overdue"),
        "expiring": N_("running out soon"),
        "expired": N_("run out"),
    },
    "kb_source": {
        "console": N_("at the console"),
        "unit": N_("in a unit's reply"),
        "callback": N_("in a callback"),
        "knowledge": N_("in the knowledge base"),
        "portal": N_("before a report"),
        "public": N_("on the public pages"),
        "api": N_("by another system"),
    },
    "kb_use": {
        "opened": N_("Read"),
        "inserted": N_("Inserted"),
        "texted": N_("Sent by text"),
        "answered": N_("Closed with it"),
        "helpful": N_("Helped"),
        "unhelpful": N_("Did not help"),
        "complained": N_("Error reported"),
    },
    "shelf": {
        "published": N_("In use"),
        "draft": N_("In work"),
        "submitted": N_("To be published"),
        "review": N_("Review due"),
        "expiring": N_("Expiring"),
        "loose": N_("Without category"),
        "retired": N_("Out of use"),
    },
}
