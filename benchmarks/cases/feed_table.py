"""What is right for each feed of the cases (`fNN`): first pattern that matches counts."""

from __future__ import annotations

from typing import Any

from benchmarks.cases.feeds import Buys, Reads, SafeKeys, Told, Unsized
from benchmarks.cases.records import Expected, Finds, refused


def one(**fields: Any) -> Reads:
    """Return the check that exactly the mug is read, with these fields."""
    return Reads({"mug-1": {"photo": "images/mug.jpg"} | fields})


MUG = one(title="Mug")
SIZED = one(title="Mug", width=0.12, height=0.096)

FEEDS = (
    Expected("f01*/two-boms*", "read, 12 x 9.6 cm", (SIZED,)),
    Expected("f01*/products.jsonl", "read", (MUG,)),
    Expected("f01*/*", "read", (MUG,)),
    Expected("f02*/cr-only*", "read, 12 x 9.6 cm", (SIZED,)),
    Expected("f02*/empty-lines-first*", "read", (MUG,)),
    Expected("f02*/header-upper*", "read", (MUG,)),
    Expected("f02*/header-with-more*", "read: the semicolons are inside quotes", (MUG,)),
    Expected("f02*/inch-mark*", "mug-2 and mug-4 read; bad quotes are findings, not lost", ((Reads({"mug-2": {"title": 'Monitor 27" black'}, "mug-4": {"title": "Mug"}}, exactly=False), Told(("mug-1", "mug-4"))),)),
    Expected("f02*/nul*", "read without the NUL, or a finding", (MUG, (Reads(), Finds("nul")))),
    Expected("f02*/pipes*", "read", (MUG,)),
    Expected("f02*/products.tsv", "read", (MUG,)),
    Expected("f02*/scientific*", "a finding about the id 4.01235E+12", ((Finds("4\\.01235e\\+12"), Reads({"00012": {}, "12": {}}, exactly=False)),)),
    Expected("f02*/semicolons-decimal*", "read, 9.6 cm high", (one(title="Mug, rot", height=0.096),)),
    Expected("f02*/title-row*", "read, or refused naming the title row", (MUG, refused("header|title row|first line"))),
    Expected("f02*/trailing-empty*", "read", (MUG,)),
    Expected("f02*/utf-16-be*", "read, 12 x 9.6 cm, or refused naming UTF-16", (SIZED, refused("utf-16"))),
    Expected("f02*/utf-16-le*", "read, or refused naming UTF-16", (one(title="Täss"), refused("utf-16"))),
    Expected("f02*/*", "read, or refused with what to do", (Reads({}, exactly=False), refused("save|excel|utf"))),
    Expected("f03*/odd-values*", "NaN, inf, 0, negative refused by row; i: contradiction; k: read or refused", ((Unsized(("a", "b", "c", "d", "e")), Told(("a", "b", "c", "d", "e", "f", "g", "k")), Finds("values\\.csv:10|\\bi\\b.*(contradict|differ|times)")),)),
    Expected("f03*/unit-inside*", "each unit read: 9.6 cm, 9.6 in, cm, in", ((Reads({"a": {"height": 0.096}, "b": {"height": 0.24384}, "c": {"height": 0.24384}, "d": {"height": 0.24384}, "e": {"height": 0.096}, "f": {"height": 0.096}}, exactly=False), Told(("g",))),)),
    Expected("f03*/*", "1,200 never 1.2", ((Finds("1,2|1,8|1 2|thousand|two ways"),),)),
    Expected("f04*/duplicate*", "first mug-1; twins reported; distinct keys", ((Reads({"mug-1": {"title": "First"}}, exactly=False), SafeKeys(), Finds("case|upper|MUG-1"), Finds("zero|invisible|MUG-1\u200b|normal|NFC|look")),)),
    Expected("f04*/slashes*", "safe distinct keys; the too long id is a finding", ((Reads({"A/B/1": {}, "../../etc/passwd": {}, "CON": {}, "index": {}, "-rf": {}}, exactly=False), SafeKeys(), Finds("200|long")),)),
    Expected("f04*/*", "safe distinct keys", ((Reads({}, exactly=False), SafeKeys()),)),
    Expected("f05*/*", "two products, one purchase", ((Reads({"mug": {}, "copy-of-mug": {}}), Buys(1)),)),
    Expected("f06*/google-merchant*", "mapped, or the message says which column is which", (one(photos=3), one(photos=1), refused("rename|as the photo|is the photo|image_link:"))),
    Expected("f06*/shopify*", "two products, or the message says which column is which", (Reads({"mug": {"photo": "images/mug.jpg"}, "bowl": {"photo": "images/mug2.jpg"}}), Reads({"MUG-R": {}, "MUG-B": {}, "BOWL": {}}), refused("rename|handle.*id|is the photo"))),
    Expected("f06*/pretty*", "read", (Reads({"mug-1": {"photo": "images/mug.jpg"}}),)),
    Expected("f06*/products-array*", "read", (MUG,)),
    Expected("f06*/shapes*", "each line read or named", ((Reads({i: {} for i in "aghkmq"} | {"i": {"height": 0.096}}, exactly=False), Told(tuple("bcdefjlno"))),)),
    Expected("f06*/*", "mapped, or named", (Reads({}, exactly=False), refused())),
    Expected("f07*/*", "// is https; spaces, %20 and backslashes found; the rest named", ((Reads({"protocol-relative": {"photo": "https://cdn.shopify.com/s/files/1/mug.jpg"}, "windows": {"photo": "images/mug.jpg"}, "spaces": {"photo": "images/my mug.jpg"}, "percent": {"photo": "images/my mug.jpg"}, "pipes": {"photos": 2}, "trailing-newline": {"photo": "images/mug.jpg"}}, exactly=False), Told(("file-url", "drive", "http-space", "ftp", "data", "html", "home", "comma-list", "semicolons", "folder", "missing", "no-host", "bad-port"))),)),
    Expected("f08*/*", "titles as they are", ((Reads({"a": {"title": "<script>alert(1)</script>"}, "b": {"title": '"><img src=x onerror=alert(1)>'}, "c": {"title": '=HYPERLINK("http://x")'}, "d": {"title": "{{ 7*7 }} {% raw %}"}, "h": {}}, exactly=False), SafeKeys()),)),
    Expected("f09*", "each file left out is named; mug.jpg and mug.png collide with a finding", ((Reads({"mug": {}, "MUG-2": {}, "mug_front": {}}, exactly=False), *(Finds(w) for w in ("mug\\.png", "\\._mug\\.jpg", "\\.hidden\\.jpg", "folder\\.jpg", "notes\\.txt")), Told(("IMG_2", "broken"))),)),
    Expected("p02*", "no photo of the iPhone is lost in silence", ((Reads({"IMG_0002": {}}, exactly=False), Told(("IMG_0003",)), Finds("\\._IMG_0002")),)),
    Expected("f*", "read, or refused in one sentence", (Reads({}, exactly=False), refused())),
)  # fmt: skip
