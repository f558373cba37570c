"""Level of the sponsor (培训层次) and form of delivery (培训形式)."""

from enum import StrEnum


class Level(StrEnum):
    """国培 省培 市培 县培 镇联校 校培 自主."""

    national = "national"
    provincial = "provincial"
    city = "city"
    county = "county"
    union = "union"
    school = "school"
    self = "self"


class DeliveryMode(StrEnum):
    """集中 远程 基地研修 研训一体 混合, and study for a diploma (自考 函授 脱产 远程)."""

    onsite = "onsite"
    online = "online"
    base = "base"
    school_based = "school_based"
    blended = "blended"
    study = "study"
