"""What a refused step is answered with: what the one who asks may do, or whose turn it is."""

import pytest
from flask_babel import force_locale

from hotline.access import Role, Viewer
from hotline.tickets import states, turns
from hotline.tickets.states import State

pytestmark = pytest.mark.usefixtures("app")
EXAMPLES = [
    (State.PENDING_DISPATCH, Role.DISPATCHER, ("派单", "拆单"), ("签收", "延期")),
    (State.PENDING_SIGNATURE, Role.HANDLER, ("签收", "申请退单"), ("派单", "撤回", "协办签收")),
    (State.PENDING_SIGNATURE, Role.REVIEWER, ("待承办单位签收。",), ("您现在可以",)),
    (State.IN_REVIEW, Role.REVIEWER, ("审核通过",), ("附件", "催办")),
    (State.IN_REVIEW, Role.HANDLER, ("审核员",), ("审核通过", "您现在可以：办理答复")),
    (State.IN_REVIEW, Role.OPERATOR, ("催办", "审核员"), ("审核通过",)),
    (State.IN_PROGRESS, Role.SUPERVISOR, ("承办单位正在办理",), ("办理答复",)),
    (State.CLOSED, Role.SUPERVISOR, ("已办结",), ("重办",)),
    (State.RECEIVED, None, ("撤", "补充"), ("派单", "分拣")),
    (State.WITHDRAWN, None, ("撤",), ("重新受理", "备注")),
]


def said(state: State, role: Role | None) -> str:
    possible = [one.value for one in states.possible(state)]
    who = Viewer.of(1, "某人", "somebody", roles=frozenset({role})) if role else None
    with force_locale("zh_CN"):
        return turns.instead(state.value, "asked", possible, who)


@pytest.mark.parametrize(("state", "role", "named", "unnamed"), EXAMPLES)
def test_only_what_the_asker_may_do_is_named(
    state: State, role: Role | None, named: tuple[str, ...], unnamed: tuple[str, ...]
) -> None:
    words = said(state, role)
    assert [one for one in named if one not in words] == [], words
    assert [one for one in unnamed if one in words] == [], words


@pytest.mark.parametrize("role", [*Role, None])
def test_nobody_is_left_without_an_answer(role: Role | None) -> None:
    for state in State:
        assert said(state, role).endswith("。")


def test_parts_of_others_are_named_to_those_who_asked_for_them() -> None:
    possible = [one.value for one in states.possible(State.IN_PROGRESS)]
    handler = Viewer.of(1, "某人", "somebody", roles=frozenset({Role.HANDLER}))
    with force_locale("zh_CN"):
        words = turns.instead("in_progress", "sub_signed", possible, handler)
    assert "二级单位答复" in words and "协办答复" not in words
