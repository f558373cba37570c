"""The states of an enrolment."""

from enum import StrEnum


class EnrollmentState(StrEnum):
    """已报名 已取消 已完成 未完成."""

    enrolled = "enrolled"
    withdrawn = "withdrawn"
    completed = "completed"
    not_completed = "not_completed"
