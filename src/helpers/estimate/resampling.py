"""Bootstrap over patients: resamples as counts, in blocks, the same whatever the number of workers.

A resample of n patients is a row of n counts: how often each was drawn. Statistics take a block of
such rows, so that one pass of matrix products serves hundreds of resamples, and memory is bounded
by the block. Every block has a seed of its own, made from the run's seed and the block's number.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from helpers.estimate.ties import FloatArray
from helpers.estimate.value import Value, finite_or_none

Counts = npt.NDArray[np.int64]
Statistic = Callable[[Counts], FloatArray]

LEFT_OUT = "left out: resampled"
"""Status of an estimate that is made of resamples, where none are drawn."""
INTERVAL_LEFT_OUT = "interval left out: resampled"
"""What the status of an estimate says whose interval alone is, where none are drawn."""
BLOCK = 512
"""Resamples per block: at 50 patients and 250 times its arrays stay within a core's cache."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Percentile limits of replicates, and how many replicates had no value.

    Attributes:
        lower, upper: limits in the unit of the statistic; None where they are infinite or where
            no replicate is defined.
        n_boot: replicates drawn.
        n_undefined: replicates without a value, left out.
        n_infinite: replicates at +∞ (a median that was not reached), kept.
    """

    lower: float | None
    upper: float | None
    n_boot: int
    n_undefined: int
    n_infinite: int

    def remarks(self) -> list[str]:
        """Say what is to be known about the replicates, for a status."""
        counted = ((self.n_undefined, "undefined"), (self.n_infinite, "without a reached median"))
        return [f"{count} of {self.n_boot} resamples {what}" for count, what in counted if count]


def draw_block(n: int, size: int, entropy: Sequence[int], block: int) -> Counts:
    """Draw one block of resamples of n patients.

    Args:
        n: number of patients, ≥ 1.
        size: resamples in the block.
        entropy: whole numbers that name the run and the estimate.
        block: number of the block, from 0.

    Returns:
        Shape (size, n): how often each patient was drawn; every row sums to n.

    Reference:
        Efron (1979).
    """
    drawn = np.random.default_rng([*entropy, block]).integers(0, n, size=(size, n))
    drawn += np.arange(size)[:, None] * n
    return np.bincount(drawn.ravel(), minlength=size * n).reshape(size, n)


def draws(n: int, n_boot: int, entropy: Sequence[int]) -> Iterator[Counts]:
    """Yield all resamples, block by block; arguments as :func:`draw_block`."""
    for block, size in enumerate(_block_sizes(n_boot)):
        yield draw_block(n, size, entropy, block)


def bootstrap(
    statistic: Statistic, n: int, *, n_boot: int, entropy: Sequence[int], workers: int = 1
) -> FloatArray:
    """Compute a statistic in resamples of patients.

    Args:
        statistic: from counts (b, n) to values (b,) or (b, k); NaN where undefined.
        n: number of patients, ≥ 1.
        n_boot: number of resamples; 0: none, and an empty array.
        entropy: whole numbers that name the run and the estimate; the same give the same resamples.
        workers: threads; they change the time it takes and nothing else.

    Returns:
        Shape (n_boot,) or (n_boot, k).

    Reference:
        Efron (1979); patients as the unit: Davison and Hinkley (1997), section 3.8.
    """

    def run(block_and_size: tuple[int, int]) -> FloatArray:
        block, size = block_and_size
        return statistic(draw_block(n, size, entropy, block))

    blocks = list(enumerate(_block_sizes(n_boot)))
    if not blocks:
        return np.empty(0)
    if workers == 1:
        return np.concatenate([run(block) for block in blocks])
    with ThreadPoolExecutor(workers) as pool:
        return np.concatenate(list(pool.map(run, blocks)))


def percentile_interval(replicates: FloatArray, level: float) -> Interval:
    """Read percentile limits from the replicates of one statistic.

    Type-1 quantiles (values that occur), which also serve replicates at +∞.

    Args:
        replicates: shape (n_boot,); NaN is undefined and left out, +∞ is kept.
        level: confidence level of the two-sided interval.

    Reference:
        Efron (1979); Hyndman and Fan (1996), definition 1.
    """
    defined = replicates[~np.isnan(replicates)]
    lower = upper = None
    if defined.size:
        # Rounded, or 0.02500000000000002 of 1000 replicates would be the 26th and not the 25th.
        tails = (round((1 - level) / 2, 12), round((1 + level) / 2, 12))
        low, high = np.quantile(defined, tails, method="inverted_cdf").tolist()
        lower, upper = finite_or_none(low), finite_or_none(high)
    return Interval(
        lower=lower,
        upper=upper,
        n_boot=replicates.size,
        n_undefined=replicates.size - defined.size,
        n_infinite=int(np.count_nonzero(np.isposinf(defined))),
    )


def with_limits(value: Value, interval: Interval) -> Value:
    """Give an estimate the percentile limits of its resamples, and say so in method and status.

    Args:
        value: an estimate of the sample, with a number.
        interval: of the same statistic in the resamples; of none of them where they are left out.

    Returns:
        The value with limits; extra: n_boot, n_undefined.
    """
    if interval.n_boot == 0:
        return replace(value, status=f"{value.status}, {INTERVAL_LEFT_OUT}")
    return replace(
        value,
        lower=interval.lower,
        upper=interval.upper,
        method=f"{value.method}; percentile bootstrap interval, {interval.n_boot} resamples of "
        "patients",
        status=", ".join([value.status, *interval.remarks()]),
        extra={**value.extra, "n_boot": interval.n_boot, "n_undefined": interval.n_undefined},
    )


def _block_sizes(n_boot: int) -> list[int]:
    """Split so many resamples into blocks; the split depends on nothing else."""
    full, rest = divmod(n_boot, BLOCK)
    return [BLOCK] * full + ([rest] if rest else [])
