"""The one error of the launcher: a sentence for the person at the console."""


class LaunchError(Exception):
    """The start can't go on; the message says what is wrong and what to do about it."""
