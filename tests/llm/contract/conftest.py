"""Gives the contract's tests each provider in turn."""

from collections.abc import AsyncIterator

import pytest

from tests.llm.contract.provider import ProviderUnderTest
from tests.llm.contract.registry import DOES_NOT_APPLY, PROVIDERS


@pytest.fixture(params=sorted(PROVIDERS))
async def provider(request: pytest.FixtureRequest) -> AsyncIterator[ProviderUnderTest]:
    """A service in front of its scripted server."""
    assert isinstance(request.node, pytest.Function)
    if reason := DOES_NOT_APPLY.get(request.param, {}).get(request.node.originalname):
        pytest.skip(reason)
    under_test = PROVIDERS[request.param]()
    await under_test.start()
    yield under_test
    await under_test.stop()
