"""What is said not to apply is still there to be said of."""

from tests.llm.contract import test_connections, test_history, test_replies, test_tools, test_traces
from tests.llm.contract.registry import DOES_NOT_APPLY, PROVIDERS


def test_only_tests_that_exist_are_left_out_and_only_for_providers_that_exist() -> None:
    modules = (test_connections, test_history, test_replies, test_tools, test_traces)
    known = {name for module in modules for name in vars(module)}
    left_out = {name for tests in DOES_NOT_APPLY.values() for name in tests}
    assert left_out <= known
    assert DOES_NOT_APPLY.keys() <= PROVIDERS.keys()
