"""Show a source without its secrets: passwords, and what is signed or secret in a URL's query."""

from __future__ import annotations

import re

HIDDEN_NAMES = (
    "key|token|sig|signature|secret|password|passwd|pwd|auth|authorization|credential|credentials|session|"
    "policy|code|hmac|hash|ticket|jwt|sas|apikey|accesskeyid|awsaccesskeyid|googleaccessid|keypairid"
)
URL = re.compile(r"""\b[a-z][a-z0-9+.-]{0,19}:/{0,3}[^\s"'<>`|]+""", re.IGNORECASE)
USERINFO = re.compile(r"(?<=//)[^/?#@\s]*@")
PARAMETER = re.compile(r"([?&;#])([^=&;#\s]*)=([^&;#\s]*)")
HIDDEN = "…"
_SECRET = re.compile(rf"(^|[-_.]|x-amz-|x-goog-)({HIDDEN_NAMES})$", re.IGNORECASE)
_SPLIT_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def redact(text: str) -> str:
    """Return `text` with the secrets of every URL in it replaced by `…`.

    User names and passwords go, and the values of parameters whose name says that they are secret
    (`X-Amz-Signature`, `sig`, `token`, `api_key`, `Key-Pair-Id` …), in the query and the fragment. A long
    value without a name is taken for a token, too. Text without a URL comes back as it is.
    """
    if ":" not in text:
        return text
    return URL.sub(lambda found: _redact_url(found[0]), text)


def _redact_url(url: str) -> str:
    head, mark, query = url.partition("?")
    if not mark:
        head, mark, query = url.partition("#")
    head = USERINFO.sub(f"{HIDDEN}@", head)
    if not mark:
        return head
    if "=" not in query:
        return head + mark + (HIDDEN if len(query) > 15 else query)
    return head + PARAMETER.sub(_redact_parameter, mark + query)


def _redact_parameter(found: re.Match[str]) -> str:
    mark, name, value = found.groups()
    return f"{mark}{name}={HIDDEN if value and _is_secret(name) else value}"


def _is_secret(name: str) -> bool:
    words = _SPLIT_CAMEL.sub("-", name.replace("%2D", "-").replace("%5F", "_"))
    return bool(_SECRET.search(words)) or bool(_SECRET.search(words.replace("-", "")))
