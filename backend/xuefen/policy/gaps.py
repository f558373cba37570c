"""Which of a person's gaps an open program would close: what the menu says beside each offer."""

from xuefen.policy.counting import count
from xuefen.policy.entries import Entry
from xuefen.policy.pack import Pack
from xuefen.policy.requirements import Standing


def closes_gaps(pack: Pack, standing: Standing, offer: Entry) -> tuple[str, ...]:
    """The ids of the lines that `offer` would add to and that what is pending does not already fill.

    `offer` is the program as if completed and its exam passed, on its last day. A full term, or an award
    already counted, closes nothing.
    """
    tally = count([offer], lambda _: pack, standing.taken)
    return tuple(
        line.id
        for line in standing.lines
        if line.missing_after_pending_centi and line.looks_at(offer) and tally.amount(line.unit, offer)
    )
