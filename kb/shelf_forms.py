"""What the knowledge page and the citizens' answers are asked for in their addresses."""

from pydantic import Field

from hotline.fields import Form
from kb.forms import ListForm
from kb.shelves import Shelf


class ShelfForm(ListForm):
    """Which list is wanted, and what of it; a `state` is the list of that state."""

    tab: Shelf | None = None
    unit: str | None = Field(default=None, max_length=20)

    @property
    def shelf(self) -> Shelf:
        """The list."""
        return self.tab or Shelf(self.state.value)


class AnswersForm(Form):
    """A citizen's question, or the category they look into."""

    q: str = Field(default="", max_length=200)
    category: str | None = Field(default=None, max_length=20)
    limit: int = Field(default=30, ge=1, le=100)
    cursor: str | None = Field(default=None, max_length=20, pattern="^(K[0-9]{6,19})?$")
