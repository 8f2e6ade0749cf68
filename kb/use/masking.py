"""Taking people out of text: who, which number, which plate, which door; pure.

Decided here: what may not be kept of what citizens or units wrote. Two strengths: `covered`
puts a sign where something was, for what was searched; `without_people` leaves out every
sentence in which somebody could be meant, for words that are to be published. When in doubt it
goes: a name that was none costs a word, a name that stays costs a person.
"""

import re
from collections.abc import Iterable
from typing import Final

import rjieba

from kb.use import names

COVER: Final = "*"
PERSON: Final = "某"
SHORTEST_NAME: Final = 2
LONGEST: Final = 20_000

_WIDE: Final = {
    wide: wide - 0xFEE0
    for wide in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B), 0xFF0D)
}
_SPOKEN: Final = "零〇○一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖"
_BETWEEN: Final = r"[ \t\-—–_.·•/()]{0,3}"
_PROVINCES: Final = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领军警"
_COUNT: Final = r"[0-9零〇一二三四五六七八九十百两]+"

_MAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LINK: Final = re.compile(r"(?:https?://|www\.)[^\s，。；、）)]+", re.I)
_ACCOUNT: Final = re.compile(
    r"(微信号?|weixin|wechat|vx|v信|qq号?|抖音号?|快手号?|支付宝账?号?|账号|帐号|卡号|户号|编号|证号|密码|验证码|尾号)"
    r"\s*[是为:：]?\s*[A-Za-z0-9_\-]{4,}",
    re.I,
)
_PLATE: Final = re.compile(
    rf"[{_PROVINCES}]\s*[A-Za-z][·•.\-\s]*[A-Za-z0-9*]{{4,6}}[挂学警港澳超]?(?![A-Za-z0-9])"
)
_PLATE_ALONE: Final = re.compile(r"(车牌(?:号码?)?\s*[是为:：]?\s*)[A-Za-z0-9*·\-]{4,9}")
_DIGITS: Final = re.compile(
    rf"(?<![A-Za-z0-9])[A-Za-z]{{0,4}}\+?\d(?:{_BETWEEN}[\dXx*]){{5,}}[A-Za-z\d]*"
)
_MIXED: Final = re.compile(r"(?=[A-Za-z0-9]*\d[A-Za-z0-9]*\d[A-Za-z0-9]*\d)[A-Za-z0-9]{8,}")
_SAID: Final = re.compile(rf"[{_SPOKEN}](?:[ \-、,]?[{_SPOKEN}]){{5,}}")
_SERVICE: Final = re.compile(r"(?:400|800)-?\d{3}-?\d{4}|1[012]\d{3}|9\d{4}")
_DATE: Final = re.compile(r"20[12]\d[-./]\d{1,2}[-./]\d{1,2}")
_BORN: Final = re.compile(r"\d{2,4}\s*年\s*\d{1,2}\s*月\s*\d{0,2}\s*[日号]?\s*(?:出生|生人|生)")

_DOOR: Final = re.compile(
    rf"(?:{_COUNT}\s*(?:号楼|栋|幢|单元|号院|号房|室|户号?|门牌|弄|排)|[A-Za-z]\s*[座栋]|"
    r"(?<![\d\-])\d{1,3}[\-—]\d{1,2}[\-—]\d{2,4}(?![\d\-]))"
    rf"(?:\s*{_COUNT}(?:\s*[\-－—]\s*{_COUNT})*\s*(?:号楼|号|栋|幢|座|单元|楼|层|室|户|门)?)*"
)
_HOUSE: Final = re.compile(rf"(?<=[路街巷道里村屯庄镇])\s*{_COUNT}(?:\s*[\-－—]\s*{_COUNT})*\s*号")
_ESTATE: Final = "小区 花园 家园 公寓 新村 家属院 家属楼 华府 雅苑 名苑 府邸 胡同 宿舍 嘉园 新城"
_ESTATES: Final = frozenset(_ESTATE.split())
_PLACE_KINDS: Final = frozenset({"n", "nz", "ns", "nr", "nrt", "nt", "zg", "j", "eng", "ng"})

