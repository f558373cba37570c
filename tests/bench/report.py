"""`report`: the 20 % rule of every school over HTTP, and the plain sum over the ledger that it saves."""

import time
from datetime import date

import asyncpg

from tests.bench.city import CitySite
from tests.load import get
from xuefen.core import clock

PLAIN = """
SELECT school_id, count(*), count(*) FILTER (WHERE credits < 7200)
FROM (
  SELECT teacher.id, teacher.school_id,
    coalesce(sum(CASE entry.kind WHEN 'credit' THEN entry.credits_centi ELSE -entry.credits_centi END), 0) AS credits
  FROM teachers teacher
  LEFT JOIN ledger_entries entry ON entry.city_id = teacher.city_id AND entry.teacher_id = teacher.id
    AND entry.event_on BETWEEN $2 AND $3
  WHERE teacher.city_id = $1
  GROUP BY teacher.id, teacher.school_id
) AS people
GROUP BY school_id
"""
MILLISECONDS = 1000


class Report:
    """The running year of the whole city, as its auditor sees it."""

    def __init__(self, site: CitySite) -> None:
        self.site = site
        self.year = clock.today().year

    async def measure(self) -> float:
        """Milliseconds of one answer of the product."""
        call = get(f"/api/v1/reports/schools?year={self.year}", self.site.auditor)
        return MILLISECONDS / await self.site.per_second([call], 200, connections=1)

    async def measure_plain(self) -> float:
        """Milliseconds of the statement alone."""
        connection = await asyncpg.connect(self.site.url)
        try:
            first, last = date(self.year, 1, 1), date(self.year, 12, 31)
            started = time.perf_counter()
            await connection.fetch(PLAIN, self.site.city_id, first, last)
            return MILLISECONDS * (time.perf_counter() - started)
        finally:
            await connection.close()
