"""Level of the sponsor (培训层次) and form of delivery (培训形式)."""

from enum import StrEnum


class Level(StrEnum):
    """国培 省培 市培 县培 镇联校 校培 自主: who sets the training up (主办), highest first."""

    national = "national"
    provincial = "provincial"
    city = "city"
    county = "county"
    union = "union"
    school = "school"
    self = "self"


LEVEL_NAMES = {
    Level.national: "国培",
    Level.provincial: "省培",
    Level.city: "市培",
    Level.county: "县培",
    Level.union: "镇联校",
    Level.school: "校培",
    Level.self: "自主",
}

# A township union works at school level: 株教函〔2014〕29号 五(二) knows nothing between county and school.
_RANK = {
    Level.national: 5,
    Level.provincial: 4,
    Level.city: 3,
    Level.county: 2,
    Level.union: 1,
    Level.school: 1,
    Level.self: 0,
}


def at_least(level: Level, floor: Level) -> bool:
    """Whether `level` stands as high as `floor`, or higher."""
    return _RANK[level] >= _RANK[floor]


class DeliveryMode(StrEnum):
    """集中 远程 基地研修 研训一体 混合, and study for a diploma (自考 函授 脱产 远程)."""

    onsite = "onsite"
    online = "online"
    base = "base"
    school_based = "school_based"
    blended = "blended"
    study = "study"


MODE_NAMES = {
    DeliveryMode.onsite: "集中培训",
    DeliveryMode.online: "远程培训",
    DeliveryMode.base: "基地研修",
    DeliveryMode.school_based: "研训一体",
    DeliveryMode.blended: "混合式培训",
    DeliveryMode.study: "学历进修",
}


class ActivityForm(StrEnum):
    """How a school holds its own training: 学校集中, 教研组, 同伴互助, 个人自学, 远程 (李沧区 001)."""

    whole_school = "whole_school"
    group = "group"
    peers = "peers"
    self_study = "self_study"
    remote = "remote"
