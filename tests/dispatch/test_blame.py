"""Of whose own people a text complains: sentences as they might be said, and who is blamed.

The sentences are made up; a title stands before the bar.
"""

import pytest

from dispatch import blame

NAMES = {
    "D03": "市教育局",
    "D07": "市公安局",
    "D08": "市公安局交通警察支队",
    "D12": "市人力资源和社会保障局",
    "D13": "市自然资源和规划局",
    "D15": "市住房和城乡建设局",
    "D16": "市城市管理综合行政执法局",
    "D16S1": "市容管理科",
    "D17": "市交通运输局",
    "D22": "市卫生健康委员会",
    "D27": "市市场监督管理局",
    "D31": "市数据和政务服务局",
    "D44": "国家税务总局秦皇岛市税务局",
    "C01": "海港区人民政府",
    "C01S1": "文化路街道办事处",
    "C02": "山海关区人民政府",
    "C08": "秦皇岛经济技术开发区管理委员会",
    "E01": "市供水公司",
    "E02": "北戴河区供水公司",
    "E05": "国网冀北电力有限公司秦皇岛供电公司",
    "E07": "富阳热力有限责任公司",
    "E12": "市公共交通有限责任公司",
    "E14": "中国铁路北京局集团秦皇岛站",
    "E17": "中国移动秦皇岛分公司",
}
BLAMED = """
D12    | 昨天去人社局办退休手续，窗口的人爱答不理。
D12    | 昨天去市人社局办退休手续。排了两个小时。窗口工作人员态度很差。
D12    投诉市人社局 | 退休审批拖了半年。经办人一直推诿。
D12    | 社保大厅三号窗口办事员上班时间玩手机。
D12    | 窗口工作人员态度恶劣，就在市人社局一楼。
D12    | 态度恶劣的人社局窗口，谁能管一管？
D07    | 派出所民警接警后推诿，说不归他们管。
D07    | 打架报了警，民警到场后偏袒对方。
D07    | 市公安局不作为，报案三个月没有立案。
D07    | 我被海港公安分局一名辅警推搡。
D08    | 交警在路口执法时态度粗暴，还骂人。
D08    | 车管所窗口故意刁难，材料跑了五趟。
D08    | 市公安局交通警察支队民警乱罚款。
D16    | 城管执法队员在早市辱骂摆摊的老人。
D16    | 商贩占道天天有，我向城管局反映多次，一直敷衍。
D16    | 多次打城管局电话投诉，工作人员都是推诿扯皮。
D16    | 城管与商贩勾结，收了钱就不管占道。
D16    | 希望城管局约束执法人员，不要再暴力执法。
D16    | 小区门口烧烤摊扰民。城管局收受摊主好处费，睁一只眼闭一只眼。
D16    请处理 | 综合执法局拖着不处理违建，包庇开发商。
D15    | 市住建局工作人员吃拿卡要，验收一次要一次钱。
D15    | 我反映物业乱收费，房管局置之不理。
D13    | 不动产登记中心大厅的人员踢皮球，让我来回跑。
D22    | 卫健委值班人员挂我电话。
D27    | 举报市场监管所所长收受商户红包，以权谋私。
D27    | 工商局的人包庇卖假酒的超市。
D31    | 政务服务大厅窗口上班期间打牌。
D44    | 税务局办税大厅工作人员对我出言不逊。
C01    | 海港区政府不作为，旧改拖了三年。
C08    | 开发区管委会工作人员泄露举报人电话。
E01    | 自来水公司抄表员态度恶劣，还说让我爱找谁找谁。
E01    | 供水公司维修工索要好处费，不给就不修。
E02    | 北戴河区供水公司客服推诿，说让我自己找人修。
E05    | 供电所收费员乱收费，不给发票。
E07    | 富阳热力公司的维修人员上门后态度蛮横，推搡老人。
E12    | 12路公交车司机辱骂乘客，下午三点在人民公园站。
E12    | 公交公司驾驶员态度恶劣，甩站不停。
E14    | 火车站工作人员粗暴赶人。
E17    | 移动营业厅营业员办套餐时糊弄老人。
D16S1  | 市容管理科科长收受回扣。
C01S1  | 文化路街道办事处的干部优亲厚友，暗箱操作。
D16 D27 | 城管局和市场监管局互相推诿，都说不归自己管。
"""
NOBODY = """
| 请市公安局查处门口的违停车辆。
| 公司偷税，请国家税务总局秦皇岛市税务局查处。
| 窗口态度差。
| 邻居装修扰民，上门说理时态度恶劣，希望市公安局出面制止。
| 商贩辱骂路人，请城管局执法人员来处理。
| 商贩辱骂城管执法人员，态度嚣张，堵住了路口。
| 饭店老板态度恶劣，拒绝退款，建议市场监管局查处。
| 向市场监管局举报某超市乱收费。
| 我已向住建局投诉物业不作为，希望尽快解决。
| 物业工作人员态度恶劣。请住建局尽快处理。
| 物业的工作人员推诿，小区电梯坏了一周，住建局能不能管管。
| 出租车司机拒载还骂人，车牌尾号八八，请市交通运输局处罚。
| 人社局公布的政策我看不懂，想问养老金怎么算。
| 用人单位拖欠工资，老板威胁我，请市人社局督促。
| 供水公司管道漏水，威胁居民安全。
| 供水公司抢修不及时，家里停水两天了。
| 城管局工作人员态度很好，但是占道的问题还在。
| 老师体罚学生，态度恶劣，请市教育局调查。
| 医院的大夫态度冷淡，护士不耐烦，望市卫健委核实。
| 开发商勾结中介，请住建局立案查处。
| 公交站牌旁边有人打人。
| 在火车站附近被黑车司机辱骂，请交通运输局查处。
| 山海关区一家饭店的服务员态度恶劣。
| 海港区文化路的一家网吧老板骂人。
| 停车场收费员乱收费，请市场监管局查一查。
| 小区保安打人，已经在派出所报案，望公安局依法处理。
| 村干部贪污低保款，请有关部门查处。
| 移动信号太差，楼里打不了电话。
| 交警及时到场处理事故，但对方车主骂人。
| 快递员态度恶劣，让我去邮局自己取，邮局离得很远。
"""


