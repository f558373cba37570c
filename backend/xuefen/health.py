"""`/livez` (the process answers; no database) and `/readyz` (the database answers, at our revision)."""

from fastapi import APIRouter
from sqlalchemy import text

from xuefen.core.db import ReadSession
from xuefen.core.errors import Unavailable
from xuefen.core.problems import problems
from xuefen.core.text import Output
from xuefen.migrate import newest_revision

router = APIRouter(tags=["health"])


class NotMigrated(Unavailable):
    code, title = "not_migrated", "数据库还没有升级到当前版本，请运行 xuefen migrate"


class Health(Output):
    status: str


@router.get("/livez", operation_id="get_liveness", response_model=Health)
async def get_liveness() -> Health:
    return Health(status="ok")


@router.get(
    "/readyz",
    operation_id="get_readiness",
    response_model=Health,
    responses=problems(NotMigrated, Unavailable),
)
async def get_readiness(db: ReadSession) -> Health:
    revision = await db.scalar(text("SELECT version_num FROM alembic_version"))
    if revision != newest_revision():
        raise NotMigrated
    return Health(status="ok")
