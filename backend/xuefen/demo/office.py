"""The offices at work in the days before today: claims go through the real intake and the real desks."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.approvals.deciding import Order, decide
from xuefen.approvals.intake import ClaimRequest, open_claims
from xuefen.approvals.models import Claim
from xuefen.approvals.states import ReturnTo, Verdict
from xuefen.demo.staff import Officer
from xuefen.demo.timeline import Timeline, at

APPROVE = Order(verdict=Verdict.approve)


class Office:
    """Days are counted back from today and moved to the next working day."""

    def __init__(self, db: AsyncSession, city_id: UUID, days: Timeline) -> None:
        self._db, self._city_id, self._days = db, city_id, days

    async def open(self, requests: Sequence[ClaimRequest], days_ago: int, hour: int = 9) -> list[UUID]:
        """Draft claims at the registering desk."""
        opened = await open_claims(self._db, self._city_id, requests, self._when(days_ago, hour))
        return [one.claim.id for one in opened]

    async def approve(self, claims: Sequence[UUID], officer: Officer, days_ago: int, hour: int = 11) -> None:
        await self._decide(claims, officer, APPROVE, days_ago, hour)

    async def send_back(
        self, claims: Sequence[UUID], officer: Officer, days_ago: int, reason_code: str, note: str
    ) -> None:
        order = Order(
            verdict=Verdict.return_, reason_code=reason_code, note=note, return_to=ReturnTo.previous
        )
        await self._decide(claims, officer, order, days_ago, 15)

    async def reject(
        self, claims: Sequence[UUID], officer: Officer, days_ago: int, reason_code: str, note: str
    ) -> None:
        order = Order(verdict=Verdict.reject, reason_code=reason_code, note=note)
        await self._decide(claims, officer, order, days_ago, 15)

    async def _decide(
        self, claims: Sequence[UUID], officer: Officer, order: Order, days_ago: int, hour: int
    ) -> None:
        rows = await self._db.execute(
            select(col(Claim.id), col(Claim.version))
            .where(col(Claim.city_id) == self._city_id, col(Claim.id).in_(claims))
            .order_by(col(Claim.id))
        )
        versions = {row.id: row.version for row in rows}
        when = self._when(days_ago, hour)
        outcome = await decide(self._db, officer.viewer, versions, order, when)
        for _, refusal in outcome.refused:
            raise refusal

    def _when(self, days_ago: int, hour: int) -> datetime:
        day = self._days.office_day(self._days.back(days_ago))
        return at(day, hour) + timedelta(minutes=days_ago * 7 % 60)
