"""Calls: the queue, the operators who take them, and everything that is asked of the carrier."""
