"""The chains that come with the library, to learn from and to start from."""

from __future__ import annotations

from importlib.resources import files

from valuechain.chain import ValueChain
from valuechain.errors import Lang, Text, UnknownIdError
from valuechain.schema import parse_yaml


def examples() -> tuple[str, ...]:
    """Return the names of the chains that come with the library.

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> "enterprise" in examples()
    True
    """
    names = (entry.name for entry in files(__package__).iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))


def example(name: str) -> ValueChain:
    """Return a chain that comes with the library.

    Parameters
    ----------
    name : str
        One of `examples()`.

    Returns
    -------
    ValueChain

    Raises
    ------
    UnknownIdError
        If there is none of that name, with the near misses.

    Examples
    --------
    >>> example("design_delay").name
    'Diseño tarde, venta perdida'
    """
    return parse_yaml(example_text(name))


def example_text(name: str) -> str:
    """Return the YAML of a chain that comes with the library, comments and all."""
    if name not in examples():
        raise UnknownIdError(Text("example", "ejemplo"), name, examples())
    return files(__package__).joinpath(f"{name}.yaml").read_text(encoding="utf-8")


def template(full: bool = False, lang: Lang = "es") -> str:
    """Return a commented chain to start from: seven lines, or a full one.

    Parameters
    ----------
    full : bool
        With everything that is usually needed.
    lang : {"es", "en"}
        Of names and comments.

    Returns
    -------
    str
        YAML.
    """
    name = f"{'full' if full else 'short'}.{lang}.yaml"
    return files(__package__).joinpath("templates", name).read_text(encoding="utf-8")
