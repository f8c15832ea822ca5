"""The words of the formats' code tables: what `answered` in the column `outcome` is called by people."""

import re
from collections.abc import Mapping

from .model import NotBefore, Rule, Text

_CHANNELS = {
    "voice": Text("语音", "voice"),
    "web": Text("网站", "web site"),
    "app": Text("客户端", "app"),
    "sms": Text("短信", "SMS"),
    "counter": Text("营业厅", "counter"),
    "email": Text("邮件", "e-mail"),
    "letter": Text("信函", "letter"),
    "visit": Text("来访", "visit"),
    "regulator": Text("监管部门转来", "regulator"),
}
VALUES: Mapping[str, Mapping[str, Text]] = {
    "channel": _CHANNELS,
    "outcome": {
        "answered": Text("接通", "answered"),
        "abandoned": Text("放弃", "abandoned"),
        "ivr": Text("IVR 内结束", "ended in the IVR"),
        "void": Text("虚呼", "void"),
    },
    "roaming": {
        "none": Text("非漫游", "not roaming"),
        "domestic": Text("国内漫游", "domestic"),
        "international": Text("国际漫游", "international"),
    },
    "language": {
        "zh": Text("中文", "Chinese"),
        "en": Text("英文", "English"),
        "other": Text("其他", "other"),
    },
    "nature": {
        "complaint": Text("投诉", "complaint"),
        "enquiry": Text("咨询", "enquiry"),
        "fault": Text("故障申告", "fault"),
        "request": Text("业务受理", "request"),
        "suggestion": Text("建议", "suggestion"),
        "praise": Text("表扬", "praise"),
        "other": Text("未定", "other"),
    },
    "urgency": {
        "normal": Text("一般", "normal"),
        "urgent": Text("紧急", "urgent"),
        "critical": Text("特急", "critical"),
    },
    "state": {
        "ready": Text("示闲", "ready"),
        "ringing": Text("振铃", "ringing"),
        "talking": Text("通话", "talking"),
        "hold": Text("保持", "on hold"),
        "wrap": Text("整理", "wrapping up"),
        "busy": Text("示忙", "busy"),
        "break": Text("小休", "on a break"),
        "training": Text("培训", "in training"),
        "meeting": Text("会议", "in a meeting"),
        "idle": Text("签入无状态", "signed in without a state"),
        "open": Text("在办", "open"),
        "answered": Text("已答复", "answered"),
        "closed": Text("已办结", "closed"),
        "withdrawn": Text("客户撤销", "withdrawn"),
    },
    "status": {
        "active": Text("在用", "active"),
        "idle": Text("当月未使用", "without use in the month"),
        "suspended": Text("停机", "suspended"),
        "ended": Text("离网", "ended"),
        "operational": Text("运营中", "in operation"),
        "planned": Text("筹建", "planned"),
        "reserved": Text("预留", "reserved"),
        "closed": Text("已停止", "closed"),
        "unknown": Text("不明", "not known"),
    },
    "scope": {
        "national": Text("国家或地区", "national"),
        "international": Text("国际共用", "international"),
        "test": Text("测试", "test"),
    },
    "measure": {
        "subscribers": Text("用户数", "subscribers"),
        "population": Text("人口数", "inhabitants"),
        "segments": Text("全部号段数", "number segments"),
        "own_segments": Text("本网号段数", "own number segments"),
    },
    "kind": {
        "score": Text("评分", "score"),
        "choice": Text("选择", "choice"),
        "number": Text("数值", "number"),
        "text": Text("自由文本", "text"),
        "fact": Text("受访者情况", "fact"),
    },
}


def word(column: str, value: str) -> str:
    """What a value of a code table is called in the reader's language; "" for any other value."""
    known = VALUES.get(column, {}).get(value)
    return "" if known is None else str(known)


def rule_text(rule: Rule) -> str:
    """A rule between columns as people say it: with the word of the value it speaks of."""
    text = str(rule.text)
    if isinstance(rule, NotBefore) or not word(rule.when, rule.value):
        return text
    said, blank = word(rule.when, rule.value), " " if text.isascii() else ""
    return re.sub(rf"\s*\b{re.escape(rule.value)}\b\s*", f"{blank}“{said}”{blank}", text, flags=re.ASCII)
