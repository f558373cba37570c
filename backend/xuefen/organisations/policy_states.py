"""The states of a version of the rules."""

from enum import StrEnum


class PolicyState(StrEnum):
    """草案, 已启用, 已撤回 (before it came into force)."""

    draft = "draft"
    adopted = "adopted"
    withdrawn = "withdrawn"
