"""Who may do which verb: the permission that a route must ask for, and who else does it.

Decided here: this one table. Not here: which role holds a permission (`access`), which tickets
somebody sees (`tickets.access`), in which state a verb is possible (`states`). What a unit does,
it does to what it holds itself; nobody decides on their own work.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from hotline.access import PERMISSIONS, Permission, Role
from hotline.tickets.states import Verb


@dataclass(frozen=True)
class Who:
    """Staff with one of these permissions; the citizen with number and code; the hotline itself."""

    permissions: frozenset[Permission] = frozenset()
    is_citizens: bool = False
    is_by_itself: bool = False

    @property
    def roles(self) -> frozenset[Role]:
        """Every role that holds one of the permissions."""
        return frozenset(role for role, held in PERMISSIONS.items() if held & self.permissions)


def _staff(*permissions: Permission, citizen: bool = False, itself: bool = False) -> Who:
    return Who(frozenset(permissions), citizen, itself)


V, P = Verb, Permission
CITIZENS: Final = _staff(P.NOTE, citizen=True)
"""The citizen does it, or somebody of the hotline for them."""
HANDLING: Final = _staff(P.HANDLE)
DECIDING: Final = _staff(P.REVIEW)

WHO: Mapping[Verb, Who] = {
    V.RECEIVE: _staff(P.INTAKE, citizen=True),
    V.SORT: _staff(P.SORT),
    V.ANSWER: _staff(P.SORT),
    V.REFUSE: _staff(P.SORT),
    V.FILE: _staff(P.SORT),
    V.TRANSFER: _staff(P.SORT),
    V.CALL_SERVICE: _staff(P.SORT),
    V.SERVICE_ACCEPTS: _staff(P.SORT),
    V.OBJECT: CITIZENS,
    V.KEEP_REFUSAL: DECIDING,
    V.REOPEN: _staff(P.SORT),
    V.CHANGE: _staff(P.CHANGE, P.DISPATCH),
    V.DISPATCH: _staff(P.DISPATCH),
    V.MERGE: _staff(P.DISPATCH),
    V.UNMERGE: _staff(P.DISPATCH),
    V.SPLIT: _staff(P.DISPATCH),
    V.LEAD_CHANGED: _staff(P.DISPATCH, itself=True),
    V.LEAD_ANSWERED: _staff(itself=True),
    V.PARTS_DONE: _staff(itself=True),
    V.ADD_ASSIST: _staff(P.DISPATCH),
    V.END_ASSIST: _staff(P.DISPATCH, itself=True),
    V.SIGN: HANDLING,
    V.NAME_HANDLER: HANDLING,
    V.ASSIST_SIGN: HANDLING,
    V.ASSIST_REPLY: HANDLING,
    V.HAND_DOWN: HANDLING,
    V.SUB_SIGN: HANDLING,
    V.SUB_RETURN: HANDLING,
    V.SUB_REPLY: HANDLING,
    V.TAKE_BACK: HANDLING,
    V.CONTACT: HANDLING,
    V.PROGRESS: HANDLING,
    V.ASK: HANDLING,
    V.ASK_RETURN: HANDLING,
    V.ASK_EXTENSION: HANDLING,
    V.ASK_SUSPENSION: HANDLING,
    V.SUBMIT_REPLY: HANDLING,
    V.DECLINE_REPLY: HANDLING,
    V.REPLY: HANDLING,
    V.RESUME: _staff(P.HANDLE, itself=True),
    V.UPHOLD_RETURN: DECIDING,
    V.REFUSE_RETURN: DECIDING,
    V.GRANT_EXTENSION: DECIDING,
    V.REFUSE_EXTENSION: DECIDING,
    V.GRANT_SUSPENSION: DECIDING,
    V.REFUSE_SUSPENSION: DECIDING,
    V.ACCEPT: DECIDING,
    V.SEND_BACK: DECIDING,
    V.PROMISE: DECIDING,
    V.RECORD_CALLBACK: _staff(P.CALLBACK, citizen=True, itself=True),
    V.REDO: _staff(P.REVIEW, itself=True),
    V.CLOSE: _staff(P.REVIEW, itself=True),
    V.SUPPLEMENT: CITIZENS,
    V.URGE: CITIZENS,
    V.WITHDRAW: CITIZENS,
    V.NOTE: _staff(P.NOTE),
    V.ATTACH: _staff(P.ATTACH, citizen=True),
    V.SUPERVISE: _staff(P.SUPERVISE),
    V.ANSWER_ORDER: HANDLING,
    V.INSIST: _staff(P.SUPERVISE),
    V.ACCEPT_ORDER: _staff(P.SUPERVISE),
    V.CARD: _staff(itself=True),
    V.VOID_CARD: _staff(P.SUPERVISE, itself=True),
    V.MOVE_DEADLINE: _staff(P.ADMINISTER, itself=True),
}
