"""One page that holds every macro, for the tests that look at all of them."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from hotline.worktime import Remaining

IMPORTS = """
{%- import "macros/page.html" as page -%}
{%- import "macros/table.html" as table -%}
{%- import "macros/show.html" as show -%}
{%- import "macros/forms.html" as forms -%}
"""

PAGE = (
    '{% extends "layout/WHO.html" %}'
    + IMPORTS
    + """
{% block title %}样张{% endblock %}
{% block heading %}{% call page.header('样张', '每个部件一次', back='/', back_label='返回') %}
  {{ page.link('/', '打印', icon_name='printer') }}
  {{ page.opener('sheet', '打开', kind='primary') }}
{% endcall %}{% endblock %}
{% block content %}
{{ page.tabs([('/', '待派单', True, 3), ('/x', '已派单', False, none)], '列表') }}
{% call forms.search('/', label='筛选') %}{{ forms.text('q', '关键词', prefix='s') }}
  {{ forms.submit('筛选', kind='plain', icon_name='filter') }}{% endcall %}
{% call(t) table.rows([('编号', 'narrow'), '状态', '时限', ('', 'narrow')], tickets, caption='工单',
                      empty_title='没有工单') %}
  <td>{{ show.number(t.number, '/x') }}</td>
  <td>{{ show.badge('in_progress') }} {{ show.urgency(t.urgency) }} {{ show.tag('补录') }}</td>
  <td>{{ show.due(now, t.lamp, t.left, provisional=True) }}</td>
  <td>{{ forms.button('/staff/sample', '签收', icon_name='signature') }}</td>
{% endcall %}
{% call(t) table.rows(['编号'], [], caption='空', empty_title='没有工单',
                      empty_text='稍后再看') %}{% endcall %}
{{ page.pager(next_url='/n', first_url='/') }}
<div class="columns columns-main-side"><div>
{% call page.card('表单', id='form') %}
{{ forms.problems(form, {'title': '标题', 'solved': '是否解决'}) }}
{% call forms.post('/staff/sample', confirm='确定提交吗？', id='reply') %}
  {{ forms.text('title', '标题', form=form, required=True, maxlength=200, hint='一句话') }}
  {{ forms.select('urgency', '紧急程度', label_options('urgency'), form=form, empty='请选择') }}
  {{ forms.textarea('body', '内容', form=form, maxlength=2000) }}
  {{ forms.radio('solved', '是否解决', label_options('solved'), form=form, required=True) }}
  {{ forms.checkbox('confidential', '保密', form=form, hint='承办单位看不到身份') }}
  {% call forms.actions() %}{{ forms.submit('提交') }}
    {{ forms.submit('退单', kind='strong') }}{% endcall %}
{% endcall %}{% endcall %}
{{ page.alert('停水公告', title='公告') }}{{ page.alert('出错了', kind='strong') }}
</div><div>
{% call page.card('过程', id='events') %}{{ show.timeline(events, '办理过程') }}{% endcall %}
{{ show.facts([('号码', show.phone('13812345678', '/staff/sample')),
               ('查询码', show.copy('483920')), ('时间', show.time(now)), ('备注', '')],
              keep=True) }}
{{ page.steps(['受理', '派单', '办理'], 2, '进度') }}{{ page.progress(3, 10, '重算') }}
{{ show.prose('第一行') }}
</div></div>
{% call page.dialog('sheet', '抽屉', drawer=True) %}<p>内容</p>{% endcall %}
{% endblock %}
"""
)

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
CONTEXT: dict[str, object] = {
    "now": NOW,
    "form": SimpleNamespace(
        values={"title": "路灯<不亮>", "urgency": "urgent"},
        errors={"title": "太短。", "solved": "请选择一项。"},
    ),
    "tickets": [
        SimpleNamespace(
            number=f"20261120000{index}",
            urgency=urgency,
            lamp=lamp,
            left=Remaining(index, 90, lamp in {"red", "purple"}),
        )
        for index, (lamp, urgency) in enumerate(
            [("green", "normal"), ("yellow", "urgent"), ("red", "critical"), ("purple", "normal")]
        )
    ],
    "events": [
        {"at": NOW, "title": "已签收", "text": "处理中", "actor": "王磊", "icon": "signature"},
        {"at": NOW - timedelta(days=9), "title": "市民催办", "is_strong": True},
    ],
}


def page(who: str) -> str:
    """The page in the staff's or the citizen's layout."""
    return PAGE.replace("WHO", who)
