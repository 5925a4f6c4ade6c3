"""Gives the contract's tests each provider in turn."""

from collections.abc import AsyncIterator

import pytest

from tests.llm.contract.provider import ProviderUnderTest
from tests.llm.contract.registry import PROVIDERS


@pytest.fixture(params=sorted(PROVIDERS))
async def provider(request: pytest.FixtureRequest) -> AsyncIterator[ProviderUnderTest]:
    """A service in front of its scripted server."""
    under_test = PROVIDERS[request.param]()
    await under_test.start()
    yield under_test
    await under_test.stop()
