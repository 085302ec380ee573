"""Upload a large object in parts, with a condition that holds for the whole.

boto3's own `upload_file` cannot send conditions, so the last request carries them here.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any


def put_in_parts(
    client: Any, headers: dict[str, Any], condition: dict[str, str], body: bytes | Path, part_bytes: int
) -> str:
    """Send `body` in parts of `part_bytes` (at least 5 MiB, says S3); the ETag as the server writes it.

    What was sent is dropped again when anything fails, so that it is not billed for ever.
    """
    where = {"Bucket": headers["Bucket"], "Key": headers["Key"]}
    upload = client.create_multipart_upload(**headers)["UploadId"]
    try:
        parts: list[dict[str, Any]] = []
        with body.open("rb") if isinstance(body, Path) else io.BytesIO(body) as file:
            while data := file.read(part_bytes):
                number = len(parts) + 1
                sent = client.upload_part(**where, UploadId=upload, PartNumber=number, Body=data)
                parts.append({"PartNumber": number, "ETag": sent["ETag"]})
        done = client.complete_multipart_upload(
            **where, **condition, UploadId=upload, MultipartUpload={"Parts": parts}
        )
    except BaseException:
        client.abort_multipart_upload(**where, UploadId=upload)
        raise
    return str(done["ETag"])
