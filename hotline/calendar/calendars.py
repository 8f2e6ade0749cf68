"""The calendars in force: the city's, and those of units with hours of their own; pure.

Decided here: what a unit's calendar is made of. Holidays and make-up days are the city's for
everybody: they are the law's. Hours of its own take the place of the city's; a unit that is open
on holidays is not shut by the city's closures either.

The surprise: a unit's calendar is made when it is first asked for, and then kept.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from zoneinfo import ZoneInfo

from hotline.hours import Closure, Hours
from hotline.worktime import Calendar


@dataclass(frozen=True)
class Opening:
    """Rules for hours and single closures, of the city or of one unit."""

    rules: tuple[Hours, ...] = ()
    closures: tuple[Closure, ...] = ()

    def with_rule(self, rule: Hours) -> "Opening":
        """The same and one rule more, which goes before those that are there."""
        return replace(self, rules=(*self.rules, rule))

    def with_closure(self, closure: Closure) -> "Opening":
        """The same and one closure more."""
        return replace(self, closures=(*self.closures, closure))


@dataclass(frozen=True)
class Calendars:
    """The city's days, and who is open when; `opening` by unit code, the city's under None."""

    zone: ZoneInfo
    days: Mapping[date, bool]
    published_through: int
    opening: Mapping[str | None, Opening]
    _made: dict[str | None, Calendar] = field(init=False, repr=False, default_factory=dict)

    @property
    def city(self) -> Calendar:
        """The calendar of everybody without hours or closures of their own."""
        return self.of(None)

    @property
    def own(self) -> frozenset[str]:
        """The codes of units that have a calendar of their own."""
        return frozenset(code for code in self.opening if code is not None)

    def of(self, unit: str | None) -> Calendar:
        """The calendar that the unit with this code goes by."""
        code = unit if unit in self.opening else None
        if code not in self._made:
            self._made[code] = self._make(code)
        return self._made[code]

    def _make(self, code: str | None) -> Calendar:
        city = self.opening.get(None, Opening())
        own = self.opening.get(code, Opening()) if code is not None else Opening()
        rules = own.rules or city.rules
        is_shut_with_all = not any(rule.opens_holidays for rule in own.rules)
        closures = (*city.closures, *own.closures) if is_shut_with_all else own.closures
        return Calendar(self.zone, rules, self.days, self.published_through, closures)


@dataclass(frozen=True)
class UnitCalendars(Mapping[int, Calendar]):
    """Unit id → the calendar it goes by, for those whose own differs from the city's."""

    calendars: Calendars
    codes: Mapping[int, str]

    def __getitem__(self, unit_id: int) -> Calendar:
        return self.calendars.of(self.codes[unit_id])

    def __iter__(self) -> Iterator[int]:
        return iter(self.codes)

    def __len__(self) -> int:
        return len(self.codes)

    def __contains__(self, unit_id: object) -> bool:
        return unit_id in self.codes
