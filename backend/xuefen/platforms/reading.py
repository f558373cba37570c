"""A platform reads back what it reported."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core.page import Keyset, Page
from xuefen.platforms.models import Completion, Platform
from xuefen.platforms.queries import own_completions
from xuefen.platforms.schemas import CompletionOut, CompletionQuery

BY_UPDATE = Keyset("completions", (col(Completion.updated_at), col(Completion.id)))


async def completions(db: AsyncSession, platform: Platform, page: CompletionQuery) -> Page[CompletionOut]:
    """The platform's completions in the order of their last change."""
    statement = own_completions(platform)
    if page.updated_since is not None:
        statement = statement.where(col(Completion.updated_at) >= page.updated_since)
    rows: Sequence[Any] = (await db.execute(BY_UPDATE.select(statement, page))).all()
    shown, token = BY_UPDATE.cut(rows, page, lambda row: (row[0].updated_at, row[0].id))
    return Page(items=[_shown(*row) for row in shown], next_page_token=token)


def _shown(completion: Completion, program_code: str) -> CompletionOut:
    return CompletionOut(
        completion_id=completion.id,
        external_id=completion.external_id,
        status=completion.status,
        program_code=program_code,
        completed_on=completion.completed_on,
        hours=completion.hours_centi,
        result=completion.result,
        score=completion.score_centi,
        claim_id=completion.claim_id,
        received_at=completion.received_at,
        updated_at=completion.updated_at,
    )
