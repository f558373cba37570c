"""What a table says of who may see its rows; `organisations.scope.within` is the only reader."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scope:
    """Names of the columns that decide. A row is visible when any of them matches the viewer.

    organisation: path of the unit as of the event; sponsor: path of the organisation that set the training
    up, which sees its own training wherever the teacher works; teacher: the person the row is about;
    provider: the provider's organisation id; platform: the platform's id;
    public: visible to the whole city when this column is not null.
    """

    organisation: str | None = None
    sponsor: str | None = None
    teacher: str | None = None
    provider: str | None = None
    platform: str | None = None
    public: str | None = None
