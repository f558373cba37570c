"""Who speaks for a school in accountability: its county, or the city for a direct school. Pure."""

from collections.abc import Collection

from xuefen.core.errors import Conflict
from xuefen.organisations.roles import Role
from xuefen.organisations.viewer import Binding, Viewer

AUTHORITIES = (Role.county_reviewer, Role.city_auditor)


class NotTheAuthority(Conflict):
    code, title = "not_the_authority", "该单位由其主管教育行政部门处理，请联系其工作人员"


def authority_path(org_path: str, counties: Collection[str]) -> str:
    """The county above `org_path`; without one the city itself.

    县市区 oversees its schools, the city its direct schools (株教函〔2014〕29号 五(二), 六(四)3).
    """
    above = [county for county in counties if org_path.startswith(county)]
    return above[0] if above else f"{org_path.split('/')[0]}/"


def authority_binding(viewer: Viewer, org_path: str, counties: Collection[str]) -> Binding | None:
    """The capacity in which `viewer` decides about the unit at `org_path`; None: it is another's to decide."""
    path = authority_path(org_path, counties)
    role = Role.county_reviewer if path in counties else Role.city_auditor
    return next((binding for binding in viewer.having([role]) if binding.path == path), None)


def require_authority(viewer: Viewer, org_path: str, counties: Collection[str]) -> Binding:
    """The same; `NotTheAuthority` where it is another's to decide."""
    binding = authority_binding(viewer, org_path, counties)
    if binding is None:
        raise NotTheAuthority
    return binding
