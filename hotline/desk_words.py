"""What codes of the operator's desk are called: callers, ways with a known ticket."""

from hotline.words import N_

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
