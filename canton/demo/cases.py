"""Cases of the demonstration: what invented customers wrote, and the rules its people would have written.

Nothing here may teach or measure a model: the files say in their names that they are made up (`demo`), and
labels of such a source are refused.
"""

import csv
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from canton.exchange import formats

from .cities import City
from .generator import Written
from .likely import chance, customer, pick

DATASET = "cases"
A_DAY = 9  # cases of a city with an average share of the province
CODED = 0.25  # of all cases: coded by the city
VAGUE = 0.3  # of the others: what no rule is sure of

# Code -> (rule of words, how far it is trusted in per cent, what customers write)
SAID: dict[str, tuple[str, int, tuple[str, ...]]] = {
    "0101": (
        "信号 差|信号 弱|没信号",
        85,
        ("{place}信号很差，电话都打不进来。", "搬到{place}以后一直没信号，请派人看看。"),
    ),
    "0103": (
        "上网 慢|网速 慢|网页 打不开",
        85,
        ("{place}晚上上网特别慢，视频一直转圈。", "在{place}网速慢得没法用，已经三天了。"),
    ),
    "0106": (
        "宽带 断|宽带 修|光猫",
        85,
        ("家里宽带从昨晚断到现在，{place}整栋楼都这样。", "光猫亮红灯，报修两次没人上门。"),
    ),
    "0202": (
        "流量 扣|流量费|流量 超",
        80,
        ("上月在{place}没怎么用，流量费却多了 30 元。", "流量超了没有提醒，直接扣费不合理。"),
    ),
    "0203": (
        "套餐 费|套餐 资费",
        80,
        ("套餐费和办理时说的不一样，多收了 20 元。", "改了套餐，套餐资费没有按新的算。"),
    ),
    "0204": (
        "不知情|没有 同意|擅自 开通",
        85,
        ("账单里有一项增值业务，我根本没有同意过。", "不知情的情况下被开通了彩铃，要求退费。"),
    ),
    "0301": ("漫游 扣|漫游费", 80, ("出差到外省，漫游费怎么还有，不是取消了吗？",)),
    "0401": ("国际漫游 开通|出国 开通", 85, ("下周出国，国际漫游开通不了，提示失败。",)),
    "0502": ("补卡|换卡", 80, ("手机丢了要补卡，{place}的营业厅说系统坏了。",)),
    "0504": ("携号转网|转网", 85, ("申请携号转网，一直说有合约不给办。",)),
    "0601": ("态度|不耐烦", 80, ("打电话来问，话务员态度很不好，说了一半就挂。", "{place}的师傅很不耐烦。")),
    "0603": ("打不通 客服|转人工", 75, ("转人工等了二十分钟没人接。",)),
    "0801": ("垃圾短信", 85, ("每天收到十几条垃圾短信，怎么拦都拦不住。",)),
    "0901": ("登录 失败|登录 不上|验证码", 75, ("手机客户端登录不上，验证码一直收不到。",)),
}
UNSURE = (
    "{place}信号差，话费还照扣，流量费一分不少。", "营业厅说套餐费不能改，态度也很差，要投诉。",
    "上网慢就算了，宽带师傅来了还不耐烦。", "出国回来账单多了一百多，不知道是什么费用。",
    "你们到底管不管，上次的事一个月没回音。", "昨天的事还没有处理，请尽快联系我。",
    "老人不会用，被人带着办了一堆东西，请帮忙退掉。", "手机突然用不了了，欠费也没有。",
    "换卡以后登录不上，验证码发到旧号 {number} 去了。", "携号转网以后信号差，怎么转回来？",
)  # fmt: skip
PLACES = (
    "城中村",
    "地下车库",
    "大学宿舍",
    "工业园",
    "电梯里",
    "镇上",
    "高铁站",
    "老小区",
    "江边",
    "医院住院部",
)
CHANNELS = {"voice": 60, "web": 18, "app": 18, "regulator": 4}
STATES = {"open": 3, "answered": 2, "closed": 5}


def write(path: Path, city: City, *, start: datetime, end: datetime) -> Written:
    """Write the cases 1.0 file of what was opened from `start` until before `end`; always the same."""
    random = Random(f"cases:{city.code}:{start:%Y%m%d}")
    columns = formats.get(DATASET).columns
    rows: list[dict[str, str]] = []
    day = start.replace(hour=0)
    while day < end:
        for number in range(1, max(2, round(A_DAY * city.share * 21)) + 1):
            opened = day + timedelta(minutes=random.randrange(8 * 60, 22 * 60))
            row = _row(city, f"DEMO-{city.letters}{day:%Y%m%d}-{number:03}", opened, random)
            if start <= opened < end:
                rows.append(row)
        day += timedelta(days=1)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return Written(path, len(rows), {})


def _row(city: City, case_id: str, opened: datetime, random: Random) -> dict[str, str]:
    code = random.choice(tuple(SAID))
    number, _language = customer(city, "none", random)
    coded = chance(CODED, random)
    texts = UNSURE if not coded and chance(VAGUE, random) else SAID[code][2]
    text = random.choice(texts).format(place=random.choice(PLACES), number=number or "13800138000")
    answered = opened + timedelta(hours=random.randrange(2, 60))
    state = pick(STATES, random)
    return {
        "case_id": case_id, "centre": city.code, "nature": "complaint", "channel": pick(CHANNELS, random),
        "number": number, "roaming": "none", "category": code if coded else "", "description": text,
        "urgency": pick({"normal": 8, "urgent": 2}, random), "opened": _clock(opened),
        "answered": "" if state == "open" else _clock(answered),
        "closed": _clock(answered + timedelta(hours=1)) if state == "closed" else "", "state": state,
        "agent": "" if state == "open" else f"{city.letters}{random.randrange(101, 120)}",
    }  # fmt: skip


def _clock(at: datetime) -> str:
    return at.isoformat(" ", "seconds")
