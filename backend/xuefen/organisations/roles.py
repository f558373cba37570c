"""The roles that can be bound to a person at an organisation."""

from enum import StrEnum


class Role(StrEnum):
    """教师 学校管理员 县区审核员 市审核员 培训机构人员 教师科 财务 督导 系统管理员."""

    teacher = "teacher"
    school_clerk = "school_clerk"
    county_reviewer = "county_reviewer"
    city_auditor = "city_auditor"
    provider_staff = "provider_staff"
    teacher_office = "teacher_office"
    finance = "finance"
    supervisor = "supervisor"
    administrator = "administrator"


UNIT_READERS = frozenset(
    {
        Role.school_clerk,
        Role.county_reviewer,
        Role.city_auditor,
        Role.teacher_office,
        Role.supervisor,
        Role.administrator,
    }
)
"""Roles whose binding opens every row at or below the organisation to reading."""
