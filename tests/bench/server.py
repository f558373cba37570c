"""The product with one more operation, `GET /hello`: nothing but the check of a token. Run as a module."""

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

from xuefen.app import create_app
from xuefen.core import logs
from xuefen.core.garbage import collect_less_often
from xuefen.core.settings import settings
from xuefen.organisations.access import CurrentPrincipal


class Hello(BaseModel):
    city_id: str


def add_hello(app: FastAPI) -> None:
    """The route goes first: the static page would swallow it."""

    async def hello(who: CurrentPrincipal) -> Hello:
        return Hello(city_id=str(who.city_id))

    app.add_api_route("/hello", hello)
    app.router.routes.insert(0, app.router.routes.pop())


if __name__ == "__main__":
    logs.configure(with_messages=False)
    application = create_app()
    add_hello(application)
    collect_less_often()
    uvicorn.run(application, port=settings().port, log_config=None, access_log=False, server_header=False)
