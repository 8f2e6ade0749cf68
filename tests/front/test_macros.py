"""The macros give labelled, bound, escaped fields; forms carry what makes sending them safe."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest
from flask import Flask
from flask_babel import force_locale

from hotline import clock, templating
from hotline.worktime import Remaining

Render = Callable[..., str]
FORM = SimpleNamespace(
    values={"title": '"><b>路灯', "unit": "d14", "solved": "no", "ok": "1"},
    errors={"title": "太短。", "solved": "请选择一项。"},
)


class Elements(HTMLParser):
    """Every start tag with its attributes, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def one(self, tag: str, **wanted: str) -> dict[str, str]:
        """The only such element's attributes."""
        fits = [held for name, held in self.found if name == tag and wanted.items() <= held.items()]
        assert len(fits) == 1, (tag, wanted, len(fits))
        return fits[0]


@pytest.mark.parametrize(
    ("call", "tag"),
    [
        ("forms.text('title', '标题', form=form, required=True, hint='一句话')", "input"),
        ("forms.textarea('title', '标题', form=form, required=True, hint='一句话')", "textarea"),
        (
            "forms.select('title', '标题', [('a', 'A')], form=form, required=True, hint='x')",
            "select",
        ),
    ],
)
def test_field_is_labelled_and_bound_to_hint_and_error(render: Render, call: str, tag: str) -> None:
    html = render("{{ " + call + " }}", form=FORM)
    page = Elements(html)
    field = page.one(tag, name="title")
    assert page.one("label", **{"for": field["id"]})
    assert field["aria-describedby"] == "f-title-hint f-title-error"
    assert field["aria-invalid"] == "true"
    assert "required" in field
    assert page.one("p", id="f-title-hint")
    assert page.one("p", id="f-title-error")
    assert "太短。" in html


def test_values_are_filled_in_again_and_escaped(render: Render) -> None:
    html = render("{{ forms.text('title', '标题', form=form) }}", form=FORM)
    assert Elements(html).one("input")["value"] == '"><b>路灯'
    assert "<b>" not in html
    area = render("{{ forms.textarea('title', '标题', form=form) }}", form=FORM)
    assert '"&gt;<b>' not in area
    assert "&lt;b&gt;路灯</textarea>" in area


def test_passwords_are_never_filled_in(render: Render) -> None:
    typed = SimpleNamespace(values={"password": "hunter2"}, errors={})
    html = render("{{ forms.text('password', '密码', form=form, type='password') }}", form=typed)
    assert "hunter2" not in html


def test_select_keeps_the_choice(render: Render) -> None:
    groups = [("市直", [("d14", "甲"), ("d15", "乙")])]
    call = "{{ forms.select('unit', '单位', groups=groups, form=form) }}"
    page = Elements(render(call, form=FORM, groups=groups))
    assert "selected" in page.one("option", value="d14")
    assert "selected" not in page.one("option", value="d15")


def test_radio_group_is_a_named_group_with_its_error(render: Render) -> None:
    call = "{{ forms.radio('solved', '是否解决', label_options('solved'), form=form) }}"
    html = render(call, form=FORM)
    page = Elements(html)
    group = page.one("fieldset", role="radiogroup")
    assert group["aria-describedby"] == "f-solved-error"
    assert "checked" in page.one("input", value="no")
    assert "<legend" in html and "请选择一项。" in html


def test_two_forms_on_one_page_have_different_ids(render: Render) -> None:
    page = Elements(
        render("{{ forms.text('note', 'A') }}{{ forms.text('note', 'B', prefix='g') }}")
    )
    assert page.one("input", id="f-note")["name"] == page.one("input", id="g-note")["name"]


def test_post_form_carries_csrf_token_and_nonce(render: Render) -> None:
    page = Elements(render("{% call forms.post('/x', confirm='真的？') %}{% endcall %}"))
    assert page.one("form")["method"] == "post"
    assert page.one("form")["data-confirm"] == "真的？"
    assert page.one("input", name="csrf_token")["value"]
    assert page.one("input", name="_key")["value"] == "a-nonce"


