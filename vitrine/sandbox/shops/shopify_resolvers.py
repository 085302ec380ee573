"""What the demo shop does for each field of Shopify's schema."""

from __future__ import annotations

from typing import Any

from graphql import GraphQLResolveInfo as ResolveInfo

from vitrine.sandbox.shops.state import Media, ShopState, StoredProduct

Info = ResolveInfo[Any]
MIME = "model/gltf-binary"


def _shop(info: Info) -> ShopState:
    state: ShopState = info.context["state"]
    return state


def product(_: object, info: Info, id: str) -> Any:
    """`product(id)`."""
    return _product(info, _by_gid(_shop(info), id))


def product_by_identifier(_: object, info: Info, identifier: dict[str, str]) -> Any:
    """`productByIdentifier(identifier)`."""
    if "id" in identifier:
        return _product(info, _by_gid(_shop(info), identifier["id"]))
    return _product(info, _shop(info).by_handle(identifier.get("handle", "")))


def staged_uploads_create(_: object, info: Info, input: list[dict[str, Any]]) -> Any:
    """`stagedUploadsCreate(input)`."""
    targets, errors = [], []
    for number, file in enumerate(input):
        if file["resource"] == "MODEL_3D" and not file.get("fileSize"):
            errors.append(_error(f"input.{number}.fileSize", "file size is required for MODEL_3D"))
            continue
        if file["resource"] == "MODEL_3D" and file["mimeType"] not in (MIME, "model/vnd.usdz+zip"):
            errors.append(_error(f"input.{number}.mimeType", f"{file['mimeType']} is not a model"))
            continue
        upload = _shop(info).stage(file["filename"], int(file.get("fileSize") or 0))
        base = info.context["base"]
        targets.append(
            {
                "url": f"{base}/staged",
                "resourceUrl": f"{base}/staged/{upload.key}/{upload.filename}",
                "parameters": [
                    {"name": "key", "value": upload.key},
                    {"name": "Content-Type", "value": file["mimeType"]},
                    {"name": "policy", "value": upload.token},
                ],
            }
        )
    return {"stagedTargets": [] if errors else targets, "userErrors": errors}


def product_update(
    _: object,
    info: Info,
    product: dict[str, Any] | None = None,
    media: list[dict[str, Any]] | None = None,
) -> Any:
    """`productUpdate(product, media)`: all media, or none."""
    shop = _shop(info)
    found = _by_gid(shop, (product or {}).get("id", ""))
    if found is None:
        return {"product": None, "userErrors": [_error("id", "Product does not exist")]}
    uploads = []
    for number, one in enumerate(media or ()):
        key = one["originalSource"].rsplit("/", 2)[-2]
        upload = shop.uploads.get(key)
        if upload is None or upload.content is None:
            return {
                "product": None,
                "userErrors": [_error(f"media.{number}.originalSource", "Image URL is invalid")],
            }
        uploads.append((upload, one.get("alt") or ""))
    if shop.models() + len(uploads) > shop.settings.max_models:
        message = f"Model 3D limit of {shop.settings.max_models} exceeded"
        return {"product": None, "userErrors": [_error("media", message)]}
    for upload, alt in uploads:
        shop.attach(found, upload, alt)
    return {"product": _product(info, found), "userErrors": []}


def product_reorder_media(_: object, info: Info, id: str, moves: list[dict[str, str]]) -> Any:
    """`productReorderMedia(id, moves)`: each move takes a medium out and puts it back at its new position."""
    found = _by_gid(_shop(info), id)
    if found is None:
        return {"job": None, "mediaUserErrors": [_error("id", "Product does not exist")]}
    for move in moves:
        media = next((one for one in found.media if one.id == move["id"]), None)
        if media is None:
            return {"job": None, "mediaUserErrors": [_error("moves", "Media does not exist on the product")]}
        found.media.remove(media)
        found.media.insert(int(move["newPosition"]), media)
    return {"job": {"id": "gid://shopify/Job/1", "done": True}, "mediaUserErrors": []}


def file_update(_: object, info: Info, files: list[dict[str, Any]]) -> Any:
    """`fileUpdate(files)`: files in process are refused, as Shopify does."""
    shop = _shop(info)
    for change in files:
        _, media = _by_media_id(shop, change["id"])
        if media is None:
            return {"files": None, "userErrors": [_error("files", "File does not exist")]}
        if shop.status(media) != "READY":
            return {"files": None, "userErrors": [_error("files", "Non-ready files cannot be updated")]}
        if "alt" in change:
            media.alt = change["alt"] or ""
    return {
        "files": [{"id": change["id"], "__typename": "GenericFile"} for change in files],
        "userErrors": [],
    }


def file_delete(_: object, info: Info, fileIds: list[str]) -> Any:
    """`fileDelete(fileIds)`."""
    shop = _shop(info)
    for id_ in fileIds:
        owner, media = _by_media_id(shop, id_)
        if owner is None or media is None:
            return {"deletedFileIds": None, "userErrors": [_error("fileIds", "File does not exist")]}
    for id_ in fileIds:
        owner, media = _by_media_id(shop, id_)
        if owner is not None and media is not None:
            owner.media.remove(media)
            shop.note("delete", owner.handle, media.filename or media.id)
    return {"deletedFileIds": fileIds, "userErrors": []}


def _error(field: str, message: str) -> dict[str, Any]:
    return {"field": field.split("."), "message": message}


def _by_gid(shop: ShopState, gid: str) -> StoredProduct | None:
    return next((one for one in shop.listed() if one.gid == gid), None)


def _by_media_id(shop: ShopState, id_: str) -> tuple[StoredProduct | None, Media | None]:
    found = ((owner, one) for owner in shop.listed() for one in owner.media if one.id == id_)
    return next(found, (None, None))


def _product(info: Info, found: StoredProduct | None) -> Any:
    if found is None:
        return None
    shop, base = _shop(info), info.context["base"]

    def media(_info: Info, first: int | None = None, **_: Any) -> Any:
        nodes = [_media(shop, base, one) for one in found.media[: first or 50]]
        return {"nodes": nodes, "pageInfo": {"hasNextPage": False, "hasPreviousPage": False}}

    return {
        "id": found.gid,
        "handle": found.handle,
        "title": found.title,
        "descriptionHtml": found.description,
        "onlineStoreUrl": f"{base}/products/{found.handle}",
        "media": media,
    }


def _media(shop: ShopState, base: str, one: Media) -> dict[str, Any]:
    status = shop.status(one)
    model = one.kind == "MODEL_3D"
    url = base + one.source if one.source.startswith("/") else one.source
    source = {"filesize": len(one.content), "format": "glb", "mimeType": MIME, "url": url}
    failure = {"code": "MODEL3D_VALIDATION_ERROR", "message": one.failure}
    return {
        "__typename": "Model3d" if model else "MediaImage",
        "id": one.id,
        "alt": one.alt,
        "filename": one.filename,
        "mediaContentType": one.kind,
        "mediaErrors": [failure] if status == "FAILED" else [],
        "status": status,
        "sources": [source] if model and status == "READY" else [],
        "originalSource": source,
    }
