"""Who handles a ticket: suggestion, assignments, replies, reviews, returns."""
