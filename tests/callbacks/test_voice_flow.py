"""The conversation of a machine's call, as a table: what was heard where, and what follows."""

import itertools

import pytest

from callbacks import voice_flow
from callbacks.rules import Rating, Result, Solved
from callbacks.voice_flow import At, Goes, Move, VoiceStep
from hotline.calls import prompting
from hotline.calls.menu import MOST_TRIES, Heard
from hotline.tickets.kinds import Completion

GREETING, RESPONDED, SOLVED = VoiceStep.GREETING, VoiceStep.RESPONDED, VoiceStep.SOLVED
SATISFIED, CONFIRM, REASON = VoiceStep.SATISFIED, VoiceStep.CONFIRM, VoiceStep.REASON
FULL = Rating(responded=True, solved=Solved.YES)
LOW = Rating(responded=True, solved=Solved.YES, satisfied=1)


def heard(what: str) -> Heard:
    """Digits are keys, everything else was spoken."""
    return Heard.of(what) if what.isdigit() or what in "*#" else Heard.of("", what)


def move(step: VoiceStep, what: str, said: Rating = FULL, tries: int = 0) -> Move:
    return voice_flow.next_move(At(step, said, tries, Completion.SOLVED), heard(what))


@pytest.mark.parametrize(
    ("step", "what", "goes", "then"),
    [
        (GREETING, "1", Goes.ASK, RESPONDED),
        (GREETING, "方便", Goes.ASK, RESPONDED),
        (GREETING, "yes", Goes.ASK, RESPONDED),
        (GREETING, "", Goes.ASK, GREETING),
        (GREETING, "7", Goes.ASK, GREETING),
        (GREETING, "不是", Goes.ASK, GREETING),
        (RESPONDED, "1", Goes.ASK, SOLVED),
        (RESPONDED, "2", Goes.ASK, SOLVED),
        (RESPONDED, "联系过", Goes.ASK, SOLVED),
        (RESPONDED, "#", Goes.ASK, RESPONDED),
        (SOLVED, "3", Goes.ASK, SATISFIED),
        (SOLVED, "4", Goes.ASK, SOLVED),
        (SATISFIED, "1", Goes.ASK, CONFIRM),
        (SATISFIED, "2", Goes.ASK, CONFIRM),
        (SATISFIED, "3", Goes.END, GREETING),
        (SATISFIED, "6", Goes.ASK, SATISFIED),
        (SATISFIED, "不知道", Goes.ASK, SATISFIED),
        (CONFIRM, "1", Goes.RECORD, REASON),
        (CONFIRM, "", Goes.RECORD, REASON),
        (CONFIRM, "对", Goes.RECORD, REASON),
        (CONFIRM, "2", Goes.ASK, SATISFIED),
        (CONFIRM, "不对", Goes.ASK, SATISFIED),
        (CONFIRM, "8", Goes.ASK, CONFIRM),
    ],
)
def test_the_way(step: VoiceStep, what: str, goes: Goes, then: VoiceStep) -> None:
    found = move(step, what, LOW if step is CONFIRM else FULL)
    assert (found.goes, found.step) == (goes, then)


@pytest.mark.parametrize(
    ("what", "responded"),
    [("1", True), ("2", False), ("有", True), ("没有联系", False), ("yes", True), ("no", False),
     ("一", True)],
)  # fmt: skip
def test_whether_the_unit_was_in_touch(what: str, *, responded: bool) -> None:
    assert move(RESPONDED, what, Rating()).said.responded is responded


@pytest.mark.parametrize(
    ("what", "solved"),
    [("1", "yes"), ("2", "partly"), ("3", "no"), ("解决了", "yes"), ("没有解决", "no"),
     ("解决了一部分", "partly"), ("partly", "partly"), ("not solved", "no")],
)  # fmt: skip
def test_whether_it_is_solved(what: str, solved: str) -> None:
    assert move(SOLVED, what, Rating()).said.solved == solved


@pytest.mark.parametrize(
    ("what", "satisfied"),
    [*((str(n), n) for n in range(1, 6)), ("非常满意", 5), ("满意", 4), ("基本满意", 3),
     ("不满意", 2), ("不太满意", 2), ("不是很满意", 2), ("谈不上满意", 2), ("非常不满意", 1),
     ("五", 5), ("five", 5),
     ("very satisfied", 5), ("dissatisfied", 2), ("not really satisfied", 2)],
)  # fmt: skip
def test_how_satisfied(what: str, satisfied: int) -> None:
    assert move(SATISFIED, what).said.satisfied == satisfied


