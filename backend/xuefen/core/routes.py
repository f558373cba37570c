"""What the framework knows of the route that a request reached."""

from fastapi import FastAPI, Request
from fastapi.routing import iter_route_contexts
from starlette.types import Scope
