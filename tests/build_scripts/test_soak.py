"""The soak in its short form: what a few dozen turns with faults become is what the model of them says."""

import pytest

from build_scripts.benchmarks.soak import SEED, soak


@pytest.mark.timeout(240)
def test_turns_with_random_faults_become_what_the_model_says_and_lose_nothing() -> None:
    done = soak(60, SEED)
    assert done.wrong == []
    assert done.kept == 60
    assert done.files[-1] <= done.files[0] + 8
