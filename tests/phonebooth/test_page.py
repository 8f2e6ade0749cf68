"""The citizen's phone without a script, and who may make it send."""

import re

import pytest
import requests

from phonebooth.pages import PRESETS
from tests.phonebooth.running import CITIZEN, Booth, Hotline, running_booth, settings, until

OTHER = "+8613933350002"


def page(booth: Booth, path: str = "/", **cookies: str) -> str:
    answer = requests.get(booth.url + path, cookies=cookies, timeout=5)
    assert answer.status_code == 200
    return answer.text


def send(booth: Booth, path: str, **form: str) -> requests.Response:
    return requests.post(booth.url + path, data=form, timeout=5, allow_redirects=False)


def test_a_text_is_sent_by_the_plain_form_and_read_after_reloading(
    booth: Booth, hotline: Hotline
) -> None:
    hotline.answer = "<Response><Message>已受理 http://127.0.0.1:8000/track</Message></Response>"
    answer = send(booth, "/texts", phone=CITIZEN, body="<b>路灯</b>坏了\r\n两天了")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/?phone=%2B8613803350001"
    until(lambda: "已受理" in page(booth))  # nowhere before it has arrived
    shown = page(booth, answer.headers["Location"])
    assert "&lt;b&gt;路灯&lt;/b&gt;坏了\n两天了" in shown
    assert "已送达热线" in shown
    assert '<a href="http://127.0.0.1:8000/track" target="_blank"' in shown
    assert hotline.texts()[0].fields["Body"] == "<b>路灯</b>坏了\n两天了"


@pytest.mark.parametrize(
    ("form", "note", "words"),
    [
        ({"phone": CITIZEN, "body": " "}, "empty", "短信是空的"),
        ({"phone": CITIZEN, "body": "长" * 1601}, "long", "短信太长"),
        ({"phone": "12345", "body": "你好"}, "number", "不像一个手机号码"),
        ({}, "number", "不像一个手机号码"),
        ({"phone": OTHER, "body": "你好"}, "off", "先开机"),
    ],
)
def test_what_cannot_be_sent_is_explained(
    booth: Booth, form: dict[str, str], note: str, words: str
) -> None:
    send(booth, "/power", phone=OTHER, is_off="1")
    answer = send(booth, "/texts", **form)
    assert f"note={note}" in answer.headers["Location"]
    assert words in page(booth, answer.headers["Location"])
    assert booth.exchange.store.newest_first() == []


def test_a_full_network_says_so() -> None:
    with running_booth(settings(longest_backlog=-1)) as full:
        answer = send(full, "/texts", phone=CITIZEN, body="你好")
        assert "电话亭太忙" in page(full, answer.headers["Location"])


def test_phones_that_were_added_are_remembered(booth: Booth) -> None:
    session = requests.Session()
    for last in range(6):
        number = f"1500335000{last}"
        session.post(f"{booth.url}/phones", data={"number": number}, timeout=5)
    shown = session.get(booth.url, timeout=5).text
    session.close()
    listed = re.findall(r'class="digits">(\d{3} \d{4} \d{4})</span>\n', shown)
    assert listed[:3] == ["138 0335 0001", "139 3335 0002", "152 3035 0003"]
    assert listed[3:7] == [f"150 0335 000{last}" for last in (2, 3, 4, 5)]
    assert "<title>150 0335 0005" in shown


def test_a_preset_is_not_remembered_twice_and_a_wrong_number_is_explained(booth: Booth) -> None:
    answer = send(booth, "/phones", number="13803350001")
    assert "booth_added" not in answer.headers.get("Set-Cookie", "")
    answer = send(booth, "/phones", number="abc")
    shown = page(booth, answer.headers["Location"])
    assert "不像一个手机号码" in shown
    assert "details open" in re.sub(r'class="add"\s*', "", shown)


def test_spoilt_cookies_and_addresses_show_a_phone_all_the_same(booth: Booth) -> None:
    shown = page(booth, "/?phone=%00&draft=99&note=x", booth_added="<b>...1", booth_last="'")
    assert "138 0335 0001" in shown
    assert "<b>.." not in shown
    assert page(booth, "/?draft=²")


def test_an_example_is_filled_in_by_its_link(booth: Booth) -> None:
    shown = page(booth, "/?draft=1")
    assert re.search(r">\s*你好，我家在北戴河区[^<]+</textarea>", shown)


def test_a_phone_can_be_switched_off_and_on(booth: Booth) -> None:
    send(booth, "/power", phone=CITIZEN, is_off="1")
    assert "手机已关机" in page(booth)
    send(booth, "/power", phone=CITIZEN, is_off="0")
    assert "手机已关机" not in page(booth)


def test_updates_come_only_when_there_are_any(booth: Booth) -> None:
    first = requests.get(f"{booth.url}/live", params={"phone": CITIZEN}, timeout=5).json()
    query = {"phone": CITIZEN, "seen": first["seen"]}
    assert requests.get(f"{booth.url}/live", params=query, timeout=5).status_code == 204
    booth.exchange.text_hotline(CITIZEN, "路灯坏了")
    news = requests.get(f"{booth.url}/live", params=query, timeout=5).json()
    assert "路灯坏了" in news["conversation"]
    assert "路灯坏了" in news["phones"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1:8000"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
@pytest.mark.parametrize("path", ["/texts", "/phones", "/power"])
def test_another_sites_page_can_send_nothing(
    booth: Booth, path: str, headers: dict[str, str]
) -> None:
    form = {"phone": CITIZEN, "body": "你好", "number": OTHER, "is_off": "1"}
    answer = requests.post(booth.url + path, data=form, headers=headers, timeout=5)
    assert answer.status_code == 403
    assert booth.exchange.store.revision == 0


def test_its_own_page_can(booth: Booth) -> None:
    for headers in ({"Origin": booth.url}, {"Sec-Fetch-Site": "same-origin"}):
        form = {"phone": CITIZEN, "body": "你好"}
        answer = requests.post(
            f"{booth.url}/texts", data=form, headers=headers, timeout=5, allow_redirects=False
        )
        assert answer.status_code == 303


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8001", "127.0.0.1.evil.example"])
def test_another_sites_name_for_this_address_reads_nothing(booth: Booth, host: str) -> None:
    for path in ("/", "/live", "/static/phone.js"):
        answer = requests.get(booth.url + path, headers={"Host": host}, timeout=5)
        assert answer.status_code == 400
        assert PRESETS[0] not in answer.text


@pytest.mark.parametrize("host", ["localhost:8001", "127.0.0.1"])
def test_the_loopback_names_are_known(booth: Booth, host: str) -> None:
    assert requests.get(booth.url, headers={"Host": host}, timeout=5).status_code == 200


def test_every_answer_is_guarded(booth: Booth) -> None:
    for path in ("/", "/live", "/healthz", "/static/phone.css", "/nothing"):
        headers = requests.get(booth.url + path, timeout=5).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"


def test_too_large_a_request_is_refused(booth: Booth) -> None:
    assert send(booth, "/texts", phone=CITIZEN, body="x" * 300_000).status_code == 413
