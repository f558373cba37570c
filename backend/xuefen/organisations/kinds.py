"""The kinds of organisations (机构)."""

from enum import StrEnum


class OrganisationKind(StrEnum):
    """市 / 县区 / 镇联校 / 学校 / 培训机构. A school whose parent is the city is a direct school (市直属)."""

    city = "city"
    county = "county"
    union = "union"
    school = "school"
    provider = "provider"