def test_a_low_digit_is_said_back_and_may_be_taken_back() -> None:
    assert move(SATISFIED, "1").says == ("survey_confirm_1",)
    assert move(SATISFIED, "2").says == ("survey_confirm_2",)
    assert move(CONFIRM, "2", LOW).said.satisfied is None


def test_who_is_content_with_what_was_not_done_is_asked_why_too() -> None:
    unsolved = Rating(responded=True, solved=Solved.NO)
    assert move(SATISFIED, "4", unsolved).goes is Goes.RECORD
    assert move(SATISFIED, "4", Rating(responded=False)).goes is Goes.RECORD


@pytest.mark.parametrize("promised", [Completion.PLANNED, Completion.PARTLY_SOLVED])
def test_what_is_promised_for_later_is_not_asked_yet(promised: Completion) -> None:
    at = At(RESPONDED, Rating(), completion=promised)
    assert voice_flow.next_move(at, heard("1")).step is SATISFIED


@pytest.mark.parametrize(
    ("step", "what", "result"),
    [
        (GREETING, "3", Result.WRONG_NUMBER),
        (GREETING, "打错了", Result.WRONG_NUMBER),
        (GREETING, "wrong person", Result.WRONG_NUMBER),
        (GREETING, "2", Result.UNFINISHED),
        (GREETING, "现在不太方便", Result.UNFINISHED),
        (GREETING, "9", Result.REFUSED),
        (SOLVED, "别再打了", Result.REFUSED),
        (SATISFIED, "please don't call", Result.REFUSED),
        (SATISFIED, "5", Result.REACHED),
        (REASON, "", Result.REACHED),
        (REASON, "0", Result.REACHED),
    ],
)
def test_the_ends(step: VoiceStep, what: str, result: Result) -> None:
    found = move(step, what, LOW if step is REASON else FULL)
    assert (found.goes, found.result) == (Goes.END, result)
    assert found.is_stop is (result is Result.REFUSED)


def test_an_answer_given_before_no_more_calls_are_wanted_counts() -> None:
    found = move(CONFIRM, "9", LOW)
    assert (found.is_stop, found.result) == (True, Result.REACHED)


@pytest.mark.parametrize("step", [one for one in VoiceStep if one is not REASON])
@pytest.mark.parametrize("what", ["0", "转人工", "operator"])
def test_a_person_is_one_key_away_everywhere(step: VoiceStep, what: str) -> None:
    found = move(step, what, LOW)
    assert (found.goes, found.says, found.is_alarm) == (Goes.PERSON, ("to_person",), False)


@pytest.mark.parametrize("step", list(VoiceStep))
def test_danger_is_heard_everywhere(step: VoiceStep) -> None:
    found = move(step, "着火了", LOW)
    assert (found.goes, found.says, found.is_alarm) == (Goes.PERSON, ("safety",), True)


def test_a_machine_hears_no_details() -> None:
    found = voice_flow.next_move(At(GREETING, is_first=True, is_machine=True), Heard())
    assert (found.says, found.result) == (("survey_machine",), Result.MACHINE)


def test_nothing_of_the_matter_is_said_before_a_key() -> None:
    first = voice_flow.next_move(At(GREETING, is_first=True), Heard())
    assert first.says == ("survey_greeting",)
    assert move(GREETING, "").says == ("not_understood", "survey_greeting")
    assert "survey_matter" in move(GREETING, "1").says


@pytest.mark.parametrize(
    ("step", "said", "result"),
    [
        (GREETING, Rating(), Result.NO_ANSWER),
        (RESPONDED, Rating(), Result.UNFINISHED),
        (SOLVED, Rating(responded=True), Result.UNFINISHED),
        (SATISFIED, FULL, Result.UNFINISHED),
        (SATISFIED, Rating(responded=False), Result.REACHED),
    ],
)
def test_silence_ends_it_with_what_was_said(step: VoiceStep, said: Rating, result: Result) -> None:
    assert move(step, "", said).goes is Goes.ASK
    found = move(step, "", said, MOST_TRIES - 1)
    assert (found.goes, found.result, found.said) == (Goes.END, result, said)


def test_every_conversation_ends_and_every_word_is_a_prompt() -> None:
    """Whatever is pressed in whatever order, at most so many questions are asked."""
    known = prompting.keys(prompting.CHINESE)
    for keys in itertools.product(["", "1", "2", "3", "5", "7"], repeat=5):
        at, asked = At(GREETING), 0
        for key in itertools.chain(keys, itertools.repeat("")):
            found = voice_flow.next_move(at, heard(key))
            assert set(found.says) <= known
            if found.goes not in (Goes.ASK, Goes.RECORD):
                assert (found.result is None) is (found.goes is Goes.PERSON)
                break
            at, asked = At(found.step, found.said, found.tries), asked + 1
            assert asked < 20
