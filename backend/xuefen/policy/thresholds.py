"""A threshold on a group (20 %及以上): whether a school fails, and how far it is from failing.

Shares are compared as integers. A percentage that was rounded for a page never decides.
"""

from dataclasses import dataclass

from xuefen.policy.accountability_rows import ThresholdRow

WHOLE = 100_00
"""All of a group, in hundredths of a percent."""


@dataclass(frozen=True, slots=True)
class ThresholdVerdict:
    """`members` are those whom the line binds, exempt people left out; `below` of them are short of it.

    `more_until_failed`: so many members more below the line and the school fails; 0 once it has failed.
    The number may be larger than the members who are left: then it can no longer fail.
    """

    members: int
    below: int
    failed: bool
    more_until_failed: int


def judge(row: ThresholdRow, members: int, below: int) -> ThresholdVerdict:
    """What the threshold says of a group. Nobody bound: nothing fails."""
    more = max(0, _fails_at(row, members) - below)
    return ThresholdVerdict(members, below, failed=not more, more_until_failed=more)


def _fails_at(row: ThresholdRow, members: int) -> int:
    """The smallest number below the line with which the group fails."""
    share = row.percent * members
    fails_at = -(-share // WHOLE) if row.inclusive else share // WHOLE + 1
    return max(1, fails_at)
