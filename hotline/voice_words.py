"""What codes of callbacks made by the machine are called."""

from hotline.words import N_

MACHINE_OUTCOME = {
    "machine": N_("Answering machine"),
    "unfinished": N_("Broken off before the answers"),
}

BY_VOICE = {"voice": N_("Told to the machine")}

LET_GO_REASON = {
    "citizen_asked": N_("The citizen asked for it"),
    "pressed_by_mistake": N_("The key was pressed by mistake"),
    "number_changed_hands": N_("The number belongs to somebody else now"),
}

VOICE_ENDING = {
    "answered": N_("Answered"),
    "missed": N_("No answers"),
    "handed_over": N_("Handed over to a person"),
    "failed": N_("Could not be dialled"),
    "needless": N_("No longer needed"),
}
