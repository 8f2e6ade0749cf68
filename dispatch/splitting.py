"""A dispatcher splits a ticket of several matters; each part may go to its unit at once.

Decided here: a part that is refused keeps the whole from being split, and says which part it was;
two parts never say the same. Not here: what a part is made of (`hotline.tickets.splitting`), what
a unit may get (`assigning`).
"""

from dispatch import assigning
from dispatch.assigning import Order
from dispatch.splitting_forms import PartForm, SplitForm
from hotline.errors import Invalid, Refused
from hotline.people import queries as people
from hotline.people.models import Unit
from hotline.tickets import splitting
from hotline.tickets.acting import Acting
from hotline.tickets.kinds import RequestType
from hotline.tickets.models import Ticket
from hotline.tickets.splitting import PartMatter


def split(ticket: Ticket, data: SplitForm, how: Acting) -> None:
    """Make the parts and give those to their units that name one.

    Raises WrongState, Refused; Invalid naming the part and its field (`parts.0.unit`).
    """
    units = [_unit(place, one) for place, one in enumerate(data.parts)]
    _refuse_alike(data.parts)
    for place, one in enumerate(data.parts):
        _check(place, one, how)
    matters = [_matter(one) for one in data.parts]
    parts = splitting.split(ticket, matters, by=how.by, now=how.now, book=how.book)
    for place, (part, unit) in enumerate(zip(parts, units, strict=True)):
        if unit is not None:
            _dispatch(
                part, Order(unit, data.parts[place].unit_text, part_of=ticket.number), place, how
            )


def _dispatch(part: Ticket, order: Order, place: int, how: Acting) -> None:
    try:
        assigning.dispatch(part, order, by=how.by, now=how.now, book=how.book)
    except Refused as error:
        raise _at(place, error) from error


def _unit(place: int, one: PartForm) -> Unit | None:
    if one.unit is None:
        return None
    unit = people.unit_by_code(one.unit)
    if unit is None:
        raise Invalid("unknown_unit", "There is no such unit.", field=f"parts.{place}.unit")
    return unit


def _check(place: int, one: PartForm, how: Acting) -> None:
    if one.category not in how.book.leaves:
        field = f"parts.{place}.category"
        raise Invalid("unknown_category", "There is no such category.", field=field)
    if one.request_type is RequestType.OTHER:
        raise Invalid(
            "not_dispatchable",
            "“Other” is filed or sorted again, never dispatched.",
            field=f"parts.{place}.request_type",
        )


def _refuse_alike(parts: list[PartForm]) -> None:
    said: dict[tuple[str, str], int] = {}
    for place, one in enumerate(parts):
        key = (" ".join(one.body.split()), one.category)
        if key in said:
            raise Invalid(
                "parts_alike",
                "Parts %(one)s and %(two)s say the same: leave in each only its own matter.",
                field=f"parts.{place}.body",
                values={"one": said[key] + 1, "two": place + 1},
            )
        said[key] = place


def _matter(one: PartForm) -> PartMatter:
    return PartMatter(one.title or "", one.body, one.request_type, one.category, one.urgency)


def _at(place: int, error: Refused) -> Refused:
    """The same refusal, at the part's own field."""
    field = {"lead": "unit"}.get(error.field or "", error.field or "unit")
    return Invalid(error.code, error.message, field=f"parts.{place}.{field}", values=error.values)
