"""The GraphQL documents that the client sends, checked by the tests against the types of the demo shop."""

from __future__ import annotations

from typing import NamedTuple


class Query(NamedTuple):
    """A document, and the name under which its cost is remembered."""

    name: str
    text: str


PRODUCT = """
id handle title onlineStoreUrl
media(first: 250) {
  nodes {
    id alt status mediaContentType
    mediaErrors { code message }
    ... on Model3d { filename }
  }
}
"""
"""A product of Shopify has at most 250 media."""

FIND_BY_HANDLE = Query(
    "product by handle",
    f"query ($handle: String!) {{ productByIdentifier(identifier: {{handle: $handle}}) {{ {PRODUCT} }} }}",
)
FIND_BY_ID = Query("product by id", f"query ($id: ID!) {{ product(id: $id) {{ {PRODUCT} }} }}")

STAGE = Query(
    "stagedUploadsCreate",
    """
    mutation ($input: [StagedUploadInput!]!) {
      stagedUploadsCreate(input: $input) {
        stagedTargets { url resourceUrl parameters { name value } }
        userErrors { field message }
      }
    }
    """,
)
ATTACH = Query(
    "productUpdate",
    """
    mutation ($product: ProductUpdateInput!, $media: [CreateMediaInput!]) {
      productUpdate(product: $product, media: $media) {
        product { id }
        userErrors { field message }
      }
    }
    """,
)
MOVE = Query(
    "productReorderMedia",
    """
    mutation ($id: ID!, $moves: [MoveInput!]!) {
      productReorderMedia(id: $id, moves: $moves) {
        job { id done }
        mediaUserErrors { field message }
      }
    }
    """,
)
SET_ALT = Query(
    "fileUpdate",
    """
    mutation ($files: [FileUpdateInput!]!) {
      fileUpdate(files: $files) {
        files { id }
        userErrors { field message }
      }
    }
    """,
)
DELETE = Query(
    "fileDelete",
    """
    mutation ($ids: [ID!]!) {
      fileDelete(fileIds: $ids) {
        deletedFileIds
        userErrors { field message }
      }
    }
    """,
)
