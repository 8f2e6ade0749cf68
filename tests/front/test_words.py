"""Every code has a word, every word a Chinese translation that keeps its values."""

import subprocess
import sys
from pathlib import Path

import pytest
from apiflask import APIFlask
from babel.messages.pofile import read_po
from flask_babel import force_locale

from hotline import access, labels
from hotline.tickets import kinds, states

ROOT = Path(__file__).parents[2]
PACKAGES = sorted({path.parents[3].name for path in ROOT.glob("*/translations/*/*/*.po")})
VOCABULARIES = [
    ("state", states.State),
    ("citizen_state", states.State),
    ("verb", states.Verb),
    ("event", states.Verb),
    ("channel", kinds.Channel),
    ("request_type", kinds.RequestType),
    ("urgency", kinds.Urgency),
    ("completion", kinds.Completion),
    ("refusal_reason", kinds.RefusalReason),
    ("filing_reason", kinds.FilingReason),
    ("service", kinds.Service),
    ("part", kinds.Role),
    ("staff_role", access.Role),
]


@pytest.mark.parametrize(("group", "codes"), VOCABULARIES, ids=lambda value: str(value))
def test_every_code_has_a_word(group: str, codes: type[states.State]) -> None:
    assert [code.value for code in codes if code.value not in labels.GROUPS[group]] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_every_msgid_of_a_package_is_translated(package: str) -> None:
    command = [sys.executable, str(ROOT / "script" / "catalogues"), "missing", package]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_label_is_translated() -> None:
    path = ROOT / "hotline" / "translations" / "zh_CN" / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        catalogue = read_po(file, locale="zh_CN")
    msgids = {msgid for table in labels.GROUPS.values() for msgid in table.values()}
    assert [
        msgid for msgid in msgids if not catalogue.get(msgid) or not catalogue[msgid].string
    ] == []


def test_words_within_a_vocabulary_differ() -> None:
    for group, table in labels.GROUPS.items():
        assert len(set(table.values())) == len(table), group


def test_an_unknown_code_is_shown_as_it_is() -> None:
    assert labels.msgid("state", "teleported") == "teleported"
    assert labels.msgid("satisfaction", 5) == "Very satisfied"


def test_a_constants_word_is_in_the_language_of_who_looks(app: APIFlask) -> None:
    page = app.jinja_env.from_string("{{ 'closed'|label('state') }} {{ 3|working_days }}")
    with app.test_request_context():
        with force_locale("zh_CN"):
            chinese = page.render()
        with force_locale("en"):
            english = page.render()
    assert "办结" in chinese and english == "Closed 3 working days"
