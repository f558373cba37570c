"""Worlds for properties: any pack that loads, or one made up; any person; any ledger of its categories."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.make.policy import three_tier
from xuefen.policy.entries import Entry, Person
from xuefen.policy.levels import DeliveryMode, Level
from xuefen.policy.pack import Pack, apply_overrides, load_pack, pack_keys
from xuefen.policy.requirements import Standing, standing

MADE = "made up"
PACKS = (*pack_keys(), MADE)

_CLAUSE = "甲教〔2014〕1号 三"
_OPEN = ("post_training", "backbone", "master", "weak_subject")
_POSTS = ("homeroom", "principal", "principal_designate", "cadre", "trainer", "registration_deferred")
_KINDS = ("sick_leave", "maternity_leave", "transfer", "near_retirement", "in_study")
_CAPS = ("cap_per_term", "cap_per_year", "cap_per_cycle")


@dataclass(frozen=True)
class World:
    """All that a standing is asked of."""

    pack: Pack
    person: Person
    ledger: list[Entry]
    coming: list[Entry]
    on: date

    def standing(self, **changes: Any) -> Standing:
        asked = {"person": self.person, "ledger": self.ledger, "coming": self.coming} | changes
        return standing(self.pack, asked["person"], asked["ledger"], self.on, asked["coming"])


def _minimum(category: str, per: str, credits: int) -> dict[str, Any]:
    return {
        "kind": f"category_per_{per}",
        "name": category,
        "category": category,
        "credits": credits,
        "for_completion": False,
        "clause": _CLAUSE,
    }


_PAIRS = [(code, by) for place, code in enumerate(_OPEN) for by in _OPEN[place + 1 :]]
_credits = st.integers(1, 60)


@st.composite
def made_up(draw: st.DrawFn) -> Pack:
    """Five years with minima per year and cycle, offsets that never turn back, caps, exemptions, in any mixture."""
    offsets = draw(
        st.dictionaries(st.sampled_from(_PAIRS), st.none() | st.integers(1, 40), min_size=1, max_size=4)
    )
    minima = {(code, draw(st.sampled_from(["year", "cycle"]))): draw(_credits) for code, _ in offsets}
    every = st.tuples(st.sampled_from(_OPEN), st.sampled_from(["year", "cycle"]))
    minima |= draw(st.dictionaries(every, _credits, max_size=3))
    limits = st.tuples(st.sampled_from(_CAPS), st.integers(1, 30))
    caps = draw(st.dictionaries(st.sampled_from(("school_based", *_OPEN)), limits, max_size=2))
    exemptions = draw(
        st.dictionaries(st.sampled_from(_KINDS), st.sampled_from(["months", "year"]), max_size=5)
    )
    return apply_overrides(
        three_tier(),
        {
            "joining": {"late": draw(st.sampled_from(["full", "pro_rata", "from_next_cycle"]))},
            "requirements": {
                f"{code}_{per}": _minimum(code, per, credits) for (code, per), credits in minima.items()
            },
            "offsets": [
                {"category": code, "by": by, "clause": _CLAUSE} | ({"most": most} if most else {})
                for (code, by), most in offsets.items()
            ],
            "categories": {code: {"worth": {"kind": kind, "cap": cap}} for code, (kind, cap) in caps.items()},
            "exemptions": dict.fromkeys(_KINDS)
            | {
                kind: {"name": "免修", "relieves": how, "clause": _CLAUSE} for kind, how in exemptions.items()
            },
        },
    )


def _spans(first: date, last: date) -> st.SearchStrategy[tuple[date, date]]:
    days = st.integers(0, 800).map(timedelta)
    return st.builds(lambda day, length: (day, day + length), st.dates(first, last), days)


def _persons(first: date, last: date) -> st.SearchStrategy[Person]:
    span = _spans(first, last)
    return st.builds(
        Person,
        hired_on=st.none() | st.dates(first - timedelta(2000), last),
        stage=st.sampled_from(["primary", "junior"]),
        positions=st.lists(
            st.builds(
                lambda code, held, is_open: (code, held[0], None if is_open else held[1]),
                st.sampled_from(_POSTS),
                span,
                st.booleans(),
            ),
            max_size=4,
        ).map(tuple),
        leaves_on=st.none() | st.dates(last - timedelta(900), last),
        exemptions=st.lists(
            st.builds(lambda kind, days: (kind, *days), st.sampled_from(_KINDS), span), max_size=3
        ).map(tuple),
        vetoes=st.lists(span, max_size=2).map(tuple),
    )


def _entries(codes: Sequence[str], first: date, last: date) -> st.SearchStrategy[Entry]:
    return st.builds(
        Entry,
        id=st.uuids(),
        category=st.sampled_from(codes),
        credits_centi=st.integers(0, 40_00),
        hours_centi=st.integers(0, 60_00),
        event_on=st.dates(first, last),
        level=st.sampled_from(Level),
        mode=st.none() | st.sampled_from(DeliveryMode),
        exam_passed=st.booleans(),
        award_key=st.sampled_from([None, "A", "B"]),
    )


@st.composite
def worlds(draw: st.DrawFn, name: str) -> World:
    pack = draw(made_up()) if name == MADE else load_pack(name)
    first, last = pack.cycle.starts_on, pack.cycle.ends_on
    around = (first - timedelta(400), last + timedelta(200))
    codes = (*(row.code for row in pack.categories), "of_another_city")
    on = draw(st.dates(first, last))
    if name == MADE:
        # Most entries can lend or borrow, within two years; the rest is anything, at any time.
        near = (max(first, on - timedelta(300)), min(last, on + timedelta(200)))
        one = _entries(_OPEN, *near) | _entries(_OPEN, *near) | _entries(codes, *around)
        entries = st.lists(one, min_size=5, max_size=16, unique_by=lambda entry: entry.id)
    else:
        entries = st.lists(_entries(codes, *around), max_size=24, unique_by=lambda entry: entry.id)
    both = draw(entries)
    posted = draw(st.integers(0, len(both)))
    return World(
        pack=pack,
        person=draw(_persons(*around)),
        ledger=both[:posted],
        coming=both[posted:],
        on=on,
    )
