"""Why the built-in coach cannot be used, each with what to do about it."""

from desktop_app.errors import AppError

INSTALL_ADVICE = "Run python3 build_scripts/run.py without --without-builtin; it installs the built-in model."


class WeightsError(AppError):
    """The model's file cannot be had; the text says why, `advice` what to do."""

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.advice = advice


class EngineError(AppError):
    """The engine cannot be started or has ended; the text says why, `advice` what to do."""

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.advice = advice
