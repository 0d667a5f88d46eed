import statistics

import pytest

from helpers.synthetic.draws import Draw, expit, logit


def test_a_key_has_its_own_stream_and_always_the_same() -> None:
    first = [Draw(1, 2, 3).uniform() for _ in range(2)]
    assert first[0] == first[1]
    assert Draw(1, 2, 3).uniform() != Draw(1, 2, 4).uniform() != Draw(2, 2, 4).uniform()


def test_the_stream_is_numpys_pcg64() -> None:
    # The first uniform of PCG64 under SeedSequence(1, spawn_key=(2,)): it must never move.
    assert Draw(1, 2).uniform() == 0.23316830360018304


def test_weights_are_shares() -> None:
    draw = Draw(5)
    picks = [draw.weigh({"rare": 1, "never": 0, "often": 3}) for _ in range(4000)]
    assert picks.count("often") / 4000 == pytest.approx(0.75, abs=0.03)
    assert "never" not in picks


def test_whole_numbers_reach_both_ends() -> None:
    draw = Draw(5)
    assert {draw.whole(2, 4) for _ in range(100)} == {2, 3, 4}


def test_shuffling_loses_nothing() -> None:
    assert sorted(Draw(5).shuffle([3, 1, 2, 2])) == [1, 2, 2, 3]


def test_numbers_outside_the_limits_move_to_them() -> None:
    draw = Draw(5)
    drawn = [draw.normal_within(0, 10, -1, 1) for _ in range(100)]
    assert min(drawn) == -1
    assert max(drawn) == 1


def test_half_of_the_weibull_times_lie_below_the_median() -> None:
    draw = Draw(5)
    times = [draw.weibull(18, 1.3, 0) for _ in range(4000)]
    assert statistics.median(times) == pytest.approx(18, rel=0.05)


def test_log_odds_and_back() -> None:
    assert expit(logit(0.16)) == pytest.approx(0.16)