_FORM: Final = (
    "先生|女士|小姐|太太|阿姨|大爷|大妈|大叔|大哥|大姐|师傅|老师|同志|校长|院长|主任|科长|处长|局长|"
    "所长|队长|经理|医生|护士|警官|老板|书记"
)
_NAME: Final = rf"(?:{names.COMPOUND}|[{names.SURNAMES}])[\u4e00-\u9fff]"
_CALLED: Final = re.compile(rf"{_NAME}{{0,2}}?(?={_FORM})")
_LABELS: Final = (
    "我叫|名叫|叫做|本人|姓名|联系人|申请人|投诉人|举报人|报修人|当事人|法定代表人|负责人|经办人|"
    "承办人|户主|业主|患者|司机|车主|房东|租客|法人|机主|我是|署名"
)
_AFTER_NAME: Final = (
    r"[\s,。，、；;:：()（）0-9a-zA-Z]|$|[的住电身反来咨称说问已在于是和与今表要想家手]"
)
_TOLD: Final = re.compile(rf"((?:{_LABELS})\s*[是为叫:：]?\s*)({_NAME}{{1,2}})(?={_AFTER_NAME})")
_DOTTED: Final = re.compile(r"[\u4e00-\u9fff]{2,6}[·•][\u4e00-\u9fff]{2,8}")
_COMPOUND: Final = re.compile(rf"(?:{names.SURE})[\u4e00-\u9fff]{{1,2}}")
_SENTENCE: Final = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]?|\n")
_LATIN_NAME: Final = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Dr)\.?\s+[A-Z][a-z]+|(?<=name is )[A-Z][\w ]{1,30}"
    r"|(?<=I am )[A-Z][a-z]+(?: [A-Z][a-z]+)*"
)


def covered(text: str, known: Iterable[str] = ()) -> str:
    """The text with a sign for whatever tells of a person; `known` are names to look for."""
    return _covered(text, known)[0]


def without_people(text: str, known: Iterable[str] = ()) -> str:
    """The text without the sentences that tell of a person, and without doors and numbers."""
    known = tuple(known)
    kept = []
    for sentence in _SENTENCE.findall(text[:LONGEST]):
        clean, is_about_somebody = _covered(sentence, known)
        if not is_about_somebody:
            kept.append(clean)
    return re.sub(r"\n{2,}", "\n", "".join(kept)).strip()


def _covered(text: str, known: Iterable[str]) -> tuple[str, bool]:
    """The text with signs, and whether somebody was meant in it."""
    plain = text[:LONGEST].translate(_WIDE)
    before = plain
    plain = _named(plain, known)
    for pattern in (_MAIL, _LINK, _PLATE, _BORN):
        plain = pattern.sub(COVER, plain)
    for pattern in (_ACCOUNT, _PLATE_ALONE):
        plain = pattern.sub(rf"\1{COVER}", plain)
    plain = _DIGITS.sub(_unless_service, plain)
    for pattern in (_MIXED, _SAID):
        plain = pattern.sub(COVER, plain)
    is_about_somebody = plain != before
    for pattern in (_HOUSE, _DOOR):
        plain = pattern.sub(COVER, plain)
    plain = _without_estates(plain)
    return re.sub(r"\*[\s*]*\*", COVER, plain), is_about_somebody


def _named(text: str, known: Iterable[str]) -> str:
    """Without the names that are known, told, called by a title, or looking like one."""
    for name in sorted({one.strip() for one in known}, key=len, reverse=True):
        if len(name) >= SHORTEST_NAME:
            text = text.replace(name, PERSON)
    text = _TOLD.sub(lambda found: found[1] + PERSON, text)
    for pattern in (_DOTTED, _COMPOUND, _CALLED, _LATIN_NAME):
        text = pattern.sub(PERSON, text)
    return "".join(PERSON if _is_name(word, kind) else word for word, kind in rjieba.tag(text))


def _without_estates(text: str) -> str:
    """Where somebody lives goes, down to the word that says what it is: 玉带湾小区 → *小区."""
    kept: list[tuple[str, str]] = []
    for word, kind in rjieba.tag(text):
        if word in _ESTATES:
            before = len(kept)
            while kept and kept[-1][1] in _PLACE_KINDS and kept[-1][0] not in names.NO_ESTATES:
                kept.pop()
            kept += [(COVER, "")] if len(kept) < before else []
        kept.append((word, kind))
    return "".join(word for word, _ in kept)


def _is_name(word: str, kind: str) -> bool:
    return (
        kind in names.KINDS
        and SHORTEST_NAME <= len(word) <= names.LONGEST
        and word not in names.NO_NAMES
        and (word[0] in names.SURNAMES or word[:2] in names.COMPOUNDS)
    )


def _unless_service(found: re.Match[str]) -> str:
    """A number of a service stays, and so does a day of late: they are nobody's."""
    is_nobodys = _SERVICE.fullmatch(found[0]) or _DATE.fullmatch(found[0])
    return found[0] if is_nobodys else COVER
