"""What of a text may be kept: nobody's name, number, plate or door, and the matter all the same."""

import pytest

from kb.use.masking import covered, without_people

PEOPLE = [
    ("张建国反映路灯不亮", "张建国"),
    ("我叫王丽，电话不变", "王丽"),
    ("姓名：刘晓燕 今年退休", "刘晓燕"),
    ("请联系工作人员赵敏办理", "赵敏"),
    ("李先生来电咨询社保卡", "李先生"),
    ("孙女士家漏水", "孙女士"),
    ("欧阳娜娜问公交卡", "欧阳娜娜"),
    ("买买提·艾力反映占道", "买买提"),
    ("我是退休人员陈志强的女儿", "陈志强"),
    ("申请人：诸葛明亮，办低保", "诸葛明亮"),
    ("Mr. Smith asks for a card", "Smith"),
    ("Hello, my name is John Brown", "Brown"),
]
NUMBERS = [
    ("电话13812345678停水", "138"),
    ("电话 138 1234 5678", "1234"),
    ("电话138-1234-5678", "5678"),
    ("+86 13812345678", "138"),
    ("１３８１２３４５６７８", "１３８"),
    ("一三八一二三四五六七八", "一三八"),
    ("幺三八、一二三四、五六七八", "五六"),
    ("座机0335-3012345", "3012345"),
    ("座机（0335）3012345", "3012345"),
    ("尾号5678", "5678"),
    ("身份证130302198501011234", "1985"),
    ("身份证13030219850101123X", "1985"),
    ("护照E12345678", "12345678"),
    ("户号 0012345678", "12345"),
    ("卡号6222 0212 3456 7890", "7890"),
    ("信用代码91130300MA07ABCD1X", "MA07"),
    ("微信号：zhang_san88", "zhang"),
    ("QQ 12345678", "5678"),
    ("邮箱 zhang.san@example.com", "zhang"),
    ("工单编号2026110112345", "20261101"),
    ("1985年3月12日出生", "1985"),
]
PLATES = [
    ("冀C12345占道停车", "12345"),
    ("冀 C·D1234 违停", "D1234"),
    ("冀CD12345新能源车", "D12345"),
    ("京A8888警", "8888"),
    ("车牌号 C1234* 的车", "1234"),
]
DOORS = [
    ("文化路128号漏水", "128"),
    ("3号楼2单元501室停暖", "501"),
    ("十二栋三单元", "十二"),
    ("住3-2-501", "501"),
    ("12#3号楼501", "501"),
    ("玉带湾小区停水", "玉带"),
    ("B座 1203", "1203"),
]
KEPT = [
    "公积金怎么提取",
    "供热报停要在供热开始前办理。带身份证到营业厅填写申请。",
    "请拨打12345或95598、400-123-4567咨询",
    "补贴标准为每月3000元，2026年11月1日起执行，冀政办〔2023〕12号",
    "缴费基数为 5,200 元至 26,000 元",
    "时间是周一至周五8:30-17:30，20个工作日办结",
    "老旧小区加装电梯",
    "请到海港区政务服务中心3楼12号窗口办理",
    "养老金认证每年一次，2026-11-01起可在手机上办",
]


@pytest.mark.parametrize(("text", "secret"), PEOPLE + NUMBERS + PLATES + DOORS)
def test_whoever_is_meant_is_covered(text: str, secret: str) -> None:
    assert secret not in covered(text)
    assert secret not in without_people(text)


@pytest.mark.parametrize("text", KEPT)
def test_what_the_matter_is_stays(text: str) -> None:
    assert covered(text) == text
    assert without_people(text) == text


@pytest.mark.parametrize(("text", "_secret"), PEOPLE + NUMBERS[:10] + PLATES)
def test_a_sentence_about_somebody_is_left_out_whole(text: str, _secret: str) -> None:
    rest = "请带身份证到营业厅办理。"
    assert without_people(f"{text}。{rest}") == rest


def test_names_that_are_known_go_wherever_they_stand() -> None:
    assert "蔡琴" not in covered("蔡琴的诉求", ["蔡琴"])
    assert covered("路边的树", ["路"]) == "路边的树"
    assert "Otto" not in covered("Otto asked twice", ["Otto"])


def test_any_text_is_read() -> None:
    for text in ("", " ", "\x00", "。" * 500, "1" * 30_000, "问" * 30_000, "\n\n\n"):
        assert len(covered(text)) <= 20_000
        without_people(text)
