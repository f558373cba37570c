"""The words of attendance (考勤) and assessment (考核)."""

from enum import StrEnum


class Mark(StrEnum):
    """到 迟到 早退 请假 缺勤."""

    present = "present"
    late = "late"
    left_early = "left_early"
    leave = "leave"
    absent = "absent"


class Result(StrEnum):
    """不合格 合格 优秀."""

    failed = "fail"
    passed = "pass"
    excellent = "excellent"


class Shortfall(StrEnum):
    """Why a training was not completed."""

    attendance = "attendance"
    result = "result"
    exam = "exam"
    assignment = "assignment"


ATTENDED = frozenset({Mark.present, Mark.late})
"""Marks that count as having attended. A reading: the sources leave the marks to the centre (# seed 004
二(3)), so who came late was there; who left early, was on leave or absent missed what was taught."""
