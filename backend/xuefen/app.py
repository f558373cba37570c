"""The application: rooms' routers, middleware, problems, and the static page in the embedded default."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from xuefen import health
from xuefen.approvals.planner_router import router as planner
from xuefen.approvals.record_router import router as record
from xuefen.approvals.router import router as approvals
from xuefen.attendance.router import router as attendance
from xuefen.core import problems
from xuefen.core.access_log import AccessLog
from xuefen.core.db import Database
from xuefen.core.headers import SecurityHeaders
from xuefen.core.limits import BodyLimit
from xuefen.core.settings import Settings, settings
from xuefen.core.tokens import tokens
from xuefen.enrollments.router import router as enrollments
from xuefen.exemptions.router import router as exemptions
from xuefen.organisations.policy_router import router as policies
from xuefen.organisations.router import router as organisations
from xuefen.oversight.budgets_router import router as budgets
from xuefen.oversight.bulletins_router import router as bulletins
from xuefen.oversight.closing_router import router as closings
from xuefen.oversight.interviews_router import router as interviews
from xuefen.oversight.measures_router import router as measures
from xuefen.oversight.preview_router import router as previews
from xuefen.oversight.reports_router import router as reports
from xuefen.oversight.verdicts_router import router as verdicts
from xuefen.page import mount_page
from xuefen.people.access import load_viewer
from xuefen.people.roster.router import router as imports
from xuefen.people.router import root_router
from xuefen.people.router import router as people
from xuefen.platforms.granting import grant
from xuefen.platforms.router import router as platforms
from xuefen.programs.router import router as programs
from xuefen.worker import working

API = "/api/v1"
ROOMS = (
    enrollments,
    record,
    attendance,
    platforms,
    approvals,
    planner,
    people,
    imports,
    programs,
    exemptions,
    policies,
    previews,
    closings,
    verdicts,
    bulletins,
    interviews,
    reports,
    measures,
    budgets,
    organisations,
)
"""Tried in turn by every request: the hot paths first. Each is included straight into the application,
because every level of inclusion searches twice."""
UPLOADS = (f"{API}/imports",)


def create_app(configuration: Settings | None = None) -> FastAPI:
    """The ASGI application for `configuration` (default: from the environment)."""
    chosen = configuration or settings()
    app = FastAPI(
        title="Xuefen 研训学分",
        version="1",
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        openapi_url=f"{API}/openapi.json",
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.settings = chosen
    app.state.tokens = tokens()
    app.state.load_viewer = load_viewer
    app.state.grant_client_credentials = grant
    problems.install(app)
    app.include_router(health.router)
    app.include_router(root_router)
    for room in ROOMS:
        app.include_router(room, prefix=API)
    mount_page(app, chosen.frontend)
    _add_middleware(app, chosen)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    chosen: Settings = app.state.settings
    app.state.database = Database(chosen)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(app.state.database.close)
        if chosen.worker_in_process:
            await stack.enter_async_context(working(app.state.database))
        yield


def _add_middleware(app: FastAPI, chosen: Settings) -> None:
    """The last one added is the outermost."""
    app.add_middleware(
        BodyLimit,
        maximum=chosen.max_body_bytes,
        upload_maximum=chosen.max_upload_bytes,
        upload_paths=UPLOADS,
    )
    if chosen.allowed_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=chosen.allowed_origins,
            allow_credentials=True,
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "If-Match"],
            expose_headers=["ETag", "Retry-After"],
        )
    app.add_middleware(
        SecurityHeaders, https=chosen.environment == "production", api_origins=chosen.allowed_origins
    )
    app.add_middleware(AccessLog)
