"""The parser of documents, the sound of recordings, and other pieces by themselves."""

import io
import wave
from threading import Condition, RLock, Thread
from time import monotonic

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phonebooth import sounds
from phonebooth.behaviours import Behaviour, Behaviours
from phonebooth.legs import CallDirection, HungUpError, Leg, Move, MovedError
from phonebooth.recordings import Recording, Recordings, seconds_of
from phonebooth.rooms import Place, Room
from phonebooth.streams import Hub
from phonebooth.voice_twiml import TwimlError, Verb, parse
from tests.phonebooth.running import CITIZEN, HOTLINE

PIECES = st.sampled_from(
    [
        "<Say>",
        "</Say>",
        "<Gather numDigits='1'>",
        "</Gather>",
        "<Dial/>",
        "您好",
        "&lt;",
        "&",
        "<!-- ",
        " -->",
    ]
)


def leg(sid: str = "CA1") -> Leg:
    lock = RLock()
    return Leg(
        sid=sid,
        direction=CallDirection.INBOUND,
        sender=CITIZEN,
        recipient=HOTLINE,
        changed=Condition(lock),
        anything=Condition(lock),
    )


@given(st.text() | st.lists(PIECES).map(lambda all_: f"<Response>{''.join(all_)}</Response>"))
def test_any_answer_is_parsed_or_refused_with_a_code(answer: str) -> None:
    try:
        verbs = parse("text/xml", answer)
    except TwimlError as error:
        assert error.code == 12100
    else:
        assert all(isinstance(verb, Verb) for verb in verbs)


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_content_type_and_text(kind: str, text: str) -> None:
    try:
        parse(kind, text)
    except TwimlError as error:
        assert error.code in (12100, 12300)
    assert parse("text/plain; charset=utf-8", text)[0].text == text.strip()


def test_what_is_nested_too_deeply_is_left_out() -> None:
    depth = 5_000
    [verb] = parse("text/xml", f"<Response>{'<a>' * depth}x{'</a>' * depth}</Response>")
    assert verb.text == "x"
    assert verb.children[0].children[0].children == ()


@pytest.mark.parametrize(
    ("value", "number"),
    [("3", 3), ("0.5", 0.5), ("-1", 7), ("", 7), ("x", 7), ("nan", 7), ("inf", 60), ("1e9", 60)],
)
def test_a_number_is_read_leniently(value: str, number: float) -> None:
    assert Verb(name="Gather", attributes={"timeout": value}).number("timeout", 7, 60) == number


@given(st.floats(0, 20), st.lists(st.tuples(st.floats(0, 20), st.floats(0.1, 5)), max_size=5))
def test_a_recording_is_a_sound_file_of_its_true_length(
    seconds: float, said: list[tuple[float, float]]
) -> None:
    tones = [sounds.Tone(starts=at, seconds=lasts, voice=n) for n, (at, lasts) in enumerate(said)]
    made = b"".join(sounds.wav(seconds, tones))
    assert len(made) == sounds.length(seconds)
    with wave.open(io.BytesIO(made)) as file:
        assert file.getframerate() == 8_000
        assert abs(file.getnframes() / 8_000 - seconds) < 0.01


def test_it_sounds_only_where_something_was_said() -> None:
    made = b"".join(sounds.wav(3, [sounds.Tone(starts=1, seconds=1, voice=0)]))[44:]
    assert set(made[:7_000]) == set(made[17_000:]) == {0x80}
    assert len(set(made[9_000:15_000])) > 10


def test_lines_follow_each_other_however_quick_they_came() -> None:
    recording = Recording(sid="RE1", source="RecordVerb")
    recording.add("a", "您" * 10)
    recording.add("b", "好" * 5)
    assert recording.finish()
    assert not recording.finish()
    recording.add("a", "too late")
    assert [line.starts >= 2 for line in recording.lines] == [False, True]
    assert recording.seconds == pytest.approx(3, abs=0.1)
    assert [tone.voice for tone in recording.tones()] == [0, 1]
    assert seconds_of("") > 0


def test_what_is_kept_is_bounded() -> None:
    recordings, behaviours = Recordings(2), Behaviours(2)
    for name in ("1", "2", "3"):
        recordings.add(Recording(sid=name, source="DialVerb"))
        behaviours.set(name, Behaviour())
    assert [row.sid for row in recordings.newest_first()] == ["3", "2"]
    assert list(behaviours.all()) == ["2", "3"]
    one = leg()
    one.keys.extend("1" * 1_000)
    assert len(one.keys) < 1_000


def test_one_stream_too_many_closes_the_oldest() -> None:
    hub = Hub(2)
    first, second, third = (hub.join("a") for _ in range(3))
    assert first.is_closed
    hub.tell("a", "ring", {})
    assert second.next(1) == third.next(1) == ("ring", {})
    for _ in range(600):
        hub.tell("a", "beep", {})
    assert second.is_closed
    hub.close()
    assert third.next(5) == ("", {})
    assert not hub.has("a")


def test_a_waiting_leg_is_torn_away_at_once() -> None:
    one = leg()

    def tear() -> None:
        with one.changed:
            one.move = Move(url="http://h/")
            one.touch()

    began = monotonic()
    with one.changed:
        Thread(target=tear).start()
        with pytest.raises(MovedError):
            one.rest(30)
        one.move, one.is_hung_up = None, True
        with pytest.raises(HungUpError):
            one.rest(30)
    assert monotonic() - began < 5


def test_a_room_begins_with_two_and_ends_with_the_last() -> None:
    room, one, two = Room(name="c", sid="CF1"), leg("CA1"), leg("CA2")
    room.enter(Place(leg=one))
    assert not room.is_started
    assert room.hears(one) == []
    room.enter(Place(leg=two, is_muted=True))
    assert room.hears(one) == [two]
    assert room.hears(two) == []
    room.leave(one)
    assert not room.is_over
    room.leave(one)
    room.leave(two)
    assert room.is_over
