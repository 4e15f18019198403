"""The chain: departments, customers, and the services they give each other.

Frozen classes that forbid unknown keys. Every field has its description, unit
and default here once; the JSON Schema and the schema page are made from them.
What spans several fields is in `rules`; what a change does, in `changes`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic._internal._model_construction import (
    ModelMetaclass,
)  # public nowhere, stable since 2.0

from valuechain import fields as f
from valuechain.quantities import Duration, FrozenMapping, Number
from valuechain.refusals import schema_error

EMPTY: FrozenMapping[Any] = FrozenMapping()
DepartmentKind = Literal[
    "employees",
    "managers",
    "hr",
    "it",
    "sales_marketing",
    "customer_service",
    "finance",
    "supply_chain",
    "operations",
    "other",
]
CustomerKind = Literal[
    "consumer", "business", "retail", "supplier", "investor", "regulator", "partner"
]
Status = Literal["active", "potential"]
IfLate = Literal["waits", "goes_on"]
Deliverable = Literal["supply", "resource", "information", "approval", "support"]
Inputs = Literal["together", "in_sequence"]
InterventionKind = Literal[
    "training",
    "communication",
    "recognition",
    "feedback",
    "staffing",
    "automation",
    "agreement",
    "other",
]


def _field(description: str, unit: str = "", default: Any = None) -> Any:
    extra: dict[str, Any] = {"unit": unit} if unit else {}
    return Field(default=default, description=description, json_schema_extra=extra)


def _words(literal: Any) -> Any:
    return f.word_field(*literal.__args__)


class _SaysAllIssues(ModelMetaclass):
    """Turns pydantic's error into a `SchemaError` when a class is called from Python."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().__call__(*args, **kwargs)
        except ValidationError as error:
            assert issubclass(cls, BaseModel)
            raise schema_error(error, cls) from None


