"""Who is asked before each model call whether it may be made, and says what it cost."""

from typing import Protocol

from desktop_app.domain.usage import Usage


class CallAccount(Protocol):
    """The money of one turn; who keeps it stands above, and is handed in with the turn."""

    def expect(self, input_tokens: int) -> None:
        """The next call is sent about so many tokens."""
        ...

    async def before_call(self) -> None:
        """Give leave for the next call, its tries included. Raises ProviderError (BUDGET) where it may not be made."""
        ...

    def priced(self, usage: Usage) -> Usage:
        """`usage` of a call with what it cost, where its provider did not say that and the price is known."""
        ...


class NoAccount:
    """Every call may be made; what it costs nobody knows."""

    def expect(self, input_tokens: int) -> None:
        """Nothing depends on it."""

    async def before_call(self) -> None:
        """Leave is given."""

    def priced(self, usage: Usage) -> Usage:
        """As it is."""
        return usage
