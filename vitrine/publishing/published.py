"""What every published JSON file shares: equal records give equal bytes, and readers are lenient."""

from __future__ import annotations

import hashlib
import json
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from vitrine.errors import StorageError
from vitrine.models.inputs import Inputs


class Published(BaseModel):
    """A frozen record that ignores unknown fields, since a newer Vitrine may have written more of them.

    A change that would mislead earlier readers gets a new number in the field `schema`.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False, populate_by_name=True)

    def to_json(self) -> bytes:
        """Return canonical JSON: sorted keys, two spaces, UTF-8, a newline at the end."""
        fields = self.model_dump(mode="json", by_alias=True)
        return (json.dumps(fields, sort_keys=True, indent=2, ensure_ascii=False) + "\n").encode()

    @classmethod
    def from_json(cls, data: bytes, source: str) -> Self:
        """Read a record back. Raises `StorageError`, which names `source` and the field that is wrong."""
        try:
            return cls.model_validate_json(data)
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(map(str, first["loc"])) or "the JSON"
            raise StorageError(
                f"{source} is not readable: {field}: {first['msg']}. "
                "Another version of Vitrine, or another program, may have written it"
            ) from error

    def content_id(self) -> str:
        """Return the first 16 hex digits of the SHA-256 of the JSON."""
        return hashlib.sha256(self.to_json()).hexdigest()[:16]


class Target(Published):
    """The release that a pointer names."""

    release: str
    manifest: str
    """Key of the release's manifest."""
    inputs: Inputs | None = Field(default=None, exclude_if=lambda inputs: inputs is None)
    """What the product was made from; unknown for older releases, and after a rollback."""
