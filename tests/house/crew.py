"""Staff for the walks: one in each role, and one who holds them all."""

from hotline.access import UNIT_ROLES, Role
from hotline.extensions import db
from hotline.people.models import Membership, Staff
from tests import factories

UNIT = "D16"


def one_in(role: Role) -> Staff:
    """Somebody in this role; unit roles in a unit of the test directory."""
    return factories.staff(role.value, role, unit_code=UNIT if role in UNIT_ROLES else None)


def one_in_all() -> Staff:
    """Somebody with every role there is."""
    made = factories.staff("everything", *(set(Role) - UNIT_ROLES))
    unit_id = factories.unit(UNIT).id
    for role in UNIT_ROLES:
        since = factories.NOW.replace(year=2020)
        db.session.add(Membership(staff_id=made.id, unit_id=unit_id, role=role, since=since))
    db.session.commit()
    return made