def test_button_is_a_whole_form(render: Render) -> None:
    page = Elements(render("{{ forms.button('/x', '签收', fields={'id': 3}) }}"))
    assert page.one("input", name="id")["value"] == "3"
    assert page.one("button")["type"] == "submit"


def test_problems_link_to_the_fields(render: Render) -> None:
    html = render("{{ forms.problems(form, {'title': '标题'}) }}", form=FORM)
    assert Elements(html).one("a")["href"] == "#f-title"
    assert render("{{ forms.problems(none) }}").strip() == ""


@pytest.mark.parametrize("lamp", ["green", "yellow", "red", "purple"])
def test_a_lamp_never_speaks_by_colour_alone(render: Render, lamp: str) -> None:
    html = render("{{ show.lamp(lamp) }}", lamp=lamp)
    assert "</svg>" in html
    assert html.split("</svg>")[1].strip("\n </span>")


def test_lamps_have_four_shapes(render: Render) -> None:
    shapes = {
        render("{{ show.lamp(lamp) }}", lamp=lamp).split("<svg")[1].split("</svg>")[0]
        for lamp in ["green", "yellow", "red", "purple"]
    }
    assert len(shapes) == 4


def test_phone_is_masked_and_unmasking_is_a_post(render: Render) -> None:
    html = render("{{ show.phone('13812345678', '/reveal') }}")
    assert "13812345678" not in html
    assert "138****5678" in html
    assert Elements(html).one("form", action="/reveal")["method"] == "post"


def test_empty_table_says_what_to_do(render: Render) -> None:
    call = "{% call(t) table.rows(['A'], [], '表', '没有工单', '先看办理中的') %}{% endcall %}"
    html = render(call)
    assert "<table" not in html
    assert "先看办理中的" in html


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (Remaining(1, 180, is_overdue=False), "剩 1 个工作日 3 小时"),
        (Remaining(0, 45, is_overdue=False), "剩 45 分钟"),
        (Remaining(0, 0, is_overdue=True), "已超时"),
        (Remaining(2, 0, is_overdue=True), "超 2 个工作日"),
        (timedelta(hours=26, minutes=5), "剩 1 天 2 小时"),
        (-timedelta(minutes=90), "超 1 小时 30 分钟"),
    ],
)
def test_time_left_in_words(app: Flask, left: Remaining | timedelta, words: str) -> None:
    with app.test_request_context("/staff/sample"):
        assert templating.remaining(left) == words


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (Remaining(1, 0, is_overdue=True), "1 working day over"),
        (Remaining(2, 60, is_overdue=False), "2 working days 1 h left"),
    ],
)
def test_one_day_is_no_days(app: Flask, left: Remaining, words: str) -> None:
    with app.test_request_context("/staff/sample"), force_locale("en"):
        assert templating.remaining(left) == words


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(seconds=20), "刚刚"),
        (timedelta(minutes=5), "5分钟前"),
        (timedelta(hours=3), "3小时前"),
        (-timedelta(hours=2), "2小时后"),
        (timedelta(days=30), "2026-10-21 17:30"),
    ],
)
def test_moments_in_words_with_the_exact_time_on_hover(
    app: Flask, monkeypatch: pytest.MonkeyPatch, age: timedelta, words: str
) -> None:
    now = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: now)
    with app.test_request_context("/staff/sample"):
        html = str(templating.when(now - age))
    assert f">{words}</time>" in html
    assert 'title="2026-' in html
    assert templating.when(None) == ""


def test_names_and_icons(app: Flask) -> None:
    assert templating.mask_name("欧阳娜娜") == "欧***"
    assert templating.mask_name(None) == ""
    with app.test_request_context("/staff/sample"):
        assert 'aria-hidden="true"' in templating.icon("lock")
        assert 'aria-label="保密"' in templating.icon("lock", "保密")
        with pytest.raises(KeyError):
            templating.asset("css/nowhere.css")