def _read(table: str) -> list[tuple[str, set[str]]]:
    lines = [line.partition("|") for line in table.strip().splitlines()]
    found = []
    for head, _, body in lines:
        words = head.split()
        codes = {one for one in words if one in NAMES}
        title = next((one for one in words if one not in NAMES), "诉求")
        found.append((f"{title}\n{body.strip()}", codes))
    return found


def _named(one: str | set[str]) -> str:
    """The same in every process: sets come in any order."""
    return one[-24:] if isinstance(one, str) else " ".join(sorted(one))


@pytest.mark.parametrize(("text", "codes"), _read(BLAMED), ids=_named)
def test_who_did_wrong_is_blamed(text: str, codes: set[str]) -> None:
    assert blame.accused(text, NAMES) == codes


@pytest.mark.parametrize(("text", "codes"), _read(NOBODY), ids=_named)
def test_who_is_asked_to_act_or_only_named_is_not(text: str, codes: set[str]) -> None:
    assert blame.accused(text, NAMES) == codes


def test_what_a_city_calls_a_unit_besides() -> None:
    text = "投诉\n二楼退休科的工作人员推诿。"
    assert blame.accused(text, NAMES) == set()
    assert blame.accused(text, NAMES, ("D12=退休科", "D99=退休科", "=", "")) == {"D12"}


def test_no_name_means_a_shorter_one_inside_it() -> None:
    text = "投诉\n市公安局交通警察支队不作为。"
    assert blame.accused(text, NAMES) == {"D08"}
    assert blame.accused(text, {"D07": NAMES["D07"]}) == {"D07"}


@pytest.mark.parametrize("text", ["", "\n", "态度\n推诿", "。。。\n，，"])
def test_nothing_is_made_of_nothing(text: str) -> None:
    assert blame.accused(text, NAMES) == set()
    assert blame.accused(text, {}) == set()
