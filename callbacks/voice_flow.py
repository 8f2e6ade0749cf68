"""What is asked on a call of the machine, and what keys and words mean there; pure.

Decided here: the order of the questions, how often one is asked, what ends the conversation and
with which result. Nothing of the matter is said before a key was pressed, so an answering machine
or somebody else hears no details. A 1 or 2 is confirmed back, for in other surveys 1 is the best.
Not here: how it is worded (`prompts`), what an answer sets off (`voice_hearing`).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from callbacks import rules
from callbacks.rules import Rating, Result, Solved
from hotline.calls.menu import MOST_TRIES, WORDS, Heard, Wish
from hotline.tickets.kinds import Completion

PERSON_KEY, STOP_KEY = "0", "9"
CONFIRMING = {1: "survey_confirm_1", 2: "survey_confirm_2"}


class VoiceStep(StrEnum):
    """Which answer is waited for."""

    GREETING = ""
    RESPONDED = "responded"
    SOLVED = "solved"
    SATISFIED = "satisfied"
    CONFIRM = "confirm"
    REASON = "reason"


QUESTIONS = {
    VoiceStep.GREETING: "survey_greeting",
    VoiceStep.RESPONDED: "survey_responded",
    VoiceStep.SOLVED: "survey_solved",
    VoiceStep.SATISFIED: "survey_satisfied",
}


class Goes(StrEnum):
    """What follows."""

    ASK = "ask"
    RECORD = "record"
    PERSON = "person"
    END = "end"


@dataclass(frozen=True)
class At:
    """Where the conversation stands: what was said so far, and of which kind of reply."""

    step: VoiceStep
    said: Rating = Rating()
    tries: int = 0
    completion: Completion | None = None
    is_first: bool = False
    is_machine: bool = False


@dataclass(frozen=True)
class Move:
    """The next words (prompts' keys) and what is waited for; an end has its result.

    `is_alarm`: words of danger were spoken. `is_stop`: no call of the machine is wanted again.
    """

    goes: Goes
    says: tuple[str, ...]
    said: Rating
    step: VoiceStep = VoiceStep.GREETING
    tries: int = 0
    result: Result | None = None
    is_alarm: bool = False
    is_stop: bool = False


_STOP = re.compile(r"(不要|别|不用)再?(打|拨|回访)|stop calling|(don.?t|do not) call")
_LATER = re.compile(r"不.{0,2}方便|没空|没时间|在忙|晚点|改天|not now|busy|later")
_WRONG = re.compile(r"打错|错了|不是(我|本人)|没反映|wrong (number|person)")
_NO = re.compile(r"没|未|不|否|\bno\b|\bnot\b|n.t\b")
_YES = re.compile(r"有|是|对|好|行|可以|方便|确认|联系|解决|yes|yeah|sure|ok|solved|right")
_PARTLY = re.compile(r"部分|一部份|一半|一些|partly|partially|some")
_SATISFACTION = (
    (1, re.compile(r"(非常|很|极其?|太)不满意|very (dis|un)satisfied")),
    (2, re.compile(r"(不|没).{0,3}满意|(dis|un)satisfied|not .{0,8}satisfied")),
    (5, re.compile(r"(非常|很|十分)满意|very satisfied")),
    (3, re.compile(r"(基本|还算|一般)满意|一般|mostly satisfied|fairly satisfied")),
    (4, re.compile(r"满意|satisfied")),
)
_DIGITS = {"一": "1", "二": "2", "三": "3", "四": "4", "五": "5", "零": "0", "九": "9",
           "one": "1", "two": "2", "three": "3", "four": "4", "five": "5"}  # fmt: skip


def next_move(at: At, heard: Heard) -> Move:
    """What follows from what was heard; silence is heard too, and something always follows."""
    if at.is_machine:
        return _end("survey_machine", at.said, Result.MACHINE)
    if heard.is_emergency:
        return Move(Goes.PERSON, ("safety",), at.said, is_alarm=True)
    if at.is_first:
        return _ask(VoiceStep.GREETING, at.said)
    if at.step is VoiceStep.REASON:
        return _conclude(at.said)
    key = _key(heard)
    if key == PERSON_KEY or _wants_person(heard.speech):
        return Move(Goes.PERSON, ("to_person",), at.said)
    if key == STOP_KEY or _STOP.search(heard.speech.casefold()):
        is_enough = rules.may_conclude(at.said)
        result = Result.REACHED if is_enough else Result.REFUSED
        return _end("survey_stopped", at.said, result, is_stop=True)
    return _STEPS[at.step](at, key, heard.speech.casefold())


def broken_off(said: Rating) -> Result:
    """What a conversation comes to that ended too soon: enough was answered, or not."""
    return Result.REACHED if rules.may_conclude(said) else Result.UNFINISHED


def _greeted(at: At, key: str, words: str) -> Move:
    if key == "3" or _WRONG.search(words):
        return _end("survey_wrong", at.said, Result.WRONG_NUMBER)
    if key == "2" or _LATER.search(words):
        return _end("survey_later", at.said, Result.UNFINISHED)
    if key == "1" or _yes_or_no(words):
        return _ask(VoiceStep.RESPONDED, at.said, "survey_matter")
    if at.tries + 1 < MOST_TRIES:
        return _again(at)
    # Nobody pressed anything: perhaps a machine that was not recognised.
    return _end("survey_later", at.said, Result.NO_ANSWER)


def _responded(at: At, key: str, words: str) -> Move:
    responded = {"1": True, "2": False}.get(key, _yes_or_no(words))
    if responded is None:
        return _again(at)
    said = replace(at.said, responded=responded)
    asks_solved = rules.asks_solved(at.completion)
    return _ask(VoiceStep.SOLVED if asks_solved else VoiceStep.SATISFIED, said)


def _solved(at: At, key: str, words: str) -> Move:
    solved = {"1": Solved.YES, "2": Solved.PARTLY, "3": Solved.NO}.get(key)
    if solved is None and _PARTLY.search(words):
        solved = Solved.PARTLY
    spoken = _yes_or_no(words) if solved is None else None
    if spoken is not None:
        solved = Solved.YES if spoken else Solved.NO
    if solved is None:
        return _again(at)
    return _ask(VoiceStep.SATISFIED, replace(at.said, solved=solved))


def _satisfied(at: At, key: str, words: str) -> Move:
    satisfied = int(key) if key in set("12345") else _satisfaction(words)
    if satisfied is None:
        return _again(at)
    said = replace(at.said, satisfied=satisfied)
    if satisfied < rules.LEAST_SATISFIED:
        return _ask(VoiceStep.CONFIRM, said)
    return _record(said) if rules.is_dissatisfied(said) else _conclude(said)


def _confirmed(at: At, key: str, words: str) -> Move:
    is_silent = not key and not words
    if key == "2" or _NO.search(words):
        return _ask(VoiceStep.SATISFIED, replace(at.said, satisfied=None))
    if key == "1" or is_silent or _YES.search(words) or at.tries + 1 >= MOST_TRIES:
        return _record(at.said)
    return _again(at)


_STEPS: Mapping[VoiceStep, Callable[[At, str, str], Move]] = {
    VoiceStep.GREETING: _greeted,
    VoiceStep.RESPONDED: _responded,
    VoiceStep.SOLVED: _solved,
    VoiceStep.SATISFIED: _satisfied,
    VoiceStep.CONFIRM: _confirmed,
}


def _ask(step: VoiceStep, said: Rating, *before: str, tries: int = 0) -> Move:
    is_confirming = step is VoiceStep.CONFIRM
    asked = CONFIRMING[said.satisfied or 1] if is_confirming else QUESTIONS[step]
    return Move(Goes.ASK, (*before, asked), said, step, tries)


def _end(words: str, said: Rating, result: Result, *, is_stop: bool = False) -> Move:
    return Move(Goes.END, (words,), said, result=result, is_stop=is_stop)


def _again(at: At) -> Move:
    """Once more; after that the call ends with what was answered."""
    if at.tries + 1 < MOST_TRIES:
        return _ask(at.step, at.said, "not_understood", tries=at.tries + 1)
    return _end("survey_later", at.said, broken_off(at.said))


def _record(said: Rating) -> Move:
    return Move(Goes.RECORD, ("survey_reason",), said, VoiceStep.REASON)


def _conclude(said: Rating) -> Move:
    words = "survey_noted" if rules.is_dissatisfied(said) else "rate_thanks"
    return _end(words, said, Result.REACHED)


def _key(heard: Heard) -> str:
    """The key that was pressed, or the digit that was spoken and nothing else."""
    spoken = heard.speech.casefold().strip(" 。.,，!！")
    return heard.keys or _DIGITS.get(spoken, spoken if len(spoken) == 1 else "")


def _wants_person(speech: str) -> bool:
    said = speech.casefold()
    return not _WRONG.search(said) and any(word in said for word in WORDS[Wish.PERSON])


def _yes_or_no(words: str) -> bool | None:
    if _NO.search(words):
        return False
    return True if _YES.search(words) else None


def _satisfaction(words: str) -> int | None:
    return next((digit for digit, said in _SATISFACTION if said.search(words)), None)
