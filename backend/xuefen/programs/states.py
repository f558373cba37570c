"""The states of a program and of a class run."""

from enum import StrEnum


class ProgramState(StrEnum):
    """草稿 已提交 已退回 已批准 已发布 已关闭."""

    draft = "draft"
    submitted = "submitted"
    returned = "returned"
    approved = "approved"
    published = "published"
    closed = "closed"


class RunState(StrEnum):
    """开放 已结班 已取消."""

    open = "open"
    concluded = "concluded"
    cancelled = "cancelled"
