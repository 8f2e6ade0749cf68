"""The phone to speak on, in a real browser: dialled, heard, keyed, spoken into, rung."""

import pytest
from playwright.sync_api import Browser, expect

from tests.phonebooth.calling import VOICE, library
from tests.phonebooth.running import CITIZEN, Booth, Hotline, until
from tests.phonebooth.test_browser import assert_clean, browser, opened

__all__ = ["browser"]

pytestmark = pytest.mark.browser
MENU = (
    '<Response><Gather numDigits="1" timeout="20" action="/webhooks/carrier/voice/menu">'
    "<Say>查询进度请按1</Say></Gather></Response>"
)
ASKS = (
    '<Response><Gather input="dtmf speech" timeout="20" action="/webhooks/carrier/voice/words">'
    "<Say>请说</Say></Gather></Response>"
)


def test_a_call_is_dialled_keyed_spoken_and_hung_up(
    browser: Browser, booth: Booth, hotline: Hotline
) -> None:
    hotline.documents = {VOICE: MENU, f"{VOICE}/menu": ASKS}
    page = opened(browser, booth)
    page.get_by_role("button", name="拨打").click()
    talk = page.locator("#call-talk")
    expect(talk).to_contain_text("查询进度请按1")
    page.get_by_role("button", name="1", exact=True).click()
    expect(talk).to_contain_text("请说")
    page.get_by_label("说一句话").fill("楼道里有煤气味")
    page.get_by_role("button", name="说", exact=True).click()
    until(lambda: hotline.of(f"{VOICE}/words"))
    assert hotline.of(f"{VOICE}/menu")[0].fields["Digits"] == "1"
    assert hotline.of(f"{VOICE}/words")[0].fields["SpeechResult"] == "楼道里有煤气味"
    expect(talk).to_contain_text("通话结束")
    expect(page.get_by_role("button", name="拨打")).to_be_visible()
    assert_clean(page)
    page.close()


def test_the_phone_rings_is_answered_and_a_lost_page_comes_back_to_its_call(
    browser: Browser, booth: Booth, hotline: Hotline
) -> None:
    hotline.documents = {VOICE: ASKS}
    page = opened(browser, booth)
    expect(page.locator("#call-state")).to_have_text("空闲")
    library(booth).calls.create(to=CITIZEN, from_="+8633512345", url=hotline.url + VOICE)
    expect(page.get_by_role("alert").filter(has_text="来电")).to_be_visible()
    page.get_by_role("button", name="接听").click()
    expect(page.locator("#call-talk")).to_contain_text("请说")
    page.reload()
    expect(page.locator("#call-state")).to_contain_text("通话中")
    page.get_by_role("button", name="挂断").click()
    expect(page.locator("#call-talk")).to_contain_text("通话结束")
    assert_clean(page)
    page.close()
