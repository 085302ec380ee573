"""What is right for each mode of the servers of the cases (`v01`, `s01`)."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.cases.records import Expected, Facts, Refused


@dataclass(frozen=True)
class Fetched:
    """The model is fetched, valid, from one order."""

    def faults(self, facts: Facts) -> list[str]:
        if facts["code"]:
            return [facts["message"]]
        return [] if facts["valid"] else ["what was fetched is no valid GLB"]


def failed(*words: str) -> Refused:
    """Return the check that it fails in one sentence that says all of `words`."""
    return Refused(words, codes=(1, 2))


@dataclass(frozen=True)
class Published:
    """Two releases are published, the second is current, and media types are right where they are kept."""

    types: bool = True

    def faults(self, facts: Facts) -> list[str]:
        if facts["code"]:
            return [facts["message"]]
        faults = [] if facts["current"] else ["the second release is not the current one"]
        if self.types and not facts["types"]:
            faults.append("a GLB is served as application/octet-stream, and nobody says so")
        return faults


@dataclass(frozen=True)
class Guarded:
    """A write with a stale ETag is refused, whatever the server does with conditions."""

    def faults(self, facts: Facts) -> list[str]:
        return [] if facts["code"] or facts["guarded"] else ["a write with a stale ETag went through"]


FETCHED = Fetched()
ODD = ("status-nested", "data-uri", "fal-shape", "replicate-shape", "model-glb", "data-uri-url")
PROVIDER_MODES = (
    *(Expected(mode, "fetched, or the error names the answer's keys", (FETCHED, failed("names no file|status", "keys|has"))) for mode in ODD),
    Expected("short", "refused: cut short", (failed("short|bytes|whole"),)),
    Expected("html-200", "refused: an HTML page", (failed("html"),)),
    Expected("submit-202-empty", "never ordered again", (FETCHED, failed("order|answer|receipt|bought"))),
    Expected("submit-200-text", "never ordered again", (FETCHED, failed("order|answer|receipt|bought"))),
    Expected("submit-500-but-taken", "found in the list, or held; never ordered again", (FETCHED, failed("order|500|bought"))),
    Expected("submit-200-error", "the provider's words", (failed("loading"),)),
    Expected("submit-402", "the provider's words", (failed("credits"),)),
    Expected("submit-422", "the provider's words", (failed("field required"),)),
    Expected("submit-429-date", "asked again later", (FETCHED, failed("429|rate|busy"))),
    Expected("submit-503-html", "asked again later", (FETCHED, failed("503|busy|unavailable"))),
    Expected("failed-no-reason", "failed at the provider", (failed("failed"),)),
    Expected("failed-list", "the provider's words", (failed("out of memory"),)),
    Expected("nsfw", "the provider's words", (failed("content policy"),)),
    Expected("*", "fetched", (FETCHED,)),
)  # fmt: skip

PUBLISHED = (Published(), Guarded())
S3_MODES = (
    Expected("drops-metadata", "content types verified or reported", (PUBLISHED, failed("content.type|media type|metadata"))),
    Expected("no-put-metadata", "published without metadata, or one sentence", (PUBLISHED, failed("metadata"))),
    Expected("head-403", "published, or one sentence on s3:ListBucket", (PUBLISHED, failed("403|denied|listbucket"))),
    Expected("quota", "one sentence: the bucket is full", (failed("quota|full"),)),
    Expected("ignores-conditions", "detected: the numbered scheme, or refused saying so", (PUBLISHED, failed("condition|if-match"))),
    Expected("*", "published; a stale write is refused", (PUBLISHED,)),
)  # fmt: skip
