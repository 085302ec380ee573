"""The frozen records that tasks pass to each other.

Tasks pass `Blob`s (names of contents in the work store), never bytes. `Recipe` lives in `vitrine.recipe`.
"""

from __future__ import annotations

from vitrine.models.asset import Asset, AssetFile, Fidelity, FileRecord, Quality, Release
from vitrine.models.blob import SUFFIXES, Blob, Sha256
from vitrine.models.finding import Finding, Severity
from vitrine.models.inputs import Details, Inputs
from vitrine.models.job import Delivery, Job
from vitrine.models.photo import PhotoIdentity, PreparedPhoto
from vitrine.models.product import METRES, Dimensions, Product, slug_of
from vitrine.models.shop_listing import ShopListing

__all__ = [
    "METRES",
    "SUFFIXES",
    "Asset",
    "AssetFile",
    "Blob",
    "Delivery",
    "Details",
    "Dimensions",
    "Fidelity",
    "FileRecord",
    "Finding",
    "Inputs",
    "Job",
    "PhotoIdentity",
    "PreparedPhoto",
    "Product",
    "Quality",
    "Release",
    "Severity",
    "Sha256",
    "ShopListing",
    "slug_of",
]
