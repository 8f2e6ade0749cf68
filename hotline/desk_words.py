"""What codes of the operator's desk are called: knowledge, callers, ways with a known ticket."""

from hotline.words import N_

ARTICLE_KIND = {
    "item_guide": N_("Item guide"),
    "qa": N_("Question and answer"),
    "policy": N_("Policy explained"),
    "notice": N_("Public announcement"),
    "script": N_("Script for operators"),
}

ARTICLE_STATE = {
    "published": N_("Published"),
    "submitted": N_("To be published"),
    "draft": N_("Draft"),
    "retired": N_("Out of use"),
}

CITIZEN_FLAG = {
    "hearing_impaired": N_("Hard of hearing"),
    "speech_impaired": N_("Speech impaired"),
    "sight_impaired": N_("Sight impaired"),
    "needs_dialect": N_("Speaks dialect"),
    "needs_interpreter": N_("Needs an interpreter"),
    "elderly": N_("Elderly: speak slowly"),
    "at_risk": N_("May harm themselves or others"),
    "repeated_caller": N_("Calls often"),
    "abusive": N_("Has been abusive"),
}

WAY = {
    "progress": N_("Tell how far it is"),
    "supplement": N_("Add what is new"),
    "urge": N_("Urge the unit"),
    "reopen": N_("Take up again"),
}
