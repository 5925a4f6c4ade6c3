"""No secret gets through: neither those that are set nor what looks like one, wherever it stands."""

import json
import string
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from desktop_app.tracing.redaction import REDACTED, Redactor

_PRINTABLE = string.ascii_letters + string.digits + string.punctuation
KEYS = st.text(_PRINTABLE, min_size=8, max_size=80)
TOKENS = st.text(string.ascii_letters + string.digits + "_-", min_size=16, max_size=80)


def _nested(leaf: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.recursive(
        leaf | st.none() | st.integers() | st.booleans(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8) | leaf, inner, max_size=4),
        max_leaves=12,
    )


@given(key=KEYS, before=st.text(max_size=40), after=st.text(max_size=40))
@example(key='with"quote\\', before="", after="")
@example(key="aaaaaaaa", before="aaa", after="aaa")
def test_a_key_that_is_set_is_taken_out_of_any_text(key: str, before: str, after: str) -> None:
    assume(key not in REDACTED)
    assert key not in Redactor([key]).text(f"{before}{key}{after}")


@given(key=KEYS, data=st.data())
def test_a_key_that_is_set_is_taken_out_at_any_depth_also_of_names(key: str, data: st.DataObject) -> None:
    assume(key not in REDACTED)
    texts = st.tuples(st.text(max_size=10), st.text(max_size=10)).map(key.join)
    value = data.draw(_nested(texts))
    written = json.dumps(Redactor([key]).value(value), ensure_ascii=False)
    assert json.dumps(key, ensure_ascii=False)[1:-1] not in written


@given(key=KEYS)
def test_a_key_is_known_however_it_is_written(key: str) -> None:
    assume(key not in REDACTED)
    redactor = Redactor([key])
    for written in (json.dumps({"k": key}), repr(key), quote(key, safe="")):
        text = redactor.text(f"refused: {written}")
        assert key not in text
        assert json.dumps(key)[1:-1] not in text
        assert quote(key, safe="") not in text


FORMS = [
    "sk-{}",
    "sk-ant-api03-{}",
    "sk-proj-{}",
    "Bearer {}",
    "bearer  {}",
    "Authorization: Bearer {}",
    "authorization: Basic {}",
    "x-api-key: {}",
    '"x-api-key": "{}"',
    '{{\\"X-Api-Key\\": \\"{}\\"}}',
    "api_key='{}'",
    "{{'api-key': '{}'}}",
    "?api_key={}&x=1",
    "password={}",
    "https://somebody:{}@proxy.example/",
    "https://{}@proxy.example/",
    "hf_{}",
    "ghp_{}",
    "gsk_{}",
    "sk_{}",
    "xai-{}",
    "glpat-{}",
    "github_pat_{}",
    "AIza0123456789abcdef{}",
    "API-KEY: {}",
    "AUTHORIZATION={}",
    "PASSWORD={}",
    "passwd: {}",
    "access_token={}",
    "ACCESS_TOKEN={}",
    "client_secret={}",
    "SECRET='{}'",
]


@pytest.mark.parametrize("form", FORMS)
@given(token=TOKENS, before=st.sampled_from(["", " ", "(", '"', "key=", "\n", "é "]))
def test_what_looks_like_a_key_is_taken_out_without_being_set(form: str, token: str, before: str) -> None:
    assert token not in Redactor().text(before + form.format(token))


@given(st.lists(st.text(max_size=20) | st.sampled_from([*FORMS, "configured-key"]), max_size=6), TOKENS)
def test_redacting_again_changes_nothing(pieces: list[str], token: str) -> None:
    text = "".join(piece.replace("{}", token) for piece in pieces)
    redactor = Redactor(["configured-key"])
    once = redactor.text(text)
    assert redactor.text(once) == once


@pytest.mark.parametrize(
    "text",
    [
        "I want a task-management habit and a risk-averse plan.",
        "Learn to ask-and-answer; desk-work is fine. The bearer is 5 m.",
        "My password is secret, said she; the key to it is practice.",
        "3 tokens: input_tokens 12, output_tokens 3",
        "https://example.org/a@b?c=d mail me@example.org",
    ],
)
def test_words_that_are_no_keys_stay(text: str) -> None:
    assert Redactor().text(text) == text


def test_a_value_under_the_name_of_a_secret_is_taken_out_whatever_it_is() -> None:
    value = {"Authorization": "x", "x-api-key": 7, "openai_api_key": ["a"], "password": "", "input_tokens": 3}
    assert Redactor().value({"headers": value}) == {
        "headers": {
            "Authorization": REDACTED,
            "x-api-key": REDACTED,
            "openai_api_key": REDACTED,
            "password": "",
            "input_tokens": 3,
        }
    }


def test_a_short_key_is_only_taken_for_one_as_a_whole_word() -> None:
    redactor = Redactor(["test", "abc"])
    assert redactor.text("the latest test of abc") == f"the latest {REDACTED} of abc"


def test_a_key_that_comes_later_is_known_from_then_on() -> None:
    redactor = Redactor([None, ""])
    assert redactor.text("open sesame") == "open sesame"
    redactor.keep_secret("open sesame")
    redactor.keep_secret("open sesame", "another-key")
    assert redactor.text("open sesame, another-key") == f"{REDACTED}, {REDACTED}"


@given(key=KEYS, place=st.integers(min_value=0, max_value=120))
def test_a_key_on_the_cut_leaves_no_half_of_it(key: str, place: int) -> None:
    text = " " * place + key + " " * 500
    cut = Redactor([key]).value(text, limit=100)
    assert isinstance(cut, str)
    assert cut.endswith(f"… [cut: {len(text)} characters]")
    told = cut.partition("…")[0].replace(REDACTED, "").strip()
    # At most the beginning of the mark itself is left.
    assert REDACTED.startswith(told)


def test_what_is_no_json_value_is_told_as_text_and_endless_depth_ends() -> None:
    deep: list[Any] = []
    deep.append(deep)
    value = Redactor().value({"a": float("nan"), 1: (1.5, {2}), "b": b"x", "deep": deep})
    written = json.dumps(value, allow_nan=False)
    assert '"a": "nan", "1": [1.5, [2]], "b": "b\'x\'"' in written
    assert "[nested too deeply]" in written
