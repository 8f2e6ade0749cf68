"""Surnames, and words that begin like one and name nobody; pure data for `masking`."""

from typing import Final

SURNAMES: Final = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋"
    "蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙"
    "万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦"
    "向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈"
    "鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边净阴闫商佟窦苑褚娄冷艾滕桑肖"
)
_COMPOUNDS: Final = (
    "欧阳 上官 司马 诸葛 夏侯 皇甫 尉迟 公孙 慕容 令狐 司徒 端木 东方 南宫 独孤 宇文 长孙"
)
COMPOUNDS: Final = frozenset(_COMPOUNDS.split())
COMPOUND: Final = "|".join(sorted(COMPOUNDS))
SURE: Final = "|".join(sorted(COMPOUNDS - {"东方", "南宫", "端木", "长孙"}))
_NO_ESTATES: Final = (
    "老旧 老 旧 居民 住宅 商业 新建 城市 无物业 物业 封闭 开放 单位 市民 "
    "群众 某 高层 多层 问题 安置 回迁 情况 楼房 我家 全 各 该 本 智慧 "
    "文明 绿色 停车 充电 电梯"
)
NO_ESTATES: Final = frozenset(_NO_ESTATES.split())
KINDS: Final = frozenset({"nr", "nrt", "nrfg"})
LONGEST: Final = 4
_NO_NAMES: Final = (
    "温馨 白塔 黄金海岸 孟姜女 安居 安康 文明 康复 高峰 高新 金融 金额 "
    "黄金 石河 石油 马路 马上 万元 路灯 路面 方便 明白 安全 平安 成本 "
    "成立 单位 单据 管道 管网 包括 时间 向上 关于 解决 解释 强制 华联 "
    "车位 车辆 车管所 房产 房租 商铺 商品 白天 常住 常年 任何 任务 夏季 "
    "冬季 季节 文件 史料 向阳 阳光 阴雨 边界 游客 游泳 童车 盛夏 时限 "
    "左右 关系 纪委 章程 申请 申报 严格 严重 毕业 毕业生 欧元 项目 成人 "
    "连续 元旦 黄线 白色 雷雨 江水 田地 方案 石材 金秋 龙头 水龙头 康养 "
    "钟点 钟点工 范围 许可 许可证 程序 计划 高压 高考 高铁 高龄 高速 于是 "
    "何时 何处 何况 杜绝 胡同 马桶 马达 牛奶 苗圃 景区 景点 林地 林木 "
    "林权 江苏 云南 白云 石家庄 海南 万达 兴龙 金屋 文化 华北 祝贺 贺卡 "
    "段落 易燃 易爆 安装 安排 安置 安置房"
)
NO_NAMES: Final = frozenset(_NO_NAMES.split())
