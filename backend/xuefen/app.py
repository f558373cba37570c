"""The application: rooms' routers, middleware, problems, and the static page in the embedded default."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI

from xuefen.approvals.router import router as approvals
from xuefen.attendance.router import router as attendance
from xuefen.core import problems
from xuefen.core.db import Database
from xuefen.core.settings import Settings, settings
from xuefen.core.tokens import tokens
from xuefen.people.access import load_viewer
from xuefen.people.router import root_router
from xuefen.people.router import router as people
from xuefen.programs.router import router as programs

API = "/api/v1"


def create_app(configuration: Settings | None = None) -> FastAPI:
    """The ASGI application for `configuration` (default: from the environment)."""
    chosen = configuration or settings()
    app = FastAPI(title="Xuefen 研训学分", version="1", lifespan=_lifespan, docs_url=None, redoc_url=None)
    app.state.settings = chosen
    app.state.tokens = tokens()
    app.state.load_viewer = load_viewer
    problems.install(app)
    app.include_router(root_router)
    app.include_router(_api())
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.database = Database(app.state.settings)
    try:
        yield
    finally:
        await app.state.database.close()


def _api() -> APIRouter:
    api = APIRouter(prefix=API)
    for room in (people, programs, approvals, attendance):
        api.include_router(room)
    return api
