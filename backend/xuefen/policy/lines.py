"""One line of a standing: a requirement, answered, with the entries it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

from xuefen.policy.demand import Demand
from xuefen.policy.entries import Entry
from xuefen.policy.levels import DeliveryMode
from xuefen.policy.units import short_text
from xuefen.policy.vocabulary import UNIT_NAMES, Unit


@dataclass(frozen=True, kw_only=True)
class Line:
    """One requirement, answered. Amounts are hundredths of `unit`.

    `shares` and `pending_shares`: what each entry adds; the figures are their sums. `offset_centi`: how much
    of the figure came from another category by an offset of the pack; `lenders`: from which more may come.
    """

    demand: Demand
    shares: Mapping[UUID | str, int]
    pending_shares: Mapping[UUID | str, int]
    offset_centi: int = 0
    lenders: frozenset[str] = frozenset()
    converted_centi: int | None = None
    """A figure in hours, as credits where they are not one to one: the sum is converted, and floored, once."""

    @property
    def id(self) -> str:
        return self.demand.row.id

    @property
    def name(self) -> str:
        return self.demand.row.name

    @property
    def kind(self) -> str:
        return self.demand.row.kind

    @property
    def unit(self) -> Unit:
        return self.demand.unit

    @property
    def category(self) -> str | None:
        """The one category that the line looks at; None for several or all."""
        codes = self.demand.categories
        return next(iter(codes)) if codes is not None and len(codes) == 1 else None

    @property
    def mode(self) -> DeliveryMode | None:
        return self.demand.mode

    @property
    def required_centi(self) -> int | None:
        """None: the requirement does not bind this person in this period (`note` says why)."""
        return self.demand.share.required_centi

    @cached_property
    def counted_centi(self) -> int:
        return sum(self.shares.values())

    @cached_property
    def pending_centi(self) -> int:
        return sum(self.pending_shares.values())

    @property
    def missing_centi(self) -> int:
        return max(0, (self.required_centi or 0) - self.counted_centi)

    @property
    def missing_after_pending_centi(self) -> int:
        return max(0, self.missing_centi - self.pending_centi)

    @property
    def met(self) -> bool:
        return self.required_centi is not None and self.missing_centi == 0

    @property
    def short(self) -> bool:
        """Binding and not met."""
        return self.required_centi is not None and not self.met

    @property
    def exempt(self) -> bool:
        """An exemption takes the line away."""
        return self.demand.share.exempt

    @property
    def period_label(self) -> str:
        return self.demand.period.label

    @property
    def starts_on(self) -> date | None:
        """None: every day until the deadline counts."""
        begins = self.demand.period.starts_on
        return None if begins == date.min else begins

    @property
    def deadline(self) -> date:
        return self.demand.period.ends_on

    @property
    def clause(self) -> str:
        return self.demand.row.clause

    @property
    def for_completion(self) -> bool:
        return self.demand.row.for_completion

    @property
    def consequence(self) -> str | None:
        """What the notice attaches to missing it."""
        return self.demand.row.consequence

    @property
    def entry_ids(self) -> tuple[UUID | str, ...]:
        return tuple(self.shares)

    @property
    def pending_ids(self) -> tuple[UUID | str, ...]:
        return tuple(self.pending_shares)

    @property
    def note(self) -> str | None:
        return self.demand.share.note

    def looks_at(self, entry: Entry) -> bool:
        """Whether an entry of this kind and day could add to the line."""
        return self.demand.concerns(entry)

    @property
    def explanation(self) -> str:
        """The line as a sentence for people."""
        unit = UNIT_NAMES[self.unit]
        counted = f"已计{short_text(self.counted_centi)}{unit}"
        if self.converted_centi is not None:
            counted += f"（合{short_text(self.converted_centi)}学分）"
        if self.offset_centi:
            counted += f"（其中抵扣{short_text(self.offset_centi)}）"
        if self.required_centi is None:
            return f"{self.name}：{self.note}，{counted}（{self.clause}）"
        asked = f"{self.period_label}须满{short_text(self.required_centi)}{unit}"
        rest = "已达标" if self.met else f"还差{short_text(self.missing_centi)}，最迟{self.deadline}"
        note = f"，{self.note}" if self.note else ""
        return f"{self.name}：{asked}{note}，{counted}，{rest}（{self.clause}）"
