"""Codes of findings about feeds, photos and purchases."""

from __future__ import annotations

from vitrine.findings.code import NOTHING, Code, rows

FEED = rows(
    "feed",
    {
        "LINE_UNREADABLE": ("error", "a line is not CSV or JSON", "correct the line; the other lines count"),
        "PRODUCT_INVALID": ("error", "a field of a product is wrong", "correct the field that is named"),
        "PRODUCT_WITHOUT_PHOTO": ("error", "a product has no photo", "add a path or a URL"),
        "ID_REPEATED": ("error", "an id occurs twice; the first product counts", "give each product its own"),
        "ID_MISSING": ("error", "a product has no id", "give it one"),
        "ID_SPOILT": (
            "error",
            "a spreadsheet has rounded the id, or put an error in its place",
            "format the column as text and export it again",
        ),
        "ID_ALIKE": (
            "warning",
            "two ids differ only in case, hyphens, Unicode form or invisible characters",
            "check that they are two products",
        ),
        "ID_ODD": (
            "warning",
            "an id has invisible characters, or looks like what a spreadsheet made of another",
            "correct it",
        ),
        "PHOTO_ADDRESS": ("error", "a photo's address is neither a path nor a URL", "correct the address"),
        "PHOTO_SKIPPED": (
            "warning",
            "one of a product's photos has no usable address; the others count",
            "correct the address",
        ),
        "PHOTO_ORDERED": (
            "info",
            "a name or alt text says which photo shows the front: another than the first is tried first",
            NOTHING,
        ),
        "PRODUCT_SKIPPED": (
            "info",
            "a line is no product to be shown: a variation, an archived, a virtual or a grouped product",
            NOTHING,
        ),
        "VARIANT_ALONE": (
            "warning",
            "a variation has no parent near it in the feed, so its photos do not count",
            "export all products together",
        ),
        "SIZE_AMBIGUOUS": (
            "error",
            "a size can be read two ways, such as 1,200",
            "write it without thousands separators, and one unit",
        ),
        "SIZE_ASSUMED": ("warning", "a size has one likely reading, which is taken", "check the reading"),
        "SIZES_NOT_READ": (
            "warning",
            "one cell holds several sides in an order that is not known",
            "give each side a column of its own",
        ),
        "SIZES_CONTRADICT": ("warning", "sides differ more than 20 times", "check numbers and units"),
        "SIZE_IMPLAUSIBLE": ("warning", "a product is larger than 20 m or under 1 mm", "check the unit"),
        "ENCODING_DOUBTFUL": (
            "warning",
            "a feed read as Windows-1252 has words that this encoding hardly has",
            "save the feed as UTF-8",
        ),
        "FEED_REPAIRED": (
            "info",
            "an encoding that was detected, or lines and sheets that are not products",
            NOTHING,
        ),
        "COLUMN_MAPPED": ("info", "a column has another name, and is read as the one that is named", NOTHING),
        "FILE_LEFT_OUT": ("info", "a file of the folder is not read", "move it, or save it as a photo"),
        "PHOTO_GROUPED": ("info", "name_2.jpg is another photo of the product of name.jpg", NOTHING),
        "FIELD_UNKNOWN": ("warning", "fields are not known and are ignored", "correct their names"),
    },
)

FEED["FINDINGS_LEFT_OUT"] = Code(
    subject="feed",
    severities=("error", "warning"),
    meaning="the feed has more findings than are listed; an error if a line that is not listed is refused",
    action="correct those that are listed, and run again",
)

