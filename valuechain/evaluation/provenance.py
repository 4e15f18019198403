"""Where the numbers of a result come from: one call for every verb."""

from __future__ import annotations

import dataclasses
import hashlib

import numpy as np

from valuechain.network import ChainArrays, Laws, Weights
from valuechain.results import Provenance, environment, library_version
from valuechain.today import Situation


def provenance_of(
    situation: Situation, verb: str, seed: int | None = None, samples: int | None = None
) -> Provenance:
    """Return the provenance of a result on a chain as it is now."""
    now = situation.now
    return Provenance(
        verb=verb,
        version=library_version(),
        fingerprint=fingerprint(now),
        seed=seed,
        samples=samples,
        measured=int(now.own_measured.sum()),
        hand_offs=len(now.service_ids),
        assumptions=dict(now.coefficients),
        environment=environment(),
    )


def fingerprint(arrays: ChainArrays, without: frozenset[str] = frozenset()) -> str:
    """Return 16 hexadecimal digits that change with anything a number is computed from.

    `without` names fields that do not matter for what it is wanted for.
    """
    digest = hashlib.blake2b(digest_size=8)
    for field in dataclasses.fields(arrays):
        if field.name not in without:
            _feed(digest, getattr(arrays, field.name))
    return digest.hexdigest()


def _feed(digest: hashlib.blake2b, value: object) -> None:
    if isinstance(value, np.ndarray):
        digest.update(value.tobytes())
    elif isinstance(value, Laws | Weights):
        for field in dataclasses.fields(value):
            _feed(digest, getattr(value, field.name))
    elif isinstance(value, dict):
        for key in sorted(value, key=str):
            digest.update(repr(key).encode())
            _feed(digest, value[key])
    else:
        digest.update(repr(value).encode())
