"""Keep-alive clients that send requests as fast as they are answered, in processes of their own."""

import http.client
import multiprocessing
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

Make = Callable[[int], tuple[str, bytes, dict[str, str]]]
"""Request number → path, body, headers."""

CLIENTS = 8
PROCESSES = 2


@dataclass
class Result:
    """What all clients saw together."""

    seconds: float
    times: list[float] = field(default_factory=list)
    failures: int = 0

    @property
    def rate(self) -> float:
        """Requests answered well, a second."""
        return (len(self.times) - self.failures) / self.seconds


@dataclass(frozen=True)
class Aim:
    """Where to send what, until when, and which status is a good answer."""

    host: str
    port: int
    make: Make
    until: float
    wanted: int


def drive(host: str, port: int, make: Make, *, seconds: float, wanted: int) -> Result:
    """POST from eight clients for so many seconds; `wanted` is the status of a good answer."""
    context = multiprocessing.get_context("fork")
    answers: multiprocessing.Queue[tuple[list[float], int]] = context.Queue()
    aim = Aim(host, port, make, time.time() + seconds, wanted)
    workers = [
        context.Process(target=_process, args=(aim, place, answers)) for place in range(PROCESSES)
    ]
    began = time.monotonic()
    for worker in workers:
        worker.start()
    collected = [answers.get() for _ in workers]
    for worker in workers:
        worker.join()
    result = Result(time.monotonic() - began)
    for times, failures in collected:
        result.times += times
        result.failures += failures
    return result


def _process(
    aim: Aim, place: int, answers: "multiprocessing.Queue[tuple[list[float], int]]"
) -> None:
    times: list[float] = []
    failures: list[int] = []
    threads = [
        threading.Thread(target=_client, args=(aim, place * 100 + one, times, failures))
        for one in range(CLIENTS // PROCESSES)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answers.put((times, len(failures)))


def _client(aim: Aim, place: int, times: list[float], failures: list[int]) -> None:
    connection = http.client.HTTPConnection(aim.host, aim.port, timeout=30)
    number = place * 1_000_000
    while time.time() < aim.until:
        number += 1
        path, body, headers = aim.make(number)
        began = time.perf_counter()
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        answer.read()
        times.append(time.perf_counter() - began)
        if answer.status != aim.wanted:
            failures.append(answer.status)
    connection.close()
