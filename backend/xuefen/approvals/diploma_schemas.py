"""A diploma as it crosses HTTP, inwards only."""

from typing import Annotated

from pydantic import field_validator

from xuefen.approvals.diplomas import Diploma, plain_number
from xuefen.core.text import Day, Input, Line, refusal
from xuefen.people.degrees import Degree

SHORTEST_NUMBER = 6


class DiplomaIn(Input):
    """毕业证书 of a category that is credited once per diploma. The number is compared and not kept."""

    number: Annotated[str, Line(40)]
    degree: Degree
    issued_on: Day

    @field_validator("number")
    @classmethod
    def _is_a_number(cls, number: str) -> str:
        if len(plain_number(number)) < SHORTEST_NUMBER:
            raise refusal("diploma_number", f"请填写毕业证书编号，至少 {SHORTEST_NUMBER} 位")
        return number

    @property
    def value(self) -> Diploma:
        return Diploma(self.number, self.degree, self.issued_on)
