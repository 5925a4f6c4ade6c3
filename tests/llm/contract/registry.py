"""The services that the contract is held against; each entry makes a fresh provider under test.

`DOES_NOT_APPLY` names the tests that have nothing to hold a provider to, and why.
"""

from collections.abc import Callable

from tests.llm.builtin.under_test import BuiltinUnderTest
from tests.llm.claude.under_test import ClaudeUnderTest
from tests.llm.contract.provider import ProviderUnderTest
from tests.llm.ollama.under_test import OllamaUnderTest
from tests.llm.openai_agents.under_test import CompatibleUnderTest, OpenAIUnderTest

PROVIDERS: dict[str, Callable[[], ProviderUnderTest]] = {
    "builtin": BuiltinUnderTest,
    "claude": ClaudeUnderTest,
    "compatible": CompatibleUnderTest,
    "ollama": OllamaUnderTest,
    "openai": OpenAIUnderTest,
}

_ONE_ACTION = "its grammar lets it write words or one action, which it completes: tests/llm/builtin/test_service.py"
_NEVER_WRONG = "its grammar lets it write no wrong call, and after a tool ran nothing but words"
_ONE_OBJECT = (
    "it is told a past turn as one object, with its words and its last call: tests/llm/builtin/test_history.py"
)

DOES_NOT_APPLY: dict[str, dict[str, str]] = {
    "builtin": {
        "test_a_call_is_run_and_its_result_goes_back_for_the_final_text": _ONE_ACTION,
        "test_a_call_is_whole_wherever_the_stream_is_cut": _ONE_ACTION,
        "test_several_calls_in_one_reply_are_all_run_in_order": _ONE_ACTION,
        "test_several_tools_are_told_one_by_one": _ONE_ACTION,
        "test_two_calls_with_one_id_are_both_run_and_told_apart": _ONE_ACTION,
        "test_a_wrong_call_goes_back_to_the_model_as_an_error": _NEVER_WRONG,
        "test_a_model_that_never_stops_calling_is_stopped_after_eight_rounds": _NEVER_WRONG,
        "test_text_and_calls_of_another_provider_are_told_in_order": _ONE_OBJECT,
        "test_of_several_calls_only_the_answered_ones_are_told": _ONE_OBJECT,
        "test_a_call_whose_arguments_were_no_json_can_be_replayed": _ONE_OBJECT,
        "test_a_reply_that_failed_without_a_word_leaves_no_empty_message": "turns without an answer are left out of "
        "its small window: tests/llm/builtin/test_history.py",
    },
}
