"""Every door has somebody at it: public by this list, or a permission; a signature at webhooks."""

import ast
import inspect
import textwrap

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from tests import factories
from tests.house import crew, tree, walking
from tests.house.walking import Route

LONGEST_VIEW = 15
NO_JSON = {"Content-Type": "application/json"}

# Route → why everybody may come.
PUBLIC = {
    "GET /": "the citizens' front page",
    "GET /account": "for whoever is signed in, whatever their role; nobody else gets in",
    "POST /account/language": "for whoever is signed in, whatever their role",
    "POST /account/password": "for whoever is signed in, whatever their role",
    "GET /answers": "citizens read published answers",
    "GET /answers/<number>": "citizens read published answers",
    "GET /answers/<number>/files/<key>": "the pictures and files of a published answer",
    "GET /robots.txt": "search engines are told where the answers are",
    "GET /sitemap.xml": "search engines are told where the answers are",
    "GET /sitemaps/<int:part>.xml": "the addresses of public answers",
    "GET /api/docs": "the description of the API, to be read by people",
    "GET /api/openapi.json": "the description of the API holds no data",
    "POST /api/v1/tickets/<number>/supplement": "a citizen proves it with the query code",
    "POST /api/v1/tickets/<number>/appeal": "a citizen proves it with the query code",
    "POST /api/v1/tickets/<number>/urge": "a citizen proves it with the query code",
    "POST /api/v1/tickets/<number>/withdraw": "a citizen proves it with the query code",
    "GET /confirm": "one's own password once more; for whoever is signed in",
    "POST /confirm": "one's own password once more; guesses are limited",
    "GET /drafts": "one's own drafts; for whoever is signed in",
    "GET /drafts/<name>": "one's own drafts; for whoever is signed in",
    "PUT /drafts/<name>": "one's own drafts; for whoever is signed in",
    "DELETE /drafts/<name>": "one's own drafts; for whoever is signed in",
    "POST /drafts/<name>/discard": "one's own drafts; for whoever is signed in",
    "GET /healthz": "watched from outside; says only that the process lives",
    "GET /language/<language>": "everybody chooses their language; only the session remembers",
    "GET /live": "what changes, as topics; for whoever is signed in, nobody else gets in",
    "GET /live/counts": "one's own navigation's counts; for whoever is signed in",
    "GET /login": "where one signs in",
    "POST /login": "where one signs in; guesses are limited",
    "POST /logout": "ends one's own session, also one that is over already",
    "GET /password": "opened by a temporary password just given, nothing else",
    "POST /password": "opened by a temporary password just given, nothing else",
    "GET /readyz": "watched from outside; says which kinds of process are missing",
    "GET /prompts/<language>/<key>.mp3": "the carrier plays it to callers",
    "GET /rate/<token>": "the secret link that only the citizen got by text",
    "POST /rate/<token>": "the secret link that only the citizen got by text",
    "GET /rate/<token>/thanks": "the secret link that only the citizen got by text",
    "GET /report": "citizens report here",
    "POST /report": "citizens report here",
    "GET /outages": "utilities announce outages to everybody",
    "GET /report/helped": "says that nothing was sent",
    "POST /report/settled": "that an answer made a report needless; nobody's words",
    "POST /answers/<number>/helpful": "whether a public answer helped; nobody's words",
    "GET /answers/<number>/thanks": "thanks for saying so",
    "POST /report/hints": "what is known of a matter, without anybody's words",
    "GET /report/received/<token>": "a signed token that only the reporter got",
    "GET /report/received/<token>/text": "a signed token that only the reporter got",
    "GET /static/<path:filename>": "styles, scripts and pictures",
    "GET /track": "citizens look up their matter",
    "POST /track": "citizens look up their matter; guesses are limited",
    "GET /track/<number>": "opened by number and query code",
    "GET /track/<number>/files/<key>": "opened by number and query code",
    "GET /track/<number>/files/<key>/picture": "opened by number and query code",
    "GET /track/<number>/rate": "opened by number and query code",
    "POST /track/<number>/rate": "opened by number and query code",
    "POST /track/<number>/supplement": "opened by number and query code",
    "POST /track/<number>/object": "opened by number and query code",
    "POST /track/<number>/answer": "opened by number and query code",
    "POST /track/<number>/urge": "opened by number and query code",
    "POST /track/<number>/withdraw": "opened by number and query code",
    "POST /track/leave": "closes what number and code opened",
    "POST /webhooks/carrier/sms": "signed by the carrier",
    "POST /webhooks/carrier/status/call": "signed by the carrier",
    "POST /webhooks/carrier/status/message": "signed by the carrier",
    "POST /webhooks/carrier/status/recording": "signed by the carrier",
    "POST /webhooks/carrier/voice": "signed by the carrier",
    "POST /webhooks/carrier/voice/<step>": "signed by the carrier",
    "POST /webhooks/carrier/voice/fallback": "signed by the carrier",
    "POST /webhooks/gateway/sms": "signed by the gateway",
}
# Public routes that the frameworks bring; they carry no mark of ours.
FRAMEWORKS = {"GET /static/<path:filename>", "GET /api/openapi.json"}
LONG_VIEWS: dict[str, str] = {}


