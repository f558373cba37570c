"""The requirements (要求) of a policy pack: every kind that the engine knows (DOMAIN section 5)."""

from typing import Annotated, Literal, Self

from pydantic import Field, StrictBool, model_validator

from xuefen.policy.levels import DeliveryMode, Level
from xuefen.policy.pack_rows import (
    Clause,
    Code,
    Count,
    CreditsAmount,
    HoursAmount,
    Row,
    Text,
    contradiction,
)
from xuefen.policy.vocabulary import Unit

Levels = Annotated[tuple[Level, ...], Field(min_length=1)]
Posts = Annotated[tuple[Code, ...], Field(min_length=1)]


class Binds(Row):
    """Whom a requirement binds. What is absent binds everybody.

    `posts`: holders of one of them; `except_posts`: everyone but their holders. `service_years`: complete
    years of service on the first day of the training year.
    """

    posts: Posts | None = None
    except_posts: Posts | None = None
    stages: Annotated[tuple[Code, ...], Field(min_length=1)] | None = None
    service_years: Count | None = None


class RequirementRow(Clause):
    """要求. `for_completion`: the certificate waits for it; otherwise it binds the year or the post alone.

    `consequence`: what the notice attaches to missing it.
    """

    id: Code
    name: Text
    for_completion: StrictBool
    binds: Binds | None = None
    consequence: Text | None = None


class Asking(RequirementRow):
    """A requirement of so many credits or so many hours, whichever its clause speaks of."""

    credits: CreditsAmount | None = None
    hours: HoursAmount | None = None

    @property
    def unit(self) -> Unit:
        return Unit.hours if self.credits is None else Unit.credits

    @property
    def centi(self) -> int:
        """Hundredths of `unit`."""
        amount = self.hours if self.credits is None else self.credits
        return amount.centi if amount else 0

    @model_validator(mode="after")
    def _asks_in_one_unit(self) -> Self:
        if (self.credits is None) == (self.hours is None):
            raise contradiction(("credits",), "要求须写明学分或学时之一", "只写 credits 或只写 hours")
        return self


class TotalPerCycle(Asking):
    kind: Literal["total_per_cycle"]


class CategoryPerCycle(Asking):
    kind: Literal["category_per_cycle"]
    category: Code


class TotalPerYear(Asking):
    kind: Literal["total_per_year"]


class CategoryPerYear(Asking):
    kind: Literal["category_per_year"]
    category: Code


class FixedAward(RequirementRow):
    """The award of a `fixed` category; how much, and whether an exam is due, stands with the category."""

    kind: Literal["fixed_award"]
    category: Code


class ExamPassed(RequirementRow):
    """The exam of a category, once in every `per`."""

    kind: Literal["exam_passed"]
    category: Code
    per: Literal["year", "cycle"]


class Trainings(RequirementRow):
    """So many trainings in every `per`: at one of `levels`, of a category, or of a component.

    Levels of two such rows do not overlap, so one training answers one of them.
    """

    kind: Literal["trainings"]
    count: Count
    per: Literal["year", "cycle"]
    levels: Levels | None = None
    category: Code | None = None
    component: Literal["compulsory", "research", "elective"] | None = None


class HoursOfNewcomer(RequirementRow):
    """Hours of a novice (`post` absent) or of who takes up `post`.

    They count from any day before the start: until the day before its first anniversary, or, where the
    notice says 岗前, until the day before the start itself. Who is designate for the post (拟任) is held to
    them by `designate_post`.
    """

    kind: Literal["hours_of_newcomer"]
    category: Code
    hours: HoursAmount
    window: Literal["first_year", "before_start"] = "first_year"
    mode: DeliveryMode | None = None
    post: Code | None = None
    designate_post: Code | None = None


class HoursInPost(RequirementRow):
    """Hours of one category in every span of `years` since the post was first held."""

    kind: Literal["hours_in_post"]
    category: Code
    hours: HoursAmount
    post: Code
    years: Count


class CreditsInPost(RequirementRow):
    """Credits of all categories in every span of `years` since the post was first held."""

    kind: Literal["credits_in_post"]
    credits: CreditsAmount
    post: Code
    years: Count


class AverageInPost(RequirementRow):
    """平均每年: hours ÷ (months in the post ÷ 12), over the months of the post within the cycle."""

    kind: Literal["average_in_post"]
    hours: HoursAmount
    post: Code
    category: Code | None = None


class YearInPost(Asking):
    """So much in each training year in which the post is held; pro rata by its months."""

    kind: Literal["year_in_post"]
    post: Code
    category: Code | None = None


class TrainingsInPost(RequirementRow):
    """So many trainings while the post or state lasts (暂缓注册人员补修)."""

    kind: Literal["trainings_in_post"]
    count: Count
    post: Code
    category: Code


Requirement = (
    TotalPerCycle
    | CategoryPerCycle
    | TotalPerYear
    | CategoryPerYear
    | FixedAward
    | ExamPassed
    | Trainings
    | HoursOfNewcomer
    | HoursInPost
    | CreditsInPost
    | AverageInPost
    | YearInPost
    | TrainingsInPost
)
