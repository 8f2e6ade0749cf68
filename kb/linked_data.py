"""What search engines are told of a public page besides its words: schema.org as JSON-LD.

Decided here: which facts stand in it. They are the page's own, never more: an item guide is a
GovernmentService, everything else a question with its answer, and each says where it stands among
the categories. The element is data to a browser, not a program, so that the policy lets it be;
`htmlsafe_json_dumps` keeps any word of an article from ending it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from kb.reading import Shown
from kb.rules import Kind

CONTEXT: Final = "https://schema.org"
LONGEST_DESCRIPTION: Final = 150
Trail = Sequence[tuple[str, str]]


def description(text: str) -> str:
    """The first words of an answer, as a search engine shows them."""
    words = " ".join(text.split())
    if len(words) <= LONGEST_DESCRIPTION:
        return words
    return words[: LONGEST_DESCRIPTION - 1].rstrip() + "…"


def script(article: Shown, text: str, *, url: str, trail: Trail) -> Markup:
    """The element for a page's head; `trail` holds (name, address) from the top down."""
    what = _service if article.kind is Kind.ITEM_GUIDE else _answered
    graph = [what(article, text, url), _breadcrumbs(trail, article.title, url)]
    data = htmlsafe_json_dumps({"@context": CONTEXT, "@graph": graph}, ensure_ascii=False)
    return Markup('<script type="application/ld+json">{}</script>').format(data)


def _service(article: Shown, text: str, url: str) -> dict[str, Any]:
    guide = article.guide
    return _filled(
        {
            "@type": "GovernmentService",
            "@id": url,
            "url": url,
            "name": article.title,
            "description": description(text),
            "audience": _named("Audience", "audienceType", guide.get("who")),
            "provider": _named("GovernmentOrganization", "name", _unit(article)),
            "dateModified": article.updated_at.date().isoformat(),
            "availableChannel": _filled(
                {
                    "@type": "ServiceChannel",
                    "servicePhone": _named("ContactPoint", "telephone", guide.get("phone")),
                    "serviceUrl": _address(guide.get("online_address")),
                    "serviceLocation": _named("Place", "address", guide.get("place")),
                }
            ),
        }
    )


def _answered(article: Shown, text: str, url: str) -> dict[str, Any]:
    answer = {"@type": "Answer", "text": text}
    question = {"@type": "Question", "name": article.title, "acceptedAnswer": answer}
    return {
        "@type": "FAQPage",
        "@id": url,
        "url": url,
        "dateModified": article.updated_at.date().isoformat(),
        "mainEntity": [question],
    }


def _breadcrumbs(trail: Trail, title: str, url: str) -> dict[str, Any]:
    steps = [
        {"@type": "ListItem", "position": place, "name": name, "item": address}
        for place, (name, address) in enumerate([*trail, (title, url)], 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": steps}


def _unit(article: Shown) -> str | None:
    return article.unit[1] if article.unit else None


def _named(kind: str, field: str, value: str | None) -> dict[str, str] | None:
    return {"@type": kind, field: value} if value else None


def _address(value: str | None) -> str | None:
    return value if value and value.startswith(("https://", "http://")) else None


def _filled(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value}
