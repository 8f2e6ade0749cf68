"""Names that can be shown and saved anywhere, and who may have what."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.attachments import rules
from hotline.attachments.rules import Kind, Source

NAMES = {
    "现场照片.jpg": "现场照片.jpg",
    "../../etc/passwd": "passwd.jpg",
    "C:\\Users\\me\\现场.JPEG": "现场.jpg",
    "<script>alert(1)</script>.png": "script_.jpg",
    "a\u202egpj.exe": "agpj.jpg",
    "report.pdf.exe": "report.pdf.jpg",
    "=1+1.jpg": "1+1.jpg",
    "": "file.jpg",
    "...": "file.jpg",
    "a\x00b\r\nc.jpg": "abc.jpg",
    "整改.情况说明": "整改.情况说明.jpg",
    '"; rm -rf $HOME;.png': "__ rm -rf _HOME_.jpg",
}


@pytest.mark.parametrize(("given_name", "kept"), NAMES.items())
def test_a_name_is_cleaned(given_name: str, kept: str) -> None:
    assert rules.display_name(given_name, Kind.JPEG) == kept


@given(st.text(max_size=300), st.sampled_from(Kind))
def test_no_name_does_harm(name: str, kind: Kind) -> None:
    kept = rules.display_name(name, kind)
    assert 0 < len(kept) <= rules.LONGEST_NAME
    assert kept.endswith(rules.ENDINGS.get(kind, kind.value))
    assert not set(kept) & set('/\\<>"|?*:%;`$')
    assert all(unicodedata.category(one)[0] != "C" for one in kept)
    assert kept[0] not in "=+-@.~ "
    assert rules.display_name(kept, kind) == kept


@pytest.mark.parametrize("source", Source)
def test_who_is_shown_the_person_has_every_file(source: Source) -> None:
    assert rules.is_for(source, is_for_unit=False, is_confidential=True, sees_person=True)


# what · whether a unit has it
UNIT_HAS = """
citizen          yes
hotline          yes
unit             yes
citizen  hidden  no
hotline  hidden  no
unit     hidden  yes
citizen  marked  yes
hotline  marked  yes
"""


@pytest.mark.parametrize("line", [line for line in UNIT_HAS.splitlines() if line])
def test_a_unit_has_what_shows_nobody(line: str) -> None:
    source, *how, has = line.split()
    found = rules.is_for(
        Source(source),
        is_for_unit=how == ["marked"],
        is_confidential=bool(how),
        sees_person=False,
    )
    assert found is (has == "yes")
