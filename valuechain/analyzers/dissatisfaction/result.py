"""`DissatisfactionResult`: who is dissatisfied with what, whatever the mode that found it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from valuechain.errors import Text
from valuechain.results import Column, Result

if TYPE_CHECKING:
    import pandas as pd

SERVICES = (
    Column("late", "share", "Share that arrives later than the client expects."),
    Column("faulty", "share", "Share with a fault, own or inherited."),
    Column("unclear", "share", "Share that is unclear."),
    Column("repeated", "share", "Share that took more than one attempt."),
    Column("dissatisfied", "share", "Share that leaves the client dissatisfied."),
)
DEPARTMENTS = (
    Column("morale_loss", "share", "Share of morale lost: inputs, angry customers, overload."),
    Column("esat", "share", "Share of its staff satisfied, where it was observed today."),
    Column("turnover", "share a year", "Share of its staff that leaves, where it was observed."),
)
CUSTOMERS = (
    Column("dissatisfied", "share", "Share of customers dissatisfied."),
    Column("csat", "share", "Share of customers satisfied."),
)

Direction = Literal["vicious", "virtuous", "at rest"]


@dataclass(frozen=True)
class Loop:
    """A loop through which dissatisfaction comes back to where it began.

    Attributes
    ----------
    members : tuple of str
        Departments and customers in it, by id.
    services : tuple of str
        What carries it.
    gain : float
        The part of a push that comes back, 0 to 1: the largest over its members. A lasting push
        of 1 becomes ``1 / (1 - gain)``.
    dominated_by : str
        The service with the largest return gain.
    direction : str
        For the change asked about: *vicious* (its members are worse off than today), *virtuous*,
        or *at rest* where nothing changes them.
    """

    members: tuple[str, ...]
    services: tuple[str, ...]
    gain: float
    dominated_by: str
    direction: Direction


@dataclass(frozen=True, eq=False)
class DissatisfactionResult(Result):
    """Who is dissatisfied with what.

    Attributes
    ----------
    loops : tuple of Loop
        The strongest first.
    tipping_point : bool
        Whether the loops have more than one lasting state: the one reached from today is reported.
    least, greatest : mapping of str to float
        Dissatisfaction of each customer in the best and the worst state the loops can keep up.
    """

    title: ClassVar[Text] = Text("Dissatisfaction", "Insatisfacción")
    loops: tuple[Loop, ...] = ()
    tipping_point: bool = False
    least: Mapping[str, float] = field(default_factory=dict)
    greatest: Mapping[str, float] = field(default_factory=dict)

    @property
    def calibration(self) -> pd.DataFrame:
        """What was observed today, what the model explains of it, and what it cannot."""
        return self.to_frame("calibration")

    def extras(self) -> Mapping[str, Any]:
        """Return the loops, whether there is a tipping point, and the lasting states."""
        return {
            "loops": list(self.loops),
            "tipping_point": self.tipping_point,
            "least": dict(self.least),
            "greatest": dict(self.greatest),
        }
