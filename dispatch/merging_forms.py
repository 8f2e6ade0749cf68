"""What may come in about a merger and its end."""

from hotline.fields import Form
from hotline.tickets.forms import Words


class UnmergeForm(Form):
    """Why it is handled by itself again."""

    reason: Words | None = None


class UnmergePageForm(UnmergeForm):
    """The same from a page, where the reason is needed: the unit and colleagues read it."""

    reason: Words
