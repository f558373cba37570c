"""The words of platforms and of what they report."""

from enum import StrEnum


class PlatformStatus(StrEnum):
    """启用 停用."""

    active = "active"
    disabled = "disabled"


class PlatformScope(StrEnum):
    """What a platform may do: report completions, read its own back."""

    completions_write = "completions.write"
    completions_read = "completions.read"


class CompletionStatus(StrEnum):
    """What became of a completion: a claim was made, it was known already, or nobody matched yet."""

    accepted = "accepted"
    duplicate = "duplicate"
    unmatched = "unmatched"


class ItemState(StrEnum):
    """The answer to one item of a batch."""

    accepted = "accepted"
    duplicate = "duplicate"
    unmatched = "unmatched"
    refused = "refused"
