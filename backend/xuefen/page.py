"""The static page, served by the API process in the embedded default."""

from pathlib import Path

from fastapi import FastAPI
from starlette.responses import FileResponse
from starlette.staticfiles import StaticFiles


def mount_page(app: FastAPI, folder: Path) -> None:
    """Serve `folder` (the front end) at the root, when it is there; the API answers first."""
    if not (folder / "index.html").is_file():
        return

    @app.get("/", include_in_schema=False)
    async def get_page() -> FileResponse:
        return FileResponse(folder / "index.html")

    app.mount("/", StaticFiles(directory=folder, html=True), name="page")
