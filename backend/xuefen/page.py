"""The static page, served by the API process in the embedded default."""

from pathlib import Path

from fastapi import FastAPI
from starlette.responses import FileResponse
from starlette.staticfiles import StaticFiles

from xuefen.core.problems import NoSuchAddress


def mount_page(app: FastAPI, folder: Path) -> None:
    """Serve `folder` (the front end) at the root, when it is there; the API answers first.

    `/docs` draws the contract for whoever builds on it; in production it is not there.
    """
    if not (folder / "index.html").is_file():
        return

    @app.get("/", include_in_schema=False)
    async def get_page() -> FileResponse:
        return FileResponse(folder / "index.html")

    @app.get("/docs", include_in_schema=False)
    @app.get("/docs.html", include_in_schema=False)
    async def get_documentation() -> FileResponse:
        if not app.state.settings.relaxed:
            raise NoSuchAddress
        return FileResponse(folder / "docs.html")

    app.mount("/", StaticFiles(directory=folder, html=True), name="page")