class Declared(BaseModel, metaclass=_SaysAllIssues):
    """Base of everything a chain declares: frozen, no unknown keys, one error with all issues."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    def __repr__(self) -> str:
        given = ", ".join(f"{key}={getattr(self, key)!r}" for key in sorted(self.model_fields_set))
        return f"{type(self).__name__}({given})"


class Department(Declared):
    """A department: an internal customer and a provider.

    Examples
    --------
    >>> Department(name="TI", kind="it", staff=3)
    Department(kind='it', name='TI', staff=3.0)
    """

    name: f.TextField | None = _field("Its name, for people. Absent: the id.")
    kind: Annotated[DepartmentKind, *_words(DepartmentKind)] = _field("What it does.", "", "other")
    takes: f.OwnTimeField | None = _field(
        "Own time common to all its services, one draw a job.",
        "duration or distribution",
    )
    staff: f.PositiveField | None = _field("People who do the work; may be fractional.", "people")
    availability: f.PositiveShareField = _field("Share of staff time available.", "share", 1.0)
    esat: f.ShareField | None = _field("Observed satisfaction of its staff.", "share")
    turnover: f.ShareField | None = _field("Observed share of staff that leaves.", "share a year")
    inputs: Annotated[Inputs, *_words(Inputs)] = _field(
        "A job starts when its last input arrives (together), or inputs are fetched one after "
        "another (in_sequence).",
        "",
        "together",
    )
    cost_per_hour: f.AmountField | None = _field("Cost of an hour of work.", "money an hour")
    needs: f.TextsField = _field("What it needs, in words.", "", ())
    gives: f.TextsField = _field("What it gives, in words.", "", ())
    source: f.SourceField = _field("Where its figures come from.")
    notes: f.TextField | None = _field("Notes.")
    tags: f.TextsField = _field("Tags.", "", ())


class Customer(Declared):
    """An external party: a customer; one that provides too is a supplier or a regulator.

    Examples
    --------
    >>> Customer(kind="business", revenue=720000).status
    'active'
    """

    name: f.TextField | None = _field("Its name, for people. Absent: the id.")
    kind: Annotated[CustomerKind, *_words(CustomerKind)] = _field("Who it is.", "", "consumer")
    status: Annotated[Status, *_words(Status)] = _field(
        "A customer today, or one to be won.", "", "active"
    )
    tier: f.TextField | None = _field("How important it is, in your words.")
    count: f.AmountField | None = _field("Number of customers in the segment.", "customers")
    revenue: f.AmountField | None = _field(
        "Revenue of the whole segment (potential: if all were won).", "money a year"
    )
    csat: f.ShareField | None = _field("Observed satisfaction.", "share")
    nps: f.NpsField | None = _field("Observed Net Promoter Score.", "points, -100 to 100")
    churn: f.ShareField | None = _field("Observed share that leaves.", "share a year")
    win_rate: f.ShareField | None = _field("Share won today (potential customers).", "share")
    choice: f.ShareField = _field("How freely it can leave.", "share", 0.5)
    wears_on: f.LinksField = _field(
        "Departments that feel its anger: low .05, medium .10, high .20, or a share.",
        "",
        EMPTY,
    )
    recommends: f.LinksField = _field(
        "Customers who listen to it: low .05, medium .10, high .20, or a share.",
        "",
        EMPTY,
    )
    needs: f.TextsField = _field("What it needs, in words.", "", ())
    source: f.SourceField = _field("Where its figures come from.")
    notes: f.TextField | None = _field("Notes.")
    tags: f.TextsField = _field("Tags.", "", ())


class Service(Declared):
    """What a provider gives to a client.

    Examples
    --------
    >>> Service(provider="it", client="sales", sla="4 h", need="10 %").id
    'it>sales'
    """

    provider: f.IdField = Field(description="Id of who provides it.")
    client: f.IdField = Field(description="Id of who receives it.")
    key: f.IdField | None = _field("Tells services of the same pair apart.")
    name: f.TextField | None = _field("Its name, for people. Absent: the id.")
    takes: f.OwnTimeField | None = _field(
        "The provider's own time for one attempt, once it has what it needs. Absent: 0, not "
        "measured.",
        "duration or distribution",
    )
    work: f.OwnTimeField | None = _field(
        "Hands-on time of one attempt; with the department's staff the wait is computed.",
        "duration or distribution",
    )
    sla: f.TimeField | None = _field("Promise, from request to delivery.", "duration")
    expects: f.TimeField | None = _field("What the client finds timely. Absent: sla.", "duration")
    buffer: f.BufferField = _field(
        "Head start or stock: how late it may be before the client is held up; `sla`: asked for "
        "that long ahead.",
        "duration",
        Duration(0.0, "h"),
    )
    need: f.ShareField | None = _field(
        "Share of the client's jobs that need it; to a customer, its share of the volume. Absent: "
        "from the volumes, else 1.",
        "share",
    )
    for_: f.TextsField = Field(
        default=(),
        alias="for",
        description="Which of the client's own services need it: client ids, keys or service ids. "
        "Absent: all.",
    )
    if_late: Annotated[IfLate, *_words(IfLate)] | None = _field(
        "The client waits for it, or goes on without it. Absent: goes_on for support, else waits."
    )
    alternatives: f.IdField | None = _field("Group of inputs of which any one suffices.")
    volume: f.AmountField | None = _field("Requests per period.", "requests a period")
    peak: f.PositiveField = _field("Factor of a busy period.", "factor", 1.0)
    fcr: f.PositiveShareField = _field("Share resolved in one attempt.", "share", 1.0)
    quality: f.ShareField | None = _field(
        "Observed share of deliveries without fault. Absent: no own fault.", "share"
    )
    clarity: f.ShareField | None = _field("Observed share of deliveries that are clear.", "share")
    target_quality: f.ShareField = _field("What quality should be.", "share", 1.0)
    target_clarity: f.ShareField = _field("What clarity should be.", "share", 1.0)
    on_time: f.ShareField | None = _field("Observed share on time.", "share")
    csat: f.ShareField | None = _field("Observed satisfaction with this service.", "share")
    impact: f.ImpactField = _field(
        "How likely the client's own output suffers when this disappoints it: low .10, medium "
        ".30, high .60, decisive .90, or a share.",
        "share",
        "medium",
    )
    channels: f.TextsField = _field("Channels.", "", ())
    deliverable: Annotated[Deliverable, *_words(Deliverable)] | None = _field("What kind it is.")
    hours: f.TextsField = _field("When it is open.", "", ())
    languages: f.TextsField = _field("Languages.", "", ())
    relationship: f.TextField | None = _field("What kind of relationship it is.")
    source: f.SourceField = _field("Where its figures come from.")
    notes: f.TextField | None = _field("Notes.")
    tags: f.TextsField = _field("Tags.", "", ())

    @property
    def id(self) -> str:
        """``provider>client``, or ``provider>client:key``."""
        pair = f"{self.provider}>{self.client}"
        return f"{pair}:{self.key}" if self.key else pair

    @property
    def waits(self) -> bool:
        """Whether the client waits for it when it is late."""
        if self.if_late is None:
            return self.deliverable != "support"
        return self.if_late == "waits"


class Change(Declared):
    """What is changed on top of today: set, then scale, then add, then delay."""

    set: f.PathsField = _field("Field path to its new value.", "", EMPTY)
    scale: f.FactorsField = _field("Field path to a factor.", "", EMPTY)
    add: f.PathsField = _field("Field path to an amount to add.", "", EMPTY)
    delay: f.DelaysField = _field(
        "Department or service to own time added once per delivery.", "duration", EMPTY
    )


class Scenario(Change):
    """A change with a name: what may happen."""

    name: f.TextField | None = _field("Its name, for people.")
    notes: f.TextField | None = _field("Notes.")


class Intervention(Scenario):
    """A change one can pay for: what to do about it."""

    kind: Annotated[InterventionKind, *_words(InterventionKind)] = _field(
        "What is done.", "", "other"
    )
    cost: f.AmountField | None = _field("One-off cost.", "money")
    cost_per_year: f.AmountField | None = _field("Yearly cost.", "money a year")
    excludes: f.TextsField = _field("Interventions that cannot go with it.", "", ())
    requires: f.TextsField = _field("Interventions it needs.", "", ())
    starts: f.AmountField = _field("When it starts.", "periods", 0.0)
    ramp: f.AmountField = _field("How long until it has its full effect (linear).", "periods", 0.0)
    decay: f.PositiveField | None = _field("Half-life of its effect. Absent: it stays.", "periods")


class FailureWeights(Declared):
    """How strongly each failure of a service dissatisfies, by itself."""

    late: f.ShareField = _field("Delivered later than expected.", "share", 0.5)
    faulty: f.ShareField = _field("Wrong.", "share", 0.6)
    unclear: f.ShareField = _field("Unclear.", "share", 0.3)
    repeated: f.ShareField = _field("Took more than one attempt.", "share", 0.2)


class Assumptions(Declared):
    """The model's coefficients: assumptions, each of which can be overridden."""

    weights: FailureWeights = _field("Weight of each failure.", "", FailureWeights())
    morale_to_quality: f.ShareField = _field("Lost morale to own faults.", "share", 0.10)
    morale_to_time: f.ShareField = _field("Lost morale to slower work.", "share", 0.10)
    input_to_morale: f.ShareField = _field("Disappointing inputs to morale.", "share", 0.10)
    overload_to_morale: f.ShareField = _field("Overload to morale.", "share", 0.20)
    overload_starts: f.ShareField = _field("Utilisation at which overload starts.", "share", 0.85)
    unexplained: f.ShareField = _field(
        "Least share of an observed dissatisfaction that couplings leave unexplained.",
        "share",
        0.2,
    )
    recovery: f.PositiveShareField = _field("Recovery per period.", "share a period", 0.5)
    shared_cause: f.ShareField = _field("Correlation of all own times.", "share", 0.0)
    detractor_score: f.ScoreField = _field(
        "Recommendation of a dissatisfied customer.", "score -1 to 1", -0.8
    )


def number_of(value: Number | str, words: dict[str, float]) -> float:
    """Return the number of a value that may be a word such as ``"medium"`` or an estimate.

    Examples
    --------
    >>> number_of("high", f.IMPACT_WORDS)
    0.6
    """
    from valuechain.quantities import base_of

    return words[value] if isinstance(value, str) else base_of(value)
