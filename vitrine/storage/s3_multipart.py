"""Upload a large object in parts, with conditions.

boto3's `upload_file` cannot send conditions; here the request that completes the upload carries them.
"""

from __future__ import annotations

import io
from contextlib import suppress
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError


def put_in_parts(
    client: Any, headers: dict[str, Any], condition: dict[str, str], body: bytes | Path, part_bytes: int
) -> str:
    """Upload `body` in parts of `part_bytes` (S3 asks for at least 5 MiB); return the ETag as sent.

    A failed upload is aborted, so that its parts are not billed.
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
        with suppress(ClientError):  # it may be complete, with its answer lost
            client.abort_multipart_upload(**where, UploadId=upload)
        raise
    return str(done["ETag"])
