"""Every package that speaks has its catalogue; that each is complete stands in `tests/front`."""

import re

import wsgi
from tests.house import tree

SPEAKS = re.compile(r"\b(?:gettext|ngettext|N_|_)\(\s*[\"']")
# The stand-in carrier shares nothing with us, and says what it says in one language.
SILENT = {"phonebooth"}


def test_every_package_that_speaks_has_a_catalogue_and_is_looked_up() -> None:
    speaking = {
        package
        for package in set(tree.PACKAGES) - SILENT
        for ending in (".py", ".html", ".txt")
        for path in tree.files(package, ending=ending)
        if SPEAKS.search(path.read_text(encoding="utf-8"))
    }
    catalogue = "translations/zh_CN/LC_MESSAGES/messages.po"
    assert {one for one in speaking if not (tree.ROOT / one / catalogue).exists()} == set()
    assert speaking <= set(wsgi.PACKAGES)


def test_texts_are_written_in_every_language() -> None:
    """A text message has its words in a file of its own, one a language."""
    folder = tree.ROOT / "hotline" / "messages" / "templates" / "texts"
    languages = {one.name: {path.name for path in one.iterdir()} for one in folder.iterdir()}
    assert languages.keys() == {"zh_CN", "en"}
    assert languages["zh_CN"] == languages["en"]
