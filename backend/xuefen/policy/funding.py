"""Training money (培训经费) of a school against the shares of its budget that a notice asks for. Whole fen only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xuefen.policy.accountability_rows import FundingRow

_WHOLE = 100_00
"""All of it, in hundredths of a percent."""


@dataclass(frozen=True, slots=True)
class Reported:
    """What a school reported of one year, in fen."""

    public_funds_fen: int
    payroll_fen: int
    training_fen: int

    def base_fen(self, row: FundingRow) -> int:
        return self.public_funds_fen if row.base == "public_funds" else self.payroll_fen


@dataclass(frozen=True, slots=True)
class FundingAnswer:
    """One row of the pack, answered; all None where nothing was reported.

    `met`: the row itself. `satisfied`: the row or another of those of which one is enough.
    """

    row: FundingRow
    base_fen: int | None = None
    required_fen: int | None = None
    spent_fen: int | None = None
    ratio_centi: int | None = None
    """Spent of the base, in hundredths of a percent, floored: to be shown. None where the base is nothing."""
    met: bool | None = None
    satisfied: bool | None = None


def funding_answers(
    rows: Sequence[FundingRow], stage: str | None, reported: Reported | None
) -> tuple[FundingAnswer, ...]:
    """The rows that bind a school of `stage`, in the order of the pack. None: a school without teachers."""
    binding = [row for row in rows if not row.stages or stage in row.stages]
    if reported is None:
        return tuple(FundingAnswer(row) for row in binding)
    met = {row.id: _is_met(row, reported) for row in binding}
    reached = {row.either for row in binding if row.either and met[row.id]}
    return tuple(_answer(row, reported, met[row.id], row.either in reached) for row in binding)


def main_stage(teachers: Mapping[str, int]) -> str | None:
    """The stage that most of a school's teachers teach; of equals the first by name.

    A reading: notices name schools by type, and a school of several stages is of the type of most of it.
    """
    return min(teachers, key=lambda stage: (-teachers[stage], stage), default=None)


def _is_met(row: FundingRow, reported: Reported) -> bool:
    """不低于 includes the number itself; fen against fen, never a rounded share."""
    return reported.training_fen * _WHOLE >= reported.base_fen(row) * row.percent


def _answer(row: FundingRow, reported: Reported, met: bool, other: bool) -> FundingAnswer:
    base = reported.base_fen(row)
    return FundingAnswer(
        row=row,
        base_fen=base,
        required_fen=-(-base * row.percent // _WHOLE),
        spent_fen=reported.training_fen,
        ratio_centi=reported.training_fen * _WHOLE // base if base else None,
        met=met,
        satisfied=met or other,
    )
