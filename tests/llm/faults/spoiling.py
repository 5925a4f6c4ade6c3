"""Ways to spoil an answer that would have been right."""

import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

from tests.llm.contract.server import Answer, Ending, Pause, Piece

Spoil: TypeAlias = Callable[[Answer], Answer]
Hold: TypeAlias = Callable[[Pause], Spoil]


def inserted(piece: bytes, before: bytes) -> Spoil:
    """Put `piece` in front of the piece that holds `before`."""

    def spoil(answer: Answer) -> Answer:
        pieces = whole(answer)
        at = next(index for index, one in enumerate(pieces) if before in one)
        return replace(answer, pieces=[*pieces[:at], piece, *pieces[at:]])

    return spoil


def between_all(piece: bytes) -> Spoil:
    """Put `piece` between all pieces."""
    return lambda answer: replace(answer, pieces=[part for one in whole(answer) for part in (one, piece)][:-1])


def appended(piece: bytes) -> Spoil:
    """Put `piece` after the reply's own end, as part of the body."""
    return lambda answer: replace(answer, pieces=[*whole(answer), piece])


def followed_by(after: bytes) -> Spoil:
    """Send bytes after the answer's end."""
    return lambda answer: replace(answer, after=after)


def with_crlf(answer: Answer) -> Answer:
    """End lines as Windows does."""
    return replace(answer, pieces=[one.replace(b"\n", b"\r\n") for one in whole(answer)])


def at_once(answer: Answer) -> Answer:
    """Send the whole body as one piece."""
    return replace(answer, pieces=[b"".join(whole(answer))])


def compressed(answer: Answer) -> Answer:
    """Compress the body, so that each piece can be read when it came."""
    packer = zlib.compressobj(wbits=31)
    packed = [packer.compress(one) + packer.flush(zlib.Z_SYNC_FLUSH) for one in whole(answer)]
    return replace(answer, pieces=[*packed, packer.flush()], headers={**answer.headers, "content-encoding": "gzip"})


def called_compressed(answer: Answer) -> Answer:
    """Say that the body is compressed, which it is not."""
    return replace(answer, headers={**answer.headers, "content-encoding": "gzip"})


def typed(content_type: str) -> Spoil:
    """Give the body another type."""
    return lambda answer: replace(answer, headers={**answer.headers, "content-type": content_type})


def a_web_page(answer: Answer) -> Answer:
    """What a network's log-in page is."""
    page = b"<!doctype html><html><body>Please log in.</body></html>"
    return replace(answer, pieces=[page], headers={"content-type": "text/html; charset=utf-8"})


def redirected(address: str) -> Spoil:
    """Send the request on to another server."""
    return lambda _answer: Answer([], 307, {"location": f"{address}/elsewhere"})


def reset_after(count: int) -> Spoil:
    """Reset the connection after `count` bytes, those of the status and the headers included."""
    return lambda answer: replace(answer, reset_after=count)


def held_back(pause: Pause) -> Spoil:
    """Say nothing at all."""
    return lambda answer: replace(answer, before=pause)


def held_after_headers(pause: Pause) -> Spoil:
    """Say nothing but the headers."""
    return lambda answer: replace(answer, pieces=[pause, *answer_pieces(answer)])


def cut_in_an_event(ending: Ending) -> Callable[[bytes], Spoil]:
    """End in the middle of the piece that holds some text."""

    def at(text: bytes) -> Spoil:
        def spoil(answer: Answer) -> Answer:
            pieces = whole(answer)
            index = next(index for index, one in enumerate(pieces) if text in one)
            half = pieces[index][: pieces[index].index(text)]
            return replace(answer, pieces=[*pieces[:index], half], ending=ending)

        return spoil

    return at


def answer_pieces(answer: Answer) -> list[Piece]:
    """The pieces with the pauses between them."""
    assert isinstance(answer.pieces, Sequence)
    return list(answer.pieces)


def whole(answer: Answer) -> list[bytes]:
    """The pieces without pauses."""
    return [piece for piece in answer_pieces(answer) if isinstance(piece, bytes)]
