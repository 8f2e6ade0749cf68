"""The words of what happens: a ticket's states, verbs, events and texts, and accounts' events.

Decided here: what staff and citizens read for each step, code → English msgid. The other
vocabularies and the way to ask for a word are in `labels`. The surprise: a state, its verb and
its event share a code and differ in words, so there are three tables.
"""


def N_(message: str) -> str:
    """Mark `message` for the catalogue where it is only stored; the edge translates it."""
    return message


STATE = {
    "received": N_("To be sorted"),
    "answered": N_("Answered at once"),
    "refused": N_("Not accepted"),
    "filed": N_("Filed"),
    "transferred": N_("Transferred to an emergency service"),
    "merged": N_("Merged"),
    "withdrawn": N_("Withdrawn"),
    "pending_dispatch": N_("To be dispatched"),
    "pending_signature": N_("To be signed"),
    "in_progress": N_("In progress"),
    "return_requested": N_("Return under decision"),
    "in_review": N_("To be reviewed"),
    "awaiting_callback": N_("To be called back"),
    "closed": N_("Closed"),
}

CITIZEN_STATE = {
    "received": N_("We have your request and are looking at it."),
    "answered": N_("Your question has been answered."),
    "refused": N_("We can't take this on; the reason and where to go are given below."),
    "filed": N_("Your message has been noted."),
    "transferred": N_("Handed over to the emergency service."),
    "merged": N_("Handled together with other reports of the same event."),
    "withdrawn": N_("You have withdrawn this request."),
    "pending_dispatch": N_("Being given to the unit in charge."),
    "pending_signature": N_("Given to the unit in charge, which is to confirm receipt."),
    "in_progress": N_("The unit in charge is working on it."),
    "return_requested": N_("We are checking which unit is in charge."),
    "in_review": N_("The unit has replied; we are checking the reply."),
    "awaiting_callback": N_("Handled; please tell us whether it was solved."),
    "closed": N_("This request is closed."),
}

TEXT_KIND = {
    "acknowledged": N_("Receipt with number"),
    "acknowledged_critical": N_("Receipt of an urgent matter"),
    "acknowledged_emergency": N_("Receipt in emergency mode"),
    "refusal_kept": N_("Told that the refusal stands"),
    "dispatched": N_("Told which unit handles it"),
    "answered": N_("Answer sent"),
    "refused": N_("Told why not, and where to go"),
    "progressed": N_("Told of progress"),
    "asked": N_("Asked for what is missing"),
    "replied": N_("Told the unit's reply"),
    "redone": N_("Told of the redo"),
    "reopened": N_("Told it was taken up again"),
    "merged": N_("Told of the merger"),
    "unmerged": N_("Told it is handled by itself again"),
    "split": N_("Told into which parts it was split"),
    "extended": N_("Told of more time"),
    "suspended": N_("Told that it rests"),
    "resumed": N_("Told that work goes on"),
    "promise_due": N_("Told that the promised day has come"),
    "withdrawn": N_("Withdrawal confirmed"),
    "closed": N_("Told it is closed"),
    "supplemented": N_("Supplement confirmed"),
    "rate_request": N_("Asked to rate"),
    "rated": N_("Rating confirmed"),
    "rated_low": N_("Low rating confirmed, asked why"),
    "reason_noted": N_("Reason noted"),
    "rating_unclear": N_("Asked to rate again"),
    "progress": N_("Progress answered"),
    "knowledge": N_("Answer from the knowledge base"),
    "lookup_code_needed": N_("Asked for the query code"),
}

DELIVERY = {
    "queued": N_("Waiting to be sent"),
    "held": N_("Held until morning"),
    "sending": N_("Being sent"),
    "sent": N_("Sent"),
    "delivered": N_("Delivered"),
    "failed": N_("Not delivered"),
    "unknown": N_("Delivery unknown"),
}

