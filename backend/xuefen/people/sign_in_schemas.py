"""What crosses HTTP at the sign-in and about oneself."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from xuefen.core.text import Input, Line, Output, Password
from xuefen.organisations.kinds import OrganisationKind
from xuefen.organisations.roles import Role

SignInName = Annotated[str, Line(64)]
Secret = Annotated[str, Line(100)]


class TokenForm(BaseModel):
    """OAuth2: `password` for people, `client_credentials` (with HTTP Basic) for platforms.

    Unlike other inputs it passes over parameters it does not know: RFC 6749 3.2 demands it.
    """

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    grant_type: Literal["password", "client_credentials"]
    username: SignInName | None = None
    password: Password | None = None
    scope: Annotated[str, Field(max_length=200)] = ""


class UserToken(Output):
    """For a person; the refresh token is in the cookie."""

    access_token: str
    token_type: Literal["bearer"]
    expires_in: int


class ClientToken(Output):
    """For a platform, with the scopes it carries."""

    access_token: str
    token_type: Literal["bearer"]
    expires_in: int
    scope: str


class Activate(Input):
    staff_no: SignInName
    secret: Secret
    new_password: Password


class ChangePassword(Input):
    current_password: Password
    new_password: Password


class Jwk(Output):
    kty: str
    crv: str
    x: str
    y: str
    kid: str
    use: str
    alg: str


class JwkSet(Output):
    keys: list[Jwk]


class Place(Output):
    id: UUID
    name: str
    kind: OrganisationKind
    path: str


class MyBinding(Output):
    role: Role
    organisation: Place


class MyCity(Output):
    id: UUID
    name: str


class Me(Output):
    """Who is signed in, and what for."""

    id: UUID
    name: str
    staff_no: str
    phone_masked: str | None
    city: MyCity
    teacher_id: UUID | None
    must_change_password: bool
    bindings: list[MyBinding]
