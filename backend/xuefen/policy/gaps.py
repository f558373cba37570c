"""Which of a person's gaps an open program would close: what the menu says beside each offer."""

from xuefen.policy.counting import count
from xuefen.policy.entries import Entry
from xuefen.policy.pack import Pack
from xuefen.policy.requirements import Line, Standing


def closes_gaps(pack: Pack, standing: Standing, offer: Entry) -> tuple[str, ...]:
    """The ids of the lines that `offer` would add to and that what is pending does not already fill.

    `offer` is the program as if completed and its exam passed, on its last day. A full term, or an award
    already counted, closes nothing; what an offset of the pack would lend to another category does.
    """
    tally = count([offer], lambda _: pack, standing.taken)
    return tuple(
        line.id
        for line in standing.lines
        if line.missing_after_pending_centi
        and (line.looks_at(offer) or _is_lent(standing, line, offer, tally.amount(line.unit, offer)))
        and tally.amount(line.unit, offer)
    )


def _is_lent(standing: Standing, line: Line, offer: Entry, amount: int) -> bool:
    """Whether something of the offer is left for the line after what its own category still lacks."""
    if offer.category not in line.lenders or offer.event_on not in line.demand.period:
        return False
    own = [
        one.missing_after_pending_centi
        for one in standing.lines
        if one.category == offer.category and one.unit is line.unit and one.looks_at(offer)
    ]
    return amount > max(own, default=0)
