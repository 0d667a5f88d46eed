"""The benchmarks check that peers agree before they time them; here the checks alone."""

from __future__ import annotations

import pytest
from benchmarks import engine, npmle
from benchmarks.timing import Timing

from helpers.estimate.turnbull import npmle as estimate


@pytest.mark.parametrize("heaped", [True, False])
def test_the_bootstrap_agrees_with_lifelines_resample_by_resample(heaped: bool) -> None:
    assert engine.check(*engine.simulate(heaped)) < 1e-9


def test_an_answer_that_differs_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = engine.simulate(True)
    wrong = engine.ours(*data, engine.PEER) + 1
    monkeypatch.setattr(engine, "lifelines_one_by_one", lambda *arguments: wrong)
    with pytest.raises(RuntimeError, match="disagree"):
        engine.check(*data)


def test_the_npmle_of_the_benchmark_is_optimal_and_near_lifelines() -> None:
    lower, upper, kind = npmle.simulate(50)
    fit = estimate(lower, upper, kind)
    assert fit.gap < 1e-8
    assert npmle.difference_from_lifelines(fit, lower, upper) < npmle.STOPPED_SHORT


def test_rates_are_ratios_to_ours() -> None:
    timings = {"ours": Timing((2.0, 1.0, 3.0), 100), "peer": Timing((10.0,), 5)}
    assert timings["ours"].rate == 50
    assert any("100 times as fast" in line for line in engine.rates(timings, None))
