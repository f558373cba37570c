"""What a threshold says of one school: today, and as it looks with what is in review and enrolled. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from xuefen.oversight.reports_schemas import ConsequenceOut, PersonAtRisk, ThresholdOut, rate_out
from xuefen.policy.accountability_rows import ThresholdRow
from xuefen.policy.rates import Rate
from xuefen.policy.thresholds import ThresholdVerdict, judge
from xuefen.policy.units import centi_text


@dataclass(frozen=True, slots=True)
class Group:
    """People of a school whom the line binds. `carried`: below it today, and not once all is granted."""

    members: int
    below: int
    carried: int


def threshold_out(row: ThresholdRow, group: Group, at_risk: Sequence[PersonAtRisk]) -> ThresholdOut:
    now = judge(row, group.members, group.below)
    expected = judge(row, group.members, group.below - group.carried)
    return ThresholdOut(
        id=row.id,
        name=row.name,
        clause=row.clause,
        percent=centi_text(row.percent),
        inclusive=row.inclusive,
        in_principle=row.proposed,
        consequences=[ConsequenceOut(code=one.code, text=one.text) for one in row.consequences],
        share=rate_out(Rate(now.below, now.members)),
        failed=now.failed,
        more_until_failed=now.more_until_failed,
        expected_share=rate_out(Rate(expected.below, expected.members)),
        expected_failed=expected.failed,
        expected_more_until_failed=expected.more_until_failed,
        warning=warning(expected, group),
        at_risk_total=group.carried,
        at_risk=list(at_risk),
    )


def warning(expected: ThresholdVerdict, group: Group) -> str:
    """预警: granted, in review and enrolled credits together, because in March everybody is below the line."""
    if not group.members:
        return "没有应达标的教师"
    if expected.failed:
        return f"预计不合格：计入在审和已报名的学分后仍有{expected.below}人未达标"
    more = expected.more_until_failed
    if group.carried < more:
        return f"预计合格：未达标{expected.below}人，其余教师的学分已足够，不会再不合格"
    return f"还差{more}人即不合格：{group.carried}人靠在审或已报名的学分才能达标"
