"""The history names the files that were added, as far as the viewer may have them."""

from flask.testing import FlaskClient

from hotline.access import Role
from hotline.attachments.rules import Source
from hotline.tickets import parts, story
from hotline.tickets.story import Told
from tests import factories
from tests.attachments import town
from tests.dispatch import samples
from tests.factories import NOW


def test_added_files_are_named_where_they_were_added(client: FlaskClient) -> None:
    ticket = samples.signed()
    town.added(ticket, Source.HOTLINE, name="route.pdf")
    factories.sign_in(client, factories.staff("ope", Role.OPERATOR))
    page = client.get(f"/tickets/{ticket.number}").get_data(as_text=True)
    assert page.count("route.pdf") == 2


def test_what_completes_an_event_stands_nowhere_else() -> None:
    event = Told(NOW, "Files", "", "", "", is_strong=False, kind="attached")
    names = Told(NOW, "", "", "", "", is_strong=False, lines=("a.pdf",), completes="attached")
    assert [one.lines for one in story.woven([event], [names])] == [("a.pdf",)]
    assert story.woven([], [names]) == []
    assert parts.told([]) == []
