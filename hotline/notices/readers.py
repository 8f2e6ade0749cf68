"""What a changed notice sets off: pages that show notices look again."""

from hotline import live
from hotline.events import Fact, Reader
from hotline.notices.operations import CHANGED

TOPIC = "queue:notices"


def tell(_fact: Fact) -> None:
    """Tell everybody who is signed in."""
    live.tell([TOPIC], units=live.EVERYBODY)


READERS: list[Reader] = [(CHANGED, "notices.tell", tell)]
