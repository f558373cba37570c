"""What the framework knows of the route that a request reached."""

from fastapi import Request
from fastapi.routing import iter_route_contexts
from starlette.types import Scope

NO_ROUTE = "/"


def route_template(scope: Scope) -> str:
    """The template of the matched route, `/api/v1/claims/:claim_id`; `/` when none matched.

    It stands where a path would, because a path holds what the caller sent.
    """
    # A route of an included router knows its full path only through this context.
    context = scope.get("fastapi", {}).get("effective_route_context")
    route = context if context is not None else scope.get("route")
    template = getattr(route, "path_format", None) or NO_ROUTE
    return str(template).replace("{", ":").replace("}", "")


def allowed_methods(request: Request) -> list[str]:
    """Every method of the requested path, for `Allow`: the framework names only the first route's."""
    path = request.url.path
    methods = {
        method
        for route in iter_route_contexts(request.app.routes)
        if route.methods and route.path_regex.match(path)
        for method in route.methods
    }
    return sorted(methods)
