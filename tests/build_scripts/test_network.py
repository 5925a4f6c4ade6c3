"""Which certificates and which index pip and uv are given."""

from pathlib import Path

from build_scripts.setup.network import network_environment

NOWHERE = Path("nowhere")


def test_a_certificate_file_set_for_one_tool_counts_for_both() -> None:
    assert network_environment({"SSL_CERT_FILE": "ours.pem"}, NOWHERE)["PIP_CERT"] == "ours.pem"
    assert network_environment({"PIP_CERT": "ours.pem"}, NOWHERE)["SSL_CERT_FILE"] == "ours.pem"


def test_the_bundle_of_the_system_is_used_where_nothing_is_set(tmp_path: Path) -> None:
    bundle = tmp_path / "bundle.crt"
    bundle.touch()
    env = network_environment({}, bundle)
    assert (env["PIP_CERT"], env["SSL_CERT_FILE"]) == (str(bundle), str(bundle))


def test_no_certificate_file_is_named_where_there_is_none() -> None:
    assert "SSL_CERT_FILE" not in network_environment({}, NOWHERE)


def test_an_index_set_for_pip_counts_for_uv() -> None:
    assert network_environment({"PIP_INDEX_URL": "https://mirror.example/simple"}, NOWHERE)["UV_DEFAULT_INDEX"] == (
        "https://mirror.example/simple"
    )


def test_what_is_set_for_uv_stays() -> None:
    given = {"PIP_INDEX_URL": "https://a.example", "UV_DEFAULT_INDEX": "https://b.example", "UV_SYSTEM_CERTS": "0"}
    env = network_environment(given, NOWHERE)
    assert {name: env[name] for name in given} == given
