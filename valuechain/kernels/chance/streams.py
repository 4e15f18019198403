"""Random numbers that belong to a name: a stream per seed, id and purpose, read at any place.

A draw is a pure function of (seed, purpose, id, sample, attempt, round). Nothing is consumed, so
nothing shifts: adding or reordering services, other numbers of samples, more attempts or rounds
leave every other draw as it was, and two chains share the draws of what they have in common.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
F32 = NDArray[np.float32]
IntArray = NDArray[np.int64]

BLOCK = 16_384  # samples of a block: a row of them fits the cache, and numpy's calls are few
CELLS = 65_536.0  # ranks are drawn in (0, CELLS]
JOBS = 4  # samples next to each other that share a 16-bit word (see `job_cells`)
TOGETHER = 4 * JOBS  # samples whose 16-bit words fill a word of 64 bits

_MASK = (1 << 64) - 1
_PER_WORD = np.uint64(0x9E3779B97F4A7C15)  # odd; the golden ratio, as in SplitMix64
_PER_ATTEMPT = 0xD1342543DE82EF95  # odd multipliers that set attempts and rounds apart
_PER_ROUND = 0xAEF17502108EF2D9
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_SHIFTS = np.uint64(30), np.uint64(27), np.uint64(31)


def stream_keys(seed: int, purpose: str, names: Iterable[str]) -> Words:
    """Return the keys of the streams for `purpose`, one row a name.

    Parameters
    ----------
    seed : int
    purpose : str
        What is drawn, such as ``"own"`` or ``"need"``.
    names : iterable of str
        Ids of services or departments.

    Returns
    -------
    ndarray of uint64, shape (n, 1)

    Examples
    --------
    >>> bool(stream_keys(1, "own", ["a"])[0] == stream_keys(1, "own", ["b", "a"])[1])
    True
    """
    head = blake2b(f"{seed}\0{purpose}\0".encode(), digest_size=8)
    digests = []
    for name in names:
        whole = head.copy()
        whole.update(name.encode())
        digests.append(whole.digest())
    return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64).reshape(-1, 1)


def _offset(attempt: int, round_: int) -> np.uint64:
    return np.uint64((attempt * _PER_ATTEMPT + round_ * _PER_ROUND) & _MASK)


def uniforms(keys: Words, place: int, attempt: int = 0) -> NDArray[np.float64]:
    """Return a uniform number of each stream at one place, ``(len(keys),)``, in (0, 1).

    To 53 bits, the ends excluded. For few draws of many names; samples of jobs come from `Draws`.

    Examples
    --------
    >>> keys = stream_keys(0, "range", ["a", "b"])
    >>> bool(uniforms(keys, 7)[1] == uniforms(keys[1:], 7)[0])
    True
    """
    there = np.uint64((place * int(_PER_WORD) + attempt * _PER_ATTEMPT) & _MASK)
    word = keys[:, 0] + there
    _mix(word, np.empty_like(word))
    share: NDArray[np.float64] = ((word >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53
    return share


def _mix(word: Words, spare: Words) -> None:
    """Mix counters in place: the finalizer of SplitMix64."""
    np.right_shift(word, _SHIFTS[0], out=spare)
    np.bitwise_xor(word, spare, out=word)
    np.multiply(word, _MIX_1, out=word)
    np.right_shift(word, _SHIFTS[1], out=spare)
    np.bitwise_xor(word, spare, out=word)
    np.multiply(word, _MIX_2, out=word)
    np.right_shift(word, _SHIFTS[2], out=spare)
    np.bitwise_xor(word, spare, out=word)


def mixed(numbers: Words) -> Words:
    """Return a random-looking word of 64 bits for each of `numbers`."""
    word = numbers * _PER_WORD
    _mix(word, np.empty_like(word))
    return word


class JobWords(NamedTuple):
    """16-bit words, each for four samples next to each other (see `job_cells`).

    Attributes
    ----------
    sixteen : ndarray of uint16, shape (k, n / 4)
    number : ndarray of int, shape (k, n / 4)
        The same numbers, to look things up with.
    """

    sixteen: NDArray[np.uint16]
    number: IntArray

    def row(self, i: int) -> JobWords:
        """Return the words `(1, n / 4)` of one row."""
        return JobWords(self.sixteen[i : i + 1], self.number[i : i + 1])


class Draws:
    """The random numbers of samples `first` to `first + size`.

    Parameters
    ----------
    seed : int
    first : int
        Number of the first sample, a multiple of 4.
    size : int
        How many samples; for `words` a multiple of 4.
    rows : int
        The most rows `ranks` and `words` are asked for at once.

    Notes
    -----
    A counter-based generator (Salmon et al. 2011): word ``w`` of a stream is
    ``mix(key + w * golden + attempt * a + round * b)``: SplitMix64 (Steele, Lea and Flood 2014,
    with Stafford's variant 13 of the finalizer), started at a place given by the key. It needs no
    state to be set and works on whole rows, which makes it faster in numpy than numpy's own
    generators. Streams are stretches of one sequence of 2^64 words at random places: that any two
    of 10^5 streams of 10^5 words meet has a probability of 10^-4, and no consequence but that
    those two services are correlated at a shift.

    A *rank* is ``CELLS * P(Z > z)`` of the draw ``z`` it stands for: small ranks are large draws.
    Of each word four ranks are made: 16 bits of their own, plus a fraction of a cell that the
    sample shares among all its streams. So every single rank is uniform on (0, 65536) to 2^-32
    (in float32: 24 significant bits, finest at the upper tail of the draw), with neither gaps nor
    ties, and two ranks of one sample are independent except for their places inside their cells:
    every probability about k streams is exact to about k 2^-16 times the probability that one of
    them hits a given cell, that is 2^-32 k; far below what any number of samples can show.

    References
    ----------
    Salmon, Moraes, Dror and Shaw (2011), Parallel random numbers: as easy as 1, 2, 3, SC '11.
    Steele, Lea and Flood (2014), Fast splittable pseudorandom number generators, OOPSLA '14.

    Examples
    --------
    >>> key = stream_keys(0, "own", ["a"])
    >>> early, late = Draws(0, 0, 8), Draws(0, 4, 4)
    >>> bool((early.ranks(key)[0, 4:] == late.ranks(key)[0]).all())
    True
    """

    def __init__(self, seed: int, first: int, size: int, rows: int = 1) -> None:
        self.size = size
        self._first = first
        end = first + size
        self._counter = np.arange(first // 4, -(-end // 4), dtype=np.uint64) * _PER_WORD
        shared = np.arange(first // TOGETHER, -(-end // TOGETHER), dtype=np.uint64)
        self._shared_counter = shared * _PER_WORD
        self._skipped = first % TOGETHER // JOBS  # 16-bit words that lie before `first`
        self._words = np.empty((2, rows * len(self._counter)), np.uint64)
        self._index = np.empty((rows, size // JOBS), np.intp)
        key = stream_keys(seed, "place in the cell", [""])
        fraction = (self._sixteen_bits(key, 0) + np.float32(0.5)) * np.float32(1 / CELLS)
        self.fraction: F32 = fraction[0].astype(np.float32)  # (size,), of a cell

    def _mixed(self, counter: Words, keys: Words, round_: int) -> NDArray[np.uint16]:
        cells = len(keys) * len(counter)
        word, spare = self._words[:, :cells].reshape(2, len(keys), -1)
        np.add(counter, keys + _offset(0, round_) if round_ else keys, out=word)
        _mix(word, spare)
        return word.view(np.uint16)

    def _sixteen_bits(self, keys: Words, round_: int) -> NDArray[np.uint16]:
        return self._mixed(self._counter, keys, round_)[:, : self.size]

    def words(self, keys: Words, round_: int = 0) -> JobWords:
        """Return words `(len(keys), size / 4)` of the first attempt, until something else is drawn.

        They are not those that `ranks` of the same keys would be made of.
        """
        if self.size % JOBS:
            raise ValueError(
                f"a word is for {JOBS} samples, and {self.size} is no multiple of {JOBS}"
            )
        stop = self._skipped + self.size // JOBS
        sixteen = self._mixed(self._shared_counter, keys, round_)[:, self._skipped : stop]
        index = self._index[: len(keys)]
        np.copyto(index, sixteen)
        return JobWords(sixteen, index)

    def ranks(self, keys: Words, round_: int = 0, out: F32 | None = None) -> F32:
        """Return ranks `(len(keys), size)` of the first attempt, in `out` if given."""
        if out is None:
            out = np.empty((len(keys), self.size), np.float32)
        np.copyto(out, self._sixteen_bits(keys, round_))
        np.add(out, self.fraction, out=out)
        return out

    def ranks_at(self, key: Words, samples: IntArray, attempt: int = 0, round_: int = 0) -> F32:
        """Return the ranks of one stream `(1,)` at `samples`, counted within these draws."""
        place = (samples + self._first).astype(np.uint64)
        word = (place >> np.uint64(2)) * _PER_WORD + (key + _offset(attempt, round_))
        _mix(word, np.empty_like(word))
        lane = (place & np.uint64(3)) << np.uint64(4)
        sixteen = ((word >> lane) & np.uint64(0xFFFF)).astype(np.float32)
        ranks: F32 = sixteen + self.fraction[samples]
        return ranks

    def whole_numbers(self, keys: Words, below: int, round_: int = 0) -> IntArray:
        """Return a number in 0 .. `below` - 1 per key, the same for all samples of these draws."""
        word = keys[:, 0] + _offset(0, round_) + self._counter[0]
        _mix(word, np.empty_like(word))
        numbers: IntArray = (word >> np.uint64(11)).astype(np.int64) % below
        return numbers