PHOTO = rows(
    "photo",
    {
        "PHOTO_CHOSEN": ("info", "a product has several photos; this one is used", NOTHING),
        "PHOTO_SHARED": (
            "info",
            "the photo is, or looks like, that of another product: one model is bought for both",
            "share_similar = false in the recipe's feed buys a model for each",
        ),
        "PHOTO_TOO_SMALL": ("error", "the subject has too few pixels for a model", "use a larger photo"),
        "PHOTO_SMALL": ("warning", "the subject has few pixels: detail gets lost", "use a larger photo"),
        "PHOTO_BLURRED": ("error", "even the steepest edges are blurred", "use a sharper photo"),
        "PHOTO_SOFT": ("warning", "the steepest edges are soft", "use a sharper photo"),
        "NOTHING_THERE": ("error", "nothing stands out from the backdrop", "check that it is the right file"),
        "MATTE_EMPTY": ("error", "the photo's alpha hides nearly all of it", "export it with its alpha"),
        "ALPHA_WEAK": ("error", "no pixel is opaque enough for TRELLIS.2", "make the subject opaque"),
        "SUBJECT_CUT": ("error", "the frame cuts the subject", "use a photo that shows it whole"),
        "SUBJECT_TOUCHES": ("warning", "the subject touches the frame", "check that it is not cut"),
        "OUTLINE_UNCLEAR": (
            "warning",
            "subject and backdrop are too alike to cut; the provider removes the backdrop",
            "use a backdrop of another colour, or a cut-out with alpha",
        ),
        "OUTLINE_LOST": (
            "error",
            "part of the product has the backdrop's colour (white on white): a matte would have holes",
            "use a backdrop of another colour, or a cut-out with alpha",
        ),
        "BACKDROP_KEPT": ("info", "the backdrop is not plain; the provider removes it", NOTHING),
        "OBJECT_UNCLEAR": (
            "error",
            "no single object stands out (a room, a shelf, a pattern): held before anything is bought",
            "use a photo of the product alone; if it is one, --accept",
        ),
        "BACKDROP_ENCLOSED": (
            "warning",
            "a region of the matte may be a hole that shows the backdrop: the model is held for review",
            "use a backdrop of another colour, or a cut-out with alpha; if the model is good, --accept",
        ),
        "MATTE_UNSURE": (
            "warning",
            "the cut by the salient-object model is not sure; the provider removes the backdrop",
            "use a photo before a plain backdrop, or a cut-out with alpha",
        ),
        "BACKDROP_BUSY": (
            "warning",
            "the photo looks like a scene; the provider removes the backdrop",
            "use a photo before a plain backdrop",
        ),
        "PHOTO_COLLAGE": ("error", "the photo is made of several pictures", "crop it to one picture"),
        "PHOTO_FRAMED": ("error", "the photo has a frame around it", "crop the frame off"),
        "PHOTO_BANNER": ("error", "a band of text or colour crosses the photo", "crop the band off"),
        "PHOTO_ELONGATED": (
            "warning",
            "the subject is so long that little of its width is seen",
            "use a photo from an angle at which it is shorter",
        ),
        "PHOTO_UPSCALED": ("warning", "the photo was enlarged: it has little detail", "use the original"),
        "PHOTO_DARK": ("warning", "even the brightest parts are dark", "use a brighter photo"),
        "ALPHA_CARD": (
            "warning",
            "the photo's alpha is a rectangle with a plain backdrop, which is removed",
            "export it with the product's outline as alpha, if it is the rectangle itself",
        ),
        "ALPHA_INVERTED": ("error", "the photo's alpha hides the product", "invert the alpha"),
        "FRAME_BLANK": ("error", "the first frame of an animation is blank", "save one frame as an image"),
        "FRAMES_LEFT_OUT": ("info", "the first frame or page of the file is used", NOTHING),
        "PHOTO_CUT_SHORT": ("warning", "a JPEG lacks its end", "export or download it again"),
        "BIT_DEPTH_GUESSED": (
            "warning",
            "the values of a 16-bit photo end at 8, 10 or 12 bits, which is taken as white",
            "export it with 8 bits a channel",
        ),
    },
) | {
    "SEVERAL_SUBJECTS": Code(
        subject="photo",
        severities=("warning", "error"),
        meaning="separate subjects give one model (error from three on: a collage or a set)",
        action="crop it to one product",
    )
}

PURCHASE = rows(
    "purchase",
    {
        "DOWNGRADED": ("warning", "the model was made with less than was ordered", "ask the provider"),
        "UNCONFIRMED": ("info", "the provider does not say at which resolution it was made", NOTHING),
    },
) | {
    "CHARGED_OTHERWISE": Code(
        subject="purchase",
        severities=("warning", "info"),
        meaning="the charge is not the quoted price (info when it is lower)",
        action="check the provider's price list",
    )
}
