"""`Result`: what every verb returns. Tables with units, and where the numbers come from."""

from __future__ import annotations

import html
import importlib.metadata
import platform
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from valuechain.errors import Lang, Text, UsageError
from valuechain.quantities import Calendar, FrozenMapping

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

Values = NDArray[Any]
SHOWN_ROWS = 10


@dataclass(frozen=True)
class Column:
    """A column of a table: its name, its unit and what it says."""

    name: str
    unit: str
    description: str


@dataclass(frozen=True, eq=False)
class Table:
    """Rows with an id and typed columns; numbers that were not measured are NaN in here only.

    Parameters
    ----------
    level : str
        What a row is: services, departments, customers, sources, ...
    ids : tuple of str
        One id per row.
    columns : tuple of Column
        In the order they are shown.
    data : mapping of name to array ``(len(ids),)``, or to a function that computes it when read
    """

    level: str
    ids: tuple[str, ...]
    columns: tuple[Column, ...]
    data: Mapping[str, Values | Callable[[], Values]]
    _read: dict[str, Values] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "data", FrozenMapping(self.data))

    def __repr__(self) -> str:
        return f"<Table {self.level}: {len(self.ids)} rows, {len(self.columns)} columns>"

    def column(self, name: str) -> Values:
        """Return a column as a read-only array.

        Raises
        ------
        UsageError
            If there is no such column.
        """
        if name not in self._read:
            if name not in self.data:
                names = ", ".join(column.name for column in self.columns)
                raise UsageError(
                    Text(
                        f"no column {name} in {self.level}; there are: {names}",
                        f"no hay columna {name} en {self.level}; hay: {names}",
                    )
                )
            source = self.data[name]
            values = np.array(source() if callable(source) else source)
            if values.shape[:1] != (len(self.ids),):
                raise ValueError(f"column {name}: {values.shape} for {len(self.ids)} rows")
            values.flags.writeable = False
            self._read[name] = values
        return self._read[name]

    def __getitem__(self, name: str) -> Values:
        return self.column(name)

    def value(self, row_id: str, name: str) -> Any:
        """Return one cell as a Python value; None where it was not measured."""
        return _plain(self.column(name)[self.ids.index(row_id)])

    def records(self, names: Iterable[str] | None = None) -> list[dict[str, Any]]:
        """Return one dictionary per row, ready for JSON; None where it was not measured.

        `names` of columns, if not all are wanted: some are computed only when read.
        """
        names = [column.name for column in self.columns] if names is None else list(names)
        columns = [[_plain(v) for v in self.column(name)] for name in names]
        rows = zip(*columns, strict=True) if columns else ([] for _ in self.ids)
        return [
            {"id": row_id, **dict(zip(names, row, strict=True))}
            for row_id, row in zip(self.ids, rows, strict=True)
        ]

    def ordered(self, order: Iterable[int]) -> Table:
        """Return the same table with its rows in another order."""
        rows = list(order)
        data = {column.name: self.column(column.name)[rows] for column in self.columns}
        return Table(self.level, tuple(self.ids[row] for row in rows), self.columns, data)


@dataclass(frozen=True)
class Provenance:
    """Where the numbers of a result come from.

    Attributes
    ----------
    verb : str
        Which question was asked.
    version : str
        Of this library.
    fingerprint : str
        Of the chain: equal chains, equal fingerprints.
    seed, samples : int or None
        Of the draws; None where nothing is drawn.
    measured, hand_offs : int
        How many services carry a measured time, of how many.
    assumptions : mapping of str to float
        The coefficients used.
    environment : mapping of str to str
        Versions of Python, numpy and scipy.
    """

    verb: str
    version: str
    fingerprint: str
    seed: int | None
    samples: int | None
    measured: int
    hand_offs: int
    assumptions: Mapping[str, float]
    environment: Mapping[str, str]


def environment() -> dict[str, str]:
    """Return the versions that a number can depend on."""
    import scipy

    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
    }


@cache
def library_version() -> str:
    """Return this library's version."""
    try:
        return importlib.metadata.version("valuechain")
    except importlib.metadata.PackageNotFoundError:  # run from a source tree, not installed
        return "0+source"


_USUAL = Calendar()


