"""The phonebooth as a process of its own."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from hotline.carrier import CarrierDown
from phonebooth import serve
from tests.ground.carriers import carrier_at
from tests.phonebooth.running import ACCOUNT, CITIZEN, TOKEN, Hotline, until

ROOT = Path(__file__).parents[2]


def environment(hotline_url: str = "http://127.0.0.1:9") -> dict[str, str]:
    return os.environ | {
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "PUBLIC_BASE_URL": hotline_url,
        "HOTLINE_NUMBER": "12345",
    }


def is_up(url: str) -> bool:
    try:
        return requests.get(f"{url}/healthz", timeout=1).status_code == 200
    except requests.ConnectionError:
        return False


def test_it_serves_hangs_up_and_stops_when_told(hotline: Hotline) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "phonebooth", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, env=environment(hotline.url)) as process:
        try:
            url = f"http://127.0.0.1:{port}"
            until(lambda: is_up(url), 20)
            carrier = carrier_at(url, public_base_url=hotline.url)
            carrier.send_text(CITIZEN, "已受理", reference="m1")
            until(lambda: hotline.reports() == ["queued", "sent", "delivered"])
            for kind in ("drop", "cut"):
                fault = {"direction": "rest", "kind": kind}
                requests.post(f"{url}/control/faults", json=fault, auth=(ACCOUNT, TOKEN), timeout=5)
                with pytest.raises(CarrierDown):
                    carrier.send_text(CITIZEN, "已派单", reference="m2")
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
    assert not is_up(url)


def test_a_missing_setting_ends_it_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("TWILIO_AUTH_TOKEN")
    assert serve.main([]) == 2
    assert capsys.readouterr().err == "TWILIO_AUTH_TOKEN is not set.\n"


@pytest.mark.parametrize(
    ("bind", "is_loopback"),
    [("127.0.0.1", "yes"), ("::1", "yes"), ("localhost", "yes"), ("0.0.0.0", "no"), ("h", "no")],
)
def test_other_names_are_refused_only_on_the_loopback_address(bind: str, is_loopback: str) -> None:
    assert serve.is_loopback(bind) is (is_loopback == "yes")
