"""The names of columns in the exports of shops, in plain form; Vitrine knows a table by them.

Shopify has changed its names (`Image Src` is `Product image URL` now), and WooCommerce writes them in the
shop's language. Sources: Shopify's help page on product CSV files, the WooCommerce exporter
(`class-wc-product-csv-exporter.php`) and its translations, Google's product data specification.
"""

from __future__ import annotations

from typing import Final

SHOPIFY: Final[dict[str, tuple[str, ...]]] = {
    "handle": ("handle", "url handle"),
    "title": ("title",),
    "photo": ("image src", "product image url"),
    "position": ("image position",),
    "alt": ("image alt text",),
    "variant photo": ("variant image", "variant image url"),
    "sku": ("variant sku", "sku"),
    "category": ("product category", "type", "custom product type"),
    "vendor": ("vendor",),
    "status": ("status",),
}

WOOCOMMERCE: Final[dict[str, tuple[str, ...]]] = {
    "id": ("id",),
    "kind": ("type", "typ", "tipo"),
    "sku": ("sku", "artikelnummer", "ugs", "cod", "ref"),
    "title": ("name", "nom", "nombre", "nome", "naam"),
    "photo": ("images", "bilder", "imágenes", "imagenes", "immagine", "immagini", "afbeeldingen"),
    "parent": (
        "parent",
        "übergeordnetes produkt",
        "superior",
        "genitore",
        "hoofd",
        "hoofdproduct",
    ),
    "category": (
        "categories",
        "kategorien",
        "catégories",
        "categorías",
        "categorie",
        "categorieën",
    ),
}

SIDES: Final[dict[str, tuple[str, ...]]] = {
    "length": ("length", "länge", "longueur", "longitud", "lunghezza", "lengte"),
    "width": ("width", "breite", "largeur", "ancho", "anchura", "larghezza", "breedte"),
    "height": ("height", "höhe", "hauteur", "alto", "altura", "altezza", "hoogte"),
}
"""A side in the languages of WooCommerce; the unit follows: `Länge (cm)`."""

GOOGLE: Final = (
    "id",
    "title",
    "description",
    "link",
    "image link",
    "additional image link",
    "item group id",
    "product length",
    "product width",
    "product height",
    "google product category",
    "product type",
    "brand",
    "gtin",
    "mpn",
    "price",
    "availability",
)

GOOGLE_ONLY: Final = frozenset(
    [
        "link",
        "additional image link",
        "item group id",
        "product length",
        "product width",
        "product height",
        "condition",
        "gtin",
        "mpn",
        "google product category",
        "availability",
        "price",
    ]
)
"""One of these tells a Google feed from a table of ours whose photos are called `image_link`."""

MEANING: Final[dict[str, tuple[str, ...]]] = {
    "id": (
        *("id", "sku", "product id", "item id", "article number", "item number", "code", "ean", "gtin"),
        *("artikelnummer", "artikelnr", "artikel", "bestellnummer", "référence", "ugs"),
        *("referencia", "codice", "artikelcode", "productcode"),
    ),
    "title": (
        *("title", "name", "product name", "designation", "description", "label", "bezeichnung"),
        *("titel", "produktname", "nom", "désignation", "nombre", "título", "nome", "titolo", "naam"),
    ),
    "photo": (
        *("photo", "image", "images", "picture", "image url", "image link", "photo url", "main image"),
        *(
            "bild",
            "bilder",
            "foto",
            "abbildung",
            "produktbild",
            "imagen",
            "immagine",
            "afbeelding",
            "zdjęcie",
        ),
    ),
}
"""What a column that no format knows may mean, in several languages: for messages alone."""

KNOWN: Final = frozenset(
    name for table in (SHOPIFY, WOOCOMMERCE) for several in table.values() for name in several
) | frozenset(GOOGLE)
