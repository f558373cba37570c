"""The words of exemptions: kinds, states, verdicts."""

from enum import StrEnum


class ExemptionKind(StrEnum):
    """病假 产假 调动 临退休 在读."""

    sick_leave = "sick_leave"
    maternity_leave = "maternity_leave"
    transfer = "transfer"
    near_retirement = "near_retirement"
    in_study = "in_study"


class ExemptionState(StrEnum):
    """待核准, 已核准, 不予核准, 已撤销."""

    proposed = "proposed"
    approved = "approved"
    refused = "refused"
    revoked = "revoked"


LIVE = (ExemptionState.proposed, ExemptionState.approved)


class ExemptionVerdict(StrEnum):
    """核准, 不予核准, 撤销."""

    approve = "approve"
    refuse = "refuse"
    revoke = "revoke"
