"""Files that are written whole or not at all."""

import tempfile
from pathlib import Path

from desktop_app.errors import StorageError


def write_whole(path: Path, data: bytes) -> None:
    """Write the file as one: a file that is there is replaced only by one that is whole. Raises StorageError."""
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as file:
            written = Path(file.name)
            try:
                file.write(data)
                file.close()
                written.replace(path)
            except OSError:
                written.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise StorageError(f"{path} cannot be written ({error.strerror}). What was there is as it was.") from None
