"""The people room over HTTP."""

from fastapi import APIRouter

from xuefen.people import router_me, router_sign_in, router_teachers

router = APIRouter()
router.include_router(router_sign_in.router)
router.include_router(router_me.router)
router.include_router(router_teachers.router)
root_router = router_sign_in.root_router
