"""Which articles are taken out, and as what kind of file."""

from typing import Any

from pydantic import Field

from hotline.fields import Form
from hotline.people import queries as people
from hotline.tickets import queries as tickets
from kb.queries import Wanted
from kb.rules import Kind, State
from kb.table_writing import Kind as FileKind


class ExportForm(Form):
    """The filters of the list, and the kind of file."""

    file: FileKind = FileKind.XLSX
    state: State = State.PUBLISHED
    kind: Kind | None = None
    category: str | None = Field(default=None, max_length=20)
    unit: str | None = Field(default=None, max_length=20)

    def wanted(self) -> Wanted:
        """The articles meant; nothing of a unit that there is not."""
        unit = people.unit_by_code(self.unit) if self.unit else None
        own = None if self.unit is None else [unit.id] if unit else []
        return Wanted(state=self.state, kind=self.kind, category=self.category, own=own)


def choices() -> dict[str, Any]:
    """What the page offers: domains of the categories, and units."""
    domains = [(one.code, one.name) for one in tickets.leaves() if one.parent_code is None]
    units = [(unit.code, unit.name) for unit in people.units()]
    return {"domains": domains, "units": units}