ACCOUNT_EVENT = {
    "staff_added": N_("Account added"),
    "password_set": N_("Password set"),
    "activated": N_("Account opened again"),
    "deactivated": N_("Account closed"),
    "role_granted": N_("Role given"),
    "role_revoked": N_("Role ended"),
    "locked": N_("Too many wrong passwords"),
    "signed_in": N_("Logged in"),
    "signed_out": N_("Logged out"),
    "token_made": N_("API token made"),
    "token_revoked": N_("API token ended"),
    "password_confirmed": N_("Password confirmed"),
    "unit_added": N_("Unit added"),
    "unit_changed": N_("Unit changed"),
    "unit_closed": N_("Unit closed"),
    "unit_opened": N_("Unit opened again"),
    "units_loaded": N_("Units loaded from a file"),
    "duty_added": N_("Turn of duty entered"),
    "duty_ended": N_("Turn of duty taken off"),
    "phone_uncovered": N_("Phone number shown"),
    "phone_dialled": N_("Phone number dialled"),
    "phone_refused": N_("Phone number refused: too many looks"),
    "ticket_printed": N_("Ticket printed"),
    "order_printed": N_("Order printed"),
    "letter_printed": N_("Letter printed"),
    "tickets_exported": N_("Tickets exported"),
    "citizen_erased": N_("Citizen erased"),
    "citizen_noted": N_("Note on a citizen written"),
    "citizen_note_ended": N_("Note on a citizen ended"),
    "citizen_flagged": N_("Flag of a citizen set"),
    "citizen_flag_ended": N_("Flag of a citizen ended"),
    "attachment_read": N_("Confidential file opened"),
    "attachment_shown_to_unit": N_("File shown to the unit"),
    "attachment_kept_from_unit": N_("File kept from the unit"),
    "emergency_started": N_("Emergency mode switched on"),
    "emergency_ended": N_("Emergency mode ended"),
    "notice_entered": N_("Outage notice entered"),
    "notice_moved": N_("Outage notice: end moved"),
    "notice_taken_back": N_("Outage notice taken back"),
    "notice_ended": N_("Outage notice ended"),
    "calendar_changed": N_("Calendar changed"),
    "office_hours_changed": N_("Working hours changed"),
    "office_closed": N_("Office closed once"),
    "office_opened_again": N_("Closure taken back"),
    "limits_compressed": N_("Category: limits compressed"),
    "limits_restored": N_("Category: limits as before"),
    "article_added": N_("Article added"),
    "article_reworded": N_("Article reworded"),
    "article_edited": N_("Article edited"),
    "article_submitted": N_("Article sent for publication"),
    "article_sent_back": N_("Article sent back"),
    "article_approved": N_("Article approved for a time"),
    "article_unscheduled": N_("Approval of an article taken back"),
    "article_confirmed": N_("Article confirmed"),
    "article_published": N_("Article published"),
    "article_retired": N_("Article retired"),
    "articles_imported": N_("Articles taken in from a file"),
    "articles_exported": N_("Articles taken out as a file"),
    "demo_logins_added": N_("Demo logins added"),
}

PROCESS = {
    "web": N_("Web"),
    "relay": N_("Relay of facts"),
    "worker": N_("Worker"),
    "clock": N_("Clock process"),
    "switchboard": N_("Switchboard"),
    "kb_index": N_("Knowledge index"),
}

CONTACT_RESULT = {
    "reached": N_("Reached"),
    "no_answer": N_("No answer"),
    "busy": N_("Line busy"),
    "wrong_number": N_("Number is wrong"),
    "refused": N_("Didn't want to talk"),
}

RESPONDED = {"yes": N_("Was contacted"), "no": N_("Was not contacted")}

SOLVED = {"yes": N_("Solved"), "partly": N_("Partly solved"), "no": N_("Not solved")}

SATISFACTION = {
    "5": N_("Very satisfied"),
    "4": N_("Satisfied"),
    "3": N_("Fairly satisfied"),
    "2": N_("Dissatisfied"),
    "1": N_("Very dissatisfied"),
}

CALLBACK_ENDING = {
    "answered": N_("Answered by the citizen"),
    "unreachable": N_("Not reached"),
    "refused": N_("Did not want to be asked"),
    "not_asked": N_("Not drawn for a callback"),
    "no_contact": N_("No way to reach the citizen"),
}

CALLBACK_DECISION = {
    "reasonable": N_("Dissatisfaction found reasonable"),
    "unreasonable": N_("Dissatisfaction found unreasonable"),
}

CALLBACK_RULE = {
    "full": N_("Everybody is asked"),
    "sample": N_("A sample is asked"),
    "none": N_("Nobody is asked"),
}

ANSWER_VIA = {
    "person": N_("Told to an agent"),
    "sms": N_("By text"),
    "link": N_("By the link"),
}

UNIT_TAB = {
    "to_sign": N_("To sign"),
    "in_progress": N_("In our hands"),
    "sent_back": N_("Sent back by the review"),
    "urged": N_("Urged by the citizen"),
    "return_asked": N_("Return to be decided"),
    "in_review": N_("Replied by us"),
    "redo": N_("To do again"),
    "inside": N_("Inside the unit"),
    "closed": N_("Closed tickets"),
}

VIA = {
    "staff": N_("Told to the hotline"),
    "web": N_("Written on the website"),
    "sms": N_("By text"),
    "callback": N_("Said at the callback"),
    "person": N_("Told to an agent"),
    "link": N_("By the link"),
}

LINK = {
    "lead": N_("Merged into"),
    "follower": N_("Merged into this one"),
    "parent": N_("Split from"),
    "part": N_("Part of it"),
    "sibling": N_("Another part of the same"),
    "before": N_("Before it was taken up anew"),
    "after": N_("Taken up anew as"),
    "same_citizen": N_("From the same citizen"),
}

TRACE = {
    "phone_uncovered": N_("Looked at the phone number"),
    "phone_dialled": N_("Called the citizen"),
    "phone_refused": N_("Wanted to look at too many numbers"),
    "ticket_printed": N_("Printed the ticket"),
    "order_printed": N_("Printed the order"),
    "letter_printed": N_("Printed the letter"),
}
