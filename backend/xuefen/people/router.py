"""The people room over HTTP."""

from fastapi import APIRouter

from xuefen.people import router_accounts, router_audit, router_me, router_sign_in, router_teachers

router = APIRouter()
for part in (router_sign_in, router_me, router_teachers, router_accounts, router_audit):
    router.include_router(part.router)
root_router = router_sign_in.root_router
