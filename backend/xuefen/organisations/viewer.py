"""Who is asking: the viewer and the role bindings that the database knows of now."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from xuefen.core.errors import Forbidden
from xuefen.organisations.roles import Role


@dataclass(frozen=True, slots=True)
class Binding:
    """A role at an organisation: `path` is the organisation's, `kind` its kind."""

    role: Role
    organisation_id: UUID
    organisation_name: str
    path: str
    kind: str


@dataclass(frozen=True, slots=True)
class Viewer:
    """The signed-in person. `teacher_id` is set when the account belongs to a teacher."""

    user_id: UUID
    city_id: UUID
    name: str
    teacher_id: UUID | None
    bindings: tuple[Binding, ...]

    def having(self, roles: Iterable[Role]) -> tuple[Binding, ...]:
        wanted = frozenset(roles)
        return tuple(binding for binding in self.bindings if binding.role in wanted)

    def has(self, *roles: Role) -> bool:
        return bool(self.having(roles))

    def paths(self, *roles: Role) -> tuple[str, ...]:
        return tuple(binding.path for binding in self.having(roles))

    @property
    def providers(self) -> frozenset[UUID]:
        """The providers that the person works for."""
        return frozenset(binding.organisation_id for binding in self.having([Role.provider_staff]))

    def acting_as(self, *roles: Role) -> "Viewer":
        """The same person with no other roles: sees what these roles open, and nothing else."""
        return replace(self, teacher_id=None, bindings=self.having(roles))

    def covers(self, path: str, *roles: Role) -> bool:
        """Whether a binding with one of `roles` stands at `path` or above it."""
        return any(path.startswith(above) for above in self.paths(*roles))

    def require(self, roles: Iterable[Role]) -> None:
        """Raise `Forbidden` unless one of `roles` is held somewhere. No roles: everyone signed in."""
        wanted = tuple(roles)
        if wanted and not self.has(*wanted):
            raise Forbidden