def test_a_route_is_public_by_the_list_or_asks_for_a_permission(app: APIFlask) -> None:
    known = walking.routes(app)
    unguarded = {one.name for one in known if not one.is_guarded} - FRAMEWORKS
    assert not unguarded
    found = {one.name: "is public" for one in known if one.permission is None}
    tree.judge(found, PUBLIC)


def test_public_routes_for_staff_turn_others_away(app: APIFlask, client: FlaskClient) -> None:
    for method, path in (
        ("GET", "/account"),
        ("POST", "/account/password"),
        ("GET", "/live"),
        ("GET", "/live/counts"),
    ):
        answer = client.open(path, method=method, data=_with_token(client))
        assert answer.status_code in (302, 303)
        assert answer.location.startswith("/login")


def test_the_api_takes_tokens_and_no_session(app: APIFlask, client: FlaskClient) -> None:
    factories.sign_in(client, crew.one_in_all())
    taken = {
        one.name: str(status)
        for one in walking.routes(app)
        if one.is_api and one.permission is not None
        if (status := _status(app, client, one)) != 401
    }
    assert taken == {}


def test_pages_take_sessions_and_no_token(app: APIFlask, client: FlaskClient) -> None:
    headers = factories.bearer(crew.one_in_all())
    pages = [one for one in walking.routes(app) if not one.is_api and one.permission is not None]
    data = _with_token(client)
    for one in pages:
        path = walking.path_of(app, one)
        answer = client.open(path, method=one.method, data=data, headers=headers)
        assert answer.status_code in (302, 303), one.name
        assert answer.location.startswith("/login"), one.name


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Twilio-Signature": ""},
        {"X-Twilio-Signature": "not+a+signature=", "X-Signature": "00", "X-Timestamp": "1"},
        {"X-Twilio-Signature": "\u00e9", "X-Signature": "\u00e9", "X-Timestamp": "\u00b2"},
    ],
    ids=["missing", "empty", "wrong", "malformed"],
)
def test_a_webhook_that_is_not_signed_is_refused(
    app: APIFlask, client: FlaskClient, headers: dict[str, str]
) -> None:
    hooks = [one for one in walking.routes(app) if one.is_webhook]
    assert hooks
    event = {"MessageSid": "SM1", "From": "+8613812345678", "Body": "路灯不亮"}
    for one in hooks:
        path = walking.path_of(app, one)
        for body in ({"data": event}, {"json": event}, {"data": b"\xff\xfe\x00"}):
            answer = client.open(path, method=one.method, headers=headers, **body)
            assert answer.status_code == 403, one.name
            assert answer.get_data() == b"", one.name


def test_a_form_without_its_token_is_refused(app: APIFlask, client: FlaskClient) -> None:
    factories.sign_in(client, crew.one_in_all())
    taken = {
        one.name: str(status)
        for one in walking.routes(app)
        if one.method != "GET" and not one.is_api and not one.is_webhook
        if (status := _status(app, client, one)) != 400
    }
    assert taken == {}


def test_a_view_has_at_most_15_lines(app: APIFlask) -> None:
    found = {}
    for one in walking.routes(app):
        view = walking.innermost(one.view)
        if view.__module__.partition(".")[0] in tree.PACKAGES:
            lines = _lines(inspect.getsource(view))
            if lines > LONGEST_VIEW:
                found[f"{view.__module__}.{view.__name__}"] = f"{lines} lines"
    tree.judge(found, LONG_VIEWS)


def _lines(source: str) -> int:
    """Lines of a function below its name and docstring."""
    function = ast.parse(textwrap.dedent(source)).body[0]
    assert isinstance(function, tree.Function)
    body = function.body[1 if ast.get_docstring(function) is not None else 0 :]
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def _status(app: APIFlask, client: FlaskClient, one: Route) -> int:
    path = walking.path_of(app, one)
    return client.open(path, method=one.method, headers=NO_JSON if one.is_api else {}).status_code


def _with_token(client: FlaskClient) -> dict[str, str]:
    page = client.get("/login").get_data(as_text=True)
    return {"csrf_token": factories.hidden(page, "csrf_token")}
