"""Agreement against published numbers, and what it says when there is too little."""

from __future__ import annotations

import pytest

from onegoal.core.agreement import cohen_kappa, krippendorff

N = None
# Krippendorff 2011, "Computing Krippendorff's alpha-reliability", section E: twelve units, four observers.
OBSERVERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
    [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
]
UNITS = [list(unit) for unit in zip(*OBSERVERS, strict=True)]


@pytest.mark.parametrize(("scale", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_alpha_is_the_published_one(scale, alpha):
    found = krippendorff(UNITS, scale)
    assert found.alpha.estimate == pytest.approx(alpha, abs=0.0006)
    assert (found.things, found.judgements) == (11, 40)


def test_binary_data_of_two_observers_give_the_published_alpha():
    # Krippendorff 2011, section A: ten articles, two observers.
    first, second = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    assert krippendorff(list(zip(first, second, strict=True)), "nominal").alpha.estimate == pytest.approx(
        0.095, abs=5e-4
    )


def test_the_interval_holds_the_estimate_and_narrows_with_more_units():
    few, many = krippendorff(UNITS, "nominal").alpha, krippendorff(UNITS * 9, "nominal").alpha
    assert few.low < few.estimate < few.high
    assert many.high - many.low < (few.high - few.low) / 2


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    import numpy as np

    chance, covered, rounds = np.random.default_rng(5), 0, 200
    truth = 1 - 0.2 * 0.5 / 0.5  # a second judge who guesses one time in five agrees by chance in half of those
    for _round in range(rounds):
        first = chance.integers(0, 2, 60)
        second = np.where(chance.random(60) < 0.2, chance.integers(0, 2, 60), first)
        bounds = krippendorff(np.column_stack([first, second]).tolist(), "nominal").alpha
        covered += bounds.low <= truth <= bounds.high
    assert 0.88 <= covered / rounds <= 0.99


def test_without_variety_or_pairs_there_is_no_alpha():
    assert krippendorff([[1, 1], [1, 1]], "nominal").alpha.estimate is None
    assert krippendorff([[1, None], [None, 0]], "nominal").things == 0
    assert krippendorff([], "interval").alpha.estimate is None


def test_a_handful_of_units_has_an_estimate_and_no_interval():
    found = krippendorff([[0, 1], [1, 1], [0, 0]], "nominal")
    assert found.alpha.estimate is not None
    assert found.alpha.low is None
    assert not found.is_too_low


def test_opposite_answers_are_too_low_beyond_chance_and_equal_ones_reliable():
    assert krippendorff([[0, 1]] * 20 + [[1, 0]] * 20, "nominal").is_too_low
    assert krippendorff([[0, 0]] * 20 + [[1, 1]] * 20, "nominal").is_reliable


def table(rows):
    return [(first, second) for first, row in enumerate(rows) for second, n in enumerate(row) for _one in range(n)]


# Agresti and Winner 1997: Siskel and Ebert on 160 films, con, mixed, pro.
FILMS = table([[24, 8, 13], [8, 13, 11], [10, 9, 64]])


def test_kappa_of_two_film_critics_is_the_published_one():
    assert cohen_kappa(FILMS) == pytest.approx(0.389, abs=0.0005)


def test_weighted_kappa_of_the_critics_is_the_published_one():
    assert cohen_kappa(FILMS, "linear") == pytest.approx(0.427, abs=0.0005)


def test_kappa_agrees_with_another_implementation():
    sklearn = pytest.importorskip("sklearn.metrics")
    first, second = zip(*FILMS, strict=True)
    assert cohen_kappa(FILMS, "quadratic") == pytest.approx(
        sklearn.cohen_kappa_score(first, second, weights="quadratic")
    )


def test_kappa_needs_answers_that_differ():
    assert cohen_kappa([]) is None
    assert cohen_kappa([("yes", "yes")] * 3) is None
