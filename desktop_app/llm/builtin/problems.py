"""Why the built-in coach cannot be used, each with what to do about it."""

from desktop_app.errors import AppError

INSTALL_ADVICE = "Run python3 build_scripts/run.py without --without-builtin; it installs the built-in model."


class WeightsError(AppError):
    """The model's file cannot be had; the text says why, `advice` what to do."""

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.advice = advice


class DownloadNeededError(WeightsError):
    """The model's file is nowhere on this computer, and nobody agreed to its download of `size_bytes` yet."""

    def __init__(self, size_bytes: int) -> None:
        super().__init__(
            "The built-in coach's model is not on this computer yet.",
            f"It is downloaded once, {size_bytes / 1e9:.1f} GB, when you agree.",
        )
        self.size_bytes = size_bytes


class EngineError(AppError):
    """The engine cannot be started or has ended; the text says why, `advice` what to do."""

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.advice = advice
