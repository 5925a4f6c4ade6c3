"""What the stamps of `.venv` remember, and what is installed because of them."""

import pytest

from build_scripts.setup.console import SetupError
from tests.build_scripts.conftest import Checkout


def test_everything_is_stale_in_a_fresh_environment(checkout: Checkout) -> None:
    assert checkout.environment.stale(["app", "dev"]) == ["app", "dev"]


def test_what_was_installed_is_not_stale(checkout: Checkout) -> None:
    checkout.mark_installed("app")
    assert checkout.environment.stale(["app", "dev"]) == ["dev"]


def test_a_changed_requirements_file_is_stale_again(checkout: Checkout) -> None:
    checkout.mark_installed("app", "dev")
    with (checkout.root / "requirements" / "app.txt").open("a", encoding="utf-8") as file:
        file.write("# one more line\n")
    assert checkout.environment.stale(["app", "dev"]) == ["app"]


def test_an_environment_of_another_python_is_stale_as_a_whole(checkout: Checkout) -> None:
    checkout.mark_installed("app")
    (checkout.root / ".venv" / "pyvenv.cfg").write_text("version = 3.9.2\n", "utf-8")
    assert checkout.environment.stale(["app"]) == ["app"]


def test_an_environment_whose_python_is_gone_is_stale_as_a_whole(checkout: Checkout) -> None:
    checkout.mark_installed("app")
    python = checkout.environment.python
    python.unlink()
    python.symlink_to(checkout.root / "gone")
    assert checkout.environment.stale(["app"]) == ["app"]


def test_installing_checks_hashes_and_builds_nothing(checkout: Checkout) -> None:
    checkout.environment.install(["app", "dev"], checkout.add_uv(), {})
    (call,) = checkout.uv_calls
    assert call.startswith("pip install")
    assert "--require-hashes --no-build" in call
    assert "app.txt" in call
    assert "dev.txt" in call


def test_an_environment_of_another_python_is_made_anew(checkout: Checkout) -> None:
    (checkout.root / ".venv" / "pyvenv.cfg").write_text("version = 3.9.2\n", "utf-8")
    checkout.environment.install(["app"], checkout.add_uv(), {})
    assert [call.split()[0] for call in checkout.uv_calls] == ["venv", "pip"]
    assert "--clear" in checkout.uv_calls[0]


def test_a_failed_installation_leaves_no_stamp(checkout: Checkout) -> None:
    with pytest.raises(SetupError, match="check the network connection"):
        checkout.environment.install(["app"], checkout.add_uv(refused="app"), {})
    assert checkout.environment.stale(["app"]) == ["app"]
