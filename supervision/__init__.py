"""Is it done, in time, and well: cards, reminders, calls to duty phones, supervision orders."""
