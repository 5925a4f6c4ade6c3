"""Looking for words in all goals and messages."""

from typing import Final

from desktop_app.domain.search import SearchResults
from desktop_app.storage.search import SearchRepository

SHOWN: Final = 30


class SearchService:
    """Any call may raise StorageError. Nothing of what is looked for is logged."""

    def __init__(self, repository: SearchRepository) -> None:
        self._repository = repository

    async def search(self, typed: str, *, limit: int = SHOWN, by_rank: bool = False) -> SearchResults:
        """What has all words of `typed`, the last one as a beginning while it is typed; see `SearchRepository`."""
        return await self._repository.search(typed, limit, by_rank=by_rank)