@dataclass(frozen=True, eq=False)
class Result:
    """Base of every result: tables by level, the first one the default, and their provenance."""

    tables: Mapping[str, Table]
    provenance: Provenance
    labels: Mapping[str, str]  # id -> name for people
    calendar: Calendar = _USUAL  # turns working hours into the days people speak of

    title: ClassVar[Text] = Text("Result", "Resultado")

    def __init_subclass__(cls) -> None:
        # The decorator `dataclass` keeps what a class has: the short one, not all of the fields.
        cls.__repr__ = Result.__repr__  # type: ignore[method-assign]

    def __post_init__(self) -> None:
        object.__setattr__(self, "tables", FrozenMapping(self.tables))
        object.__setattr__(self, "labels", FrozenMapping(self.labels))

    def table(self, level: str | None = None) -> Table:
        """Return the table of a level, without one the first.

        Raises
        ------
        UsageError
            If the result has no such level.
        """
        if level is None:
            return next(iter(self.tables.values()))
        if level not in self.tables:
            levels = ", ".join(self.tables)
            raise UsageError(
                Text(
                    f"no level {level!r} here; there are: {levels}",
                    f"aquí no hay nivel {level!r}; hay: {levels}",
                )
            )
        return self.tables[level]

    def to_frame(self, level: str | None = None) -> pd.DataFrame:
        """Return a table as a pandas DataFrame, index = the id; what was not measured is NA."""
        import pandas as pd

        table = self.table(level)
        columns: dict[str, Any] = {}
        for column in table.columns:
            values = table.column(column.name)
            missing = values.dtype.kind == "f" and bool(np.isnan(values).any())
            columns[column.name] = (
                pd.array([_plain(value) for value in values], dtype="Float64")
                if missing
                else values
            )
        frame = pd.DataFrame(columns, index=pd.Index(table.ids, name="id"))
        frame.attrs["units"] = {column.name: column.unit for column in table.columns}
        return frame

    def to_records(self, level: str | None = None) -> list[dict[str, Any]]:
        """Return a table as dictionaries, one per row, ready for JSON."""
        return self.table(level).records()

    def to_dict(self) -> dict[str, Any]:
        """Return everything, ready for JSON."""
        origin = {
            name: dict(value) if isinstance(value, Mapping) else value
            for name, value in vars(self.provenance).items()
        }
        return {
            "result": type(self).__name__,
            "provenance": origin,
            "columns": {
                level: {c.name: {"unit": c.unit, "description": c.description} for c in t.columns}
                for level, t in self.tables.items()
            },
            **{level: table.records() for level, table in self.tables.items()},
            **{key: _json_ready(value) for key, value in self.extras().items()},
        }

    def extras(self) -> Mapping[str, Any]:
        """Return what a result holds beside its tables."""
        return {}

    def top(self, n: int = 5, level: str | None = None, by: str | None = None) -> Table:
        """Return the `n` rows with the largest values of a column, ties by id.

        `by` absent: the table's own order if the result is a ranking, else its first column.
        """
        table = self.table(level)
        names = [column.name for column in table.columns]
        if by is None and "rank" in names:
            return table.ordered(range(min(n, len(table.ids))))
        values = table.column(by or names[0])
        if values.dtype.kind not in "fiub":
            raise UsageError(Text(f"{by} is no number", f"{by} no es un número"))
        sizes = np.where(np.isnan(values.astype(float)), -np.inf, values.astype(float))
        order = sorted(range(len(sizes)), key=lambda row: (-sizes[row], table.ids[row]))
        return table.ordered(order[:n])

    def label(self, any_id: str) -> str:
        """Return the name for people of an id."""
        return self.labels.get(any_id, any_id)

    # --- doors to other rooms -------------------------------------------------------------------

    def explain(self, lang: Lang = "es") -> str:
        """Return what the result says, in words."""
        from valuechain.report import explain_result

        return explain_result(self, lang)

    def plot(self, ax: Axes | None = None, lang: Lang = "es") -> Axes:
        """Draw the result; returns matplotlib Axes."""
        from valuechain.plot import plot_result

        return plot_result(self, ax, lang)

    def _repr_html_(self) -> str:
        table = self.table()
        shown = self._shown(table)
        names = [column.name for column in shown.columns]
        head = "".join(f"<th>{html.escape(name)}</th>" for name in ["", *names])
        body = "".join(
            "<tr><th>"
            + html.escape(self.label(record["id"]))
            + "</th>"
            + "".join(f"<td>{html.escape(_short(record[name]))}</td>" for name in names)
            + "</tr>"
            for record in shown.records()
        )
        more = len(table.ids) - SHOWN_ROWS
        rest = f"<p>... {more} more rows: to_frame()</p>" if more > 0 else ""
        return (
            f"<table><caption>{html.escape(repr(self))}</caption><thead><tr>{head}</tr></thead>"
            f"<tbody>{body}</tbody></table>{rest}"
        )

    def _shown(self, table: Table) -> Table:
        """Return what a notebook shows of a table."""
        return table.ordered(range(min(SHOWN_ROWS, len(table.ids))))

    def __repr__(self) -> str:
        rows = ", ".join(f"{len(table.ids)} {level}" for level, table in self.tables.items())
        return f"<{type(self).__name__}: {rows}>"

    @cached_property
    def is_fully_measured(self) -> bool:
        """Whether every hand-off carries a measured time."""
        return self.provenance.measured == self.provenance.hand_offs


def _plain(value: Any) -> Any:
    """Return a Python value; None for what was not measured."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and np.isnan(value):
        return None
    return value


def _json_ready(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _json_ready(part) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_json_ready(part) for part in value]
    if isinstance(value, np.ndarray):
        return [_json_ready(part) for part in value.tolist()]
    if hasattr(value, "__dataclass_fields__"):
        return {name: _json_ready(getattr(value, name)) for name in value.__dataclass_fields__}
    return _plain(value)


def _short(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.4g}"
    return str(value)
