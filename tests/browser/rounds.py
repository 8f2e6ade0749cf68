"""Every page there is: its addresses with arguments that exist, and who may open it.

Nothing is left out by forgetting: a route that answers GET and stands neither in `PLACES`, nor
without arguments, nor in `NO_PAGES` fails the tests that walk here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from apiflask import APIFlask

from hotline.access import PERMISSIONS, UNIT_ROLES, Role
from tests.house import walking
from tests.house.walking import Route

NOBODY = "nobody"
NO_PAGES = {
    "attachments.file": "a file",
    "attachments.picture": "a file",
    "attachments.thumbnail": "a file",
    "calendar.page": "goes on to a page",
    "callbacks.next_call": "goes on to a page",
    "dispatch.map_pins": "JSON",
    "drafts.draft": "JSON",
    "drafts.names": "JSON",
    "crawling.index": "for search engines",
    "crawling.part": "for search engines",
    "crawling.robots": "for search engines",
    "health.healthz": "for machines",
    "health.readyz": "for machines",
    "kb_files.file": "a file",
    "kb_files.public_file": "a file",
    "kb_posters.drawing": "a picture",
    "kb_posters.picture": "a picture",
    "kb_transfer.preview": "a file that was given; looked at in tests/kb",
    "live.counts": "JSON",
    "live.stream": "a stream",
    "portal.file": "a file",
    "portal.picture": "a file",
    "portal.speak": "goes on to a page",
    "recordings.sound": "a file",
    "static": "files",
    "voice.prompt": "a file",
    "warnings.open_one": "goes on to a page",
}
FRAGMENTS = {
    "calendar.progress",
    "callbacks.foresight",
    "changing.outlook",
    "console.around",
    "console.caller",
    "console.waiting",
    "dispatch.earlier",
    "followups.acceptances",
    "kb_fragments.pick",
    "kb_fragments.picked",
    "kb_fragments.to_text",
    "phone.callers",
    "phone.reachable",
    "phone.shown",
    "portal.received_text",
}
"""Parts of pages: only their words are looked at by themselves."""
STATES = (
    *("received", "pending_dispatch", "pending_signature", "in_progress", "return_requested"),
    *("in_review", "awaiting_callback", "closed", "answered", "refused", "confidential"),
)
TABS = ("to_sign", "in_progress", "sent_back", "return_asked", "in_review", "redo", "closed")
LEARNED = ("proposals", "complaints", "figures", "dismissed")
SUPERVISED = ("today", "cards", "calls", "orders", "dissatisfied", "returns", "late")
PLACES = {
    "/calls": ["/calls", "/calls?owed=1"],
    "/calls/<ref>": ["/calls/{call}"],
    "/admin/calendar/<int:year>": ["/admin/calendar/2026", "/admin/calendar/2028"],
    "/admin/lines/<number>": ["/admin/lines/{line}"],
    "/admin/staff/<username>": ["/admin/staff/handler"],
    "/admin/units/<code>": ["/admin/units/D16"],
    "/answers": ["/answers", "/answers?q=供热", "/answers?q=火星", "/answers?category=T01"],
    "/answers/<number>": ["/answers/{article}"],
    "/callbacks/<number>": ["/callbacks/{awaiting_callback}"],
    "/callbacks/<number>/foresight": ["/callbacks/{awaiting_callback}/foresight?satisfied=1"],
    "/callbacks/decisions/<number>": ["/callbacks/decisions/{decision}"],
    "/console": ["/console", "/console?item={received}", "/console?channel=sms"],
    "/console/around": ["/console/around", "/console/around?item={received}"],
    "/console/caller": ["/console/caller?phone=13800000000", "/console/caller?phone=12"],
    "/dispatch": ["/dispatch", "/dispatch?ticket={pending_dispatch}", "/dispatch?urgency=critical"],
    "/dispatch/review": [
        "/dispatch/review",
        "/dispatch/review?ticket={in_review}",
        "/dispatch/review?tab=returns",
        "/dispatch/review?tab=returns&ticket={return_requested}",
    ],
    "/dispatch/together": ["/dispatch/together?numbers={pending_dispatch}&numbers={other}"],
    "/kb": ["/kb", "/kb?q=供热", "/kb?category=T0101"],
    "/kb/<number>": ["/kb/{article}", "/kb/{draft}"],
    "/kb/<number>/poster": ["/kb/{article}/poster"],
    "/kb/<number>/revisions": ["/kb/{article}/revisions"],
    "/kb/<number>/revisions/<int:version>": ["/kb/{article}/revisions/1"],
    "/kb/<number>/edit": ["/kb/{draft}/edit"],
    "/answers/<number>/thanks": [
        "/answers/{article}/thanks?helped=yes",
        "/answers/{article}/thanks",
    ],
    "/kb/<number>/text": ["/kb/{article}/text?phone=13800000000", "/kb/{article}/text"],
    "/kb/learning": ["/kb/learning", *(f"/kb/learning?tab={tab}" for tab in LEARNED)],
    "/kb/pick": ["/kb/pick?q=供热"],
    "/kb/pick/<number>": ["/kb/pick/{article}"],
    "/notices": ["/notices", "/notices?phase=past"],
    "/outages": ["/outages", "/outages?place=玉带湾小区"],
    "/rate/<token>": ["/rate/{asked}"],
    "/rate/<token>/thanks": ["/rate/{rated}/thanks"],
    "/report": ["/report", "/report?channel=mailbox"],
    "/report/received/<token>": ["/report/received/{receipt}"],
    "/report/received/<token>/text": ["/report/received/{receipt}/text"],
    "/search": ["/search", "/search?q=夜市", "/search?state=closed", "/search?q=火星"],
    "/tickets/<number>": [f"/tickets/{{{state}}}" for state in STATES],
    "/tickets/<number>/change": ["/tickets/{in_progress}/change"],
    "/tickets/<number>/change/outlook": ["/tickets/{in_progress}/change/outlook?urgency=urgent"],
    "/tickets/<number>/earlier": ["/tickets/{in_progress}/earlier"],
    "/tickets/<number>/letter": ["/tickets/{closed}/letter"],
    "/tickets/<number>/order": ["/tickets/{in_progress}/order"],
    "/tickets/<number>/print": ["/tickets/{in_review}/print"],
    "/supervision": [
        "/supervision",
        *(f"/supervision?tab={tab}" for tab in SUPERVISED),
        "/supervision?tab=clocks&unit=D16&lamp=green",
    ],
    "/tickets/<number>/orders/<int:order_id>": ["/tickets/{ordered}/orders/{order}"],
    "/tickets/<number>/split": ["/tickets/{pending_dispatch}/split"],
    "/track/<number>": ["/track/{own}"],
    "/track/<number>/rate": ["/track/{ratable}/rate"],
    "/unit": ["/unit", *(f"/unit?tab={tab}" for tab in TABS)],
}
OWN = ("people.account", "people.confirm")
TAG = re.compile(r"<(/?[a-z][a-z0-9]*)((?:\s+[^\s=>]+(?:=(?:\"[^\"]*\"|'[^']*'))?)*)\s*/?>")
CLASSES = re.compile(r"\bclass=\"([^\"]*)\"")


@dataclass(frozen=True)
class Visit:
    """An address, opened by somebody in a role; a fragment is no page of its own."""

    who: str
    path: str
    is_fragment: bool


def visits(app: APIFlask, known: dict[str, str]) -> Iterator[Visit]:
    """Every address as everybody who may come in there."""
    for one in walking.routes(app):
        if one.method != "GET" or one.is_api or one.is_webhook or one.endpoint in NO_PAGES:
            continue
        for path in places(one):
            for who in _who(one):
                yield Visit(who, path.format_map(known), one.endpoint in FRAGMENTS)


def places(route: Route) -> list[str]:
    """The addresses at which this page is looked at."""
    if "<" not in route.rule:
        return PLACES.get(route.rule, [route.rule])
    assert route.rule in PLACES, f"{route.rule} stands neither in PLACES nor in NO_PAGES"
    return PLACES[route.rule]


def shape(text: str) -> tuple[int, int]:
    """What the page is made of, around its main part and in it; words and numbers left out.

    What a page loads follows from both: its own scripts from what is in it, the others from who
    looks at it.
    """
    around, _, main = text.partition("<body")[2].partition("<main")
    return _shape(around), _shape(main)


def is_of_unit(who: str) -> bool:
    """Whether these people also work on a phone."""
    return who in {role.value for role in UNIT_ROLES}


def _shape(text: str) -> int:
    tags = [
        (tag, found.group(1) if (found := CLASSES.search(given)) else "")
        for tag, given in TAG.findall(text)
    ]
    return hash(tuple(tags))


def _who(route: Route) -> list[str]:
    if route.endpoint in OWN:
        return [role.value for role in Role]
    if route.permission is None:
        return [NOBODY]
    return [role.value for role in Role if route.permission in PERMISSIONS[role]]
