"""The words of settings: what each one decides, with its unit; code → English msgid.

A setting without words is shown by its code; a test keeps the table complete.
"""

from collections.abc import Mapping

from hotline.words import N_

SETTING: Mapping[str, str] = {
    "ClockRules.sort_at_once_minutes": N_("Sort calls and texts: minutes"),
    "ClockRules.sort_online_working_hours": N_("Sort web and app reports: working hours"),
    "ClockRules.sort_letter_hours": N_("Sort letters to the mayor and forwarded matters: hours"),
    "ClockRules.dispatch_critical_minutes": N_("Dispatch, critical: minutes"),
    "ClockRules.dispatch_urgent_minutes": N_("Dispatch, urgent: minutes"),
    "ClockRules.dispatch_working_hours": N_("Dispatch, otherwise: working hours"),
    "ClockRules.sign_critical_minutes": N_("Sign, critical: minutes"),
    "ClockRules.sign_urgent_hours": N_("Sign, urgent: hours"),
    "ClockRules.sign_working_days": N_("Sign, otherwise: working days"),
    "ClockRules.contact_urgent_hours": N_("First contact, critical and urgent: hours"),
    "ClockRules.contact_working_days": N_("First contact, otherwise: working days"),
    "ClockRules.decision_critical_minutes": N_("Decide what a unit asked, critical: minutes"),
    "ClockRules.decision_urgent_hours": N_("Decide what a unit asked, urgent: hours"),
    "ClockRules.decision_working_hours": N_("Decide what a unit asked, otherwise: working hours"),
    "ClockRules.review_working_days": N_("Review a reply: working days"),
    "ClockRules.first_call_working_days": N_("First callback after the review: working days"),
    "ClockRules.last_call_working_days": N_("Last callback after the review: working days"),
    "ClockRules.redo_working_days": N_("Do it again: working days"),
    "ClockRules.order_working_days": N_("Answer a supervision order: working days"),
    "ClockRules.upstream_margin_working_days": N_(
        "Be ready before an upstream limit by: working days"
    ),
    "ClockRules.sent_back_working_days": N_("After a reply was sent back, at least: working days"),
    "ClockRules.sent_back_hours": N_("After a reply was sent back, hour limits, at least: hours"),
    "ClockRules.yellow_working_days": N_("Yellow lamp before the limit: working days"),
    "ClockRules.yellow_percent": N_("Yellow lamp in the last part of the time: percent"),
    "ClockRules.purple_working_days": N_("Purple lamp after the limit: working days"),
    "ClockRules.purple_times": N_("Purple lamp, hour limits: times the limit"),
    "ClockRules.acceptance_minutes": N_(
        "Ask an emergency service for its acceptance after: minutes"
    ),
    "ClockRules.emergency_dispatch_minutes": N_("Dispatch in emergency mode: minutes"),
    "TimeRules.most_extension_days": N_("Extension, at most: working days"),
    "TimeRules.extension_ahead_days": N_("Ask for an extension before the limit: working days"),
    "TimeRules.extension_ahead_working_hours": N_(
        "Ask for an extension before a short limit: working hours"
    ),
    "TimeRules.extension_ahead_hours": N_("Ask for an extension before an hour limit: hours"),
    "TimeRules.short_limit_days": N_("A limit is short up to: working days"),
    "TimeRules.most_suspended_days": N_("Suspension, at most: days"),
    "TimeRules.longest_promise_days": N_("Promise, at most ahead: days"),
    "TimeRules.ask_promises_at_hour": N_("Units are asked on the promised day from: hour"),
    "LearningRules.burst_seconds": N_(
        "What one person types within this counts as one search: seconds"
    ),
    "LearningRules.used_within_minutes": N_(
        "An article used so soon after belongs to the search: minutes"
    ),
    "LearningRules.public_per_minute": N_("Citizens' searches that are kept, at most a minute"),
    "LearningRules.keep_searches_days": N_("Searches are kept for: days"),
    "LearningRules.keep_uses_days": N_("Single uses of articles are kept for: days"),
    "LearningRules.look_back_days": N_("Drafts are proposed from the answers of the last: days"),
    "LearningRules.least_alike": N_("A draft is proposed from so many like answers on"),
    "ReminderRules.unsigned_hours": N_("Remind units of what they leave unsigned after: hours"),
    "ArticleRules.expiring_days": N_("Remind of articles that run out, beforehand: days"),
    "ArticleRules.overdue_days": N_("A review of an article is overdue after: days"),
    "ReminderRules.absent_days": N_("Remind units where nobody logs in for: days"),
    "CallRules.ring_seconds": N_("A call rings at one operator: seconds"),
    "CallRules.misses_until_break": N_("Missed calls until an operator is set to break"),
    "CallRules.wrap_up_seconds": N_("Time to write up a call: seconds"),
    "CallRules.offer_callback_after_seconds": N_("A call back is offered after: seconds"),
    "CallRules.most_waiting": N_("Callers who may wait at once"),
    "CallRules.menu_seconds": N_("The menu waits for a key: seconds"),
    "CallRules.message_seconds": N_("Longest message a caller may leave: seconds"),
    "CallRules.short_abandon_seconds": N_("Who hung up sooner did not wait: seconds"),
    "CallRules.calls_per_hour": N_("Calls taken from one number: per hour"),
    "CallRules.returning_minutes": N_("Who was lost and calls again comes first, within: minutes"),
    "CallRules.callback_from": N_("Calls back from"),
    "CallRules.callback_until": N_("Calls back until"),
    "CallRules.callback_attempts": N_("Tries to call somebody back"),
    "CallRules.callback_wait_minutes": N_("Wait before the next try to call back: minutes"),
    "CallRules.service_level_seconds": N_("Answered in time means within: seconds"),
    "CallRules.recordings_kept_days": N_("Recordings are kept for: days"),
    "CallRules.lost_ringing_minutes": N_(
        "Another exchange reports no answer: a call is lost after: minutes"
    ),
    "CallRules.lost_talking_minutes": N_(
        "Another exchange reports no hanging up: a talk is lost after: minutes"
    ),
    "CarryingRules.dials_per_second": N_("Calls dialled at the carrier: per second"),
    "CarryingRules.hang_up_minutes": N_("Hanging up is tried for: minutes"),
    "CarryingRules.orders_kept_days": N_("Requests made to the carrier are kept for: days"),
    "MessageRules.quiet_from": N_("No texts from"),
    "MessageRules.quiet_until": N_("No texts until"),
    "MessageRules.acknowledge_within_minutes": N_(
        "Acknowledgements may go at night within: minutes"
    ),
    "MessageRules.answer_within_minutes": N_("Answers to a text may go at night within: minutes"),
    "MessageRules.code_within_minutes": N_("Codes may go at night within: minutes"),
    "MessageRules.per_second": N_("Texts handed to the carrier: per second"),
    "MessageRules.per_phone_hour": N_("Texts to one number: per hour"),
    "MessageRules.most_attempts": N_("Tries to send a text"),
    "MessageRules.first_wait_seconds": N_("Wait before the second try: seconds"),
    "MessageRules.longest_wait_seconds": N_("Longest wait between tries: seconds"),
    "MessageRules.give_up_hours": N_("A text is given up after: hours"),
    "MessageRules.join_seconds": N_("Parts of one text are joined within: seconds"),
    "MessageRules.longest_words": N_("Longest quotation of a reply in a text: characters"),
    "MessageRules.wrong_codes_hour": N_("Wrong query codes from one number: per hour"),
    "CallbackRules.bands": N_("Times of day for callbacks"),
    "CallbackRules.most_calls": N_("Calls a round"),
    "CallbackRules.hours_between": N_("Between two calls of a round at least: hours"),
    "CallbackRules.link_hours": N_("The rating link holds: hours"),
    "CallbackRules.sample_percent": N_("Consultations and suggestions asked: percent"),
    "CallbackRules.machine_calls_first": N_("The first call is the machine's"),
    "CallbackRules.machine_calls_at_once": N_("Calls of the machine by itself: at once"),
    "ApprovalRules.head_approves": N_("In every unit"),
    "ApprovalRules.head_approves_in": N_("In these units: unit codes"),
    "RoutingRules.outer_districts": N_("Districts with suppliers of their own: unit codes"),
    "RoutingRules.host_units": N_("Who runs the hotline, its replies are for the head: unit codes"),
    "RoutingRules.aliases": N_("What people call a unit besides: code=name, as in D12=社保大厅"),
    "ReturnRules.return_working_days": N_("A unit may return within: working days"),
    "ReturnRules.return_urgent_hours": N_("A unit may return urgent matters within: hours"),
    "ReturnRules.most_upheld": N_("Upheld returns before the hotline names the units"),
    "UncoverRules.most_an_hour": N_("Looks at phone numbers by one person: per hour"),
}


def msgid(rules: str, name: str) -> str:
    """The English msgid of a setting; its code where the table doesn't know it."""
    code = f"{rules}.{name}"
    return SETTING.get(code, code)
