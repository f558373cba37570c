"""Steps of a policy's route turned into the desks that do them, and their stored form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from xuefen.approvals.rules import Desk
from xuefen.organisations.kinds import OrganisationKind
from xuefen.organisations.models import Organisation
from xuefen.policy.levels import Level
from xuefen.policy.routes import Act, SchoolPlace, Step, Tier


@dataclass(frozen=True, slots=True)
class Place:
    """An organisation as a route needs it."""

    id: UUID
    kind: OrganisationKind
    path: str
    name: str

    @classmethod
    def of(cls, organisation: Organisation) -> "Place":
        return cls(organisation.id, organisation.kind, organisation.path, organisation.name)


@dataclass(frozen=True, slots=True)
class Map:
    """The organisations around a claim: the city, its counties by path, and others by id."""

    city: Place
    counties: Mapping[str, Place]
    places: Mapping[UUID, Place]

    def county_of(self, path: str) -> Place | None:
        """The county at or above `path`; None under the city itself (direct schools)."""
        return self.counties.get("/".join(path.split("/")[:2]) + "/")

    def school_place(self, school: Place) -> SchoolPlace:
        return SchoolPlace(direct=self.county_of(school.path) is None)

    def desks(self, steps: Sequence[Step], sponsor: Place | None, school: Place) -> tuple[Desk, ...]:
        return tuple(self._desk(step, sponsor, school) for step in steps)

    def _desk(self, step: Step, sponsor: Place | None, school: Place) -> Desk:
        place = self._place(step.tier, sponsor, school)
        return Desk(step.tier, step.act, place.id, place.path, place.name)

    def _place(self, tier: Tier, sponsor: Place | None, school: Place) -> Place:
        """Who does the step: a sponsor of that tier, else the teacher's own school or county."""
        if tier is Tier.city:
            return self.city
        if tier is Tier.county:
            return self._county(sponsor, school) or self.city
        if sponsor is not None and sponsor.kind.value == tier.value:
            return sponsor
        return school

    def _county(self, sponsor: Place | None, school: Place) -> Place | None:
        if sponsor is not None and sponsor.kind is OrganisationKind.county:
            return sponsor
        return self.county_of(school.path)


def level_of_sponsor(sponsor: Place) -> Level:
    """The level that an organisation sponsors at when nothing higher is said (国培, 省培 are said)."""
    levels = {
        OrganisationKind.city: Level.city,
        OrganisationKind.county: Level.county,
        OrganisationKind.union: Level.union,
        OrganisationKind.school: Level.school,
    }
    return levels.get(sponsor.kind, Level.school)


def stored(desks: Sequence[Desk]) -> list[dict[str, Any]]:
    return [
        {
            "tier": desk.tier.value,
            "act": desk.act.value,
            "organisation_id": str(desk.organisation_id),
            "path": desk.path,
            "name": desk.name,
        }
        for desk in desks
    ]


def read(route: Sequence[Mapping[str, Any]]) -> tuple[Desk, ...]:
    return tuple(
        Desk(
            Tier(step["tier"]),
            Act(step["act"]),
            UUID(step["organisation_id"]),
            step["path"],
            step["name"],
        )
        for step in route
    )
