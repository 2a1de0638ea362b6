"""URLs without what is nobody's business: keys, tokens, signatures and passwords that stand in them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote_plus, urlsplit

_SECRET_NAMES = frozenset({"instance", "key", "sig", "auth", "pwd", "appid", "cpk", "hash"})
_SECRET_ENDINGS = ("apikey", "token", "signature", "secret", "password", "credential")
_LEAST_KEY = 8
"""Characters. A shorter key may well stand in an answer by chance."""
_IN_TEXT = re.compile(r"""(?P<mark>[?&]|&amp;|\\u0026)(?P<name>[A-Za-z][\w.-]{0,40})=(?P<value>[^&"'<>\s\\#]+)""")
_TOKEN = re.compile(rb'"(?:access|refresh|id)_token"\s*:\s*"([^"\\]+)"')
_USER_INFO = re.compile(r"(?:(?<=://)|(?<=\A//))[^/?#]*@")


def is_secret_name(name: str) -> bool:
    """Does a query parameter of this name hold a secret? Case and separators do not matter."""
    plain = re.sub(r"[^a-z]", "", name.lower())
    return plain in _SECRET_NAMES or plain.endswith(_SECRET_ENDINGS)


def without_secrets(url: str) -> str:
    """The URL with each secret value of query and fragment written as `<name>`, and without user and password."""
    if not any(sign in url for sign in "?@#"):
        return url
    url, hash_sign, fragment = url.partition("#")
    address, question_mark, query = url.partition("?")
    hidden = _USER_INFO.sub("", address)
    return hidden + question_mark + redacted_query(query) + hash_sign + redacted_query(fragment)


def redacted_query(query: str) -> str:
    """A query string or form body with each secret value written as `<name>`; the rest stays byte for byte."""
    return "&".join(_redacted_parameter(parameter) for parameter in query.split("&"))


def secrets_in(url: str) -> list[str]:
    """The secret values of a URL's query, decoded."""
    pairs = (parameter.partition("=") for parameter in urlsplit(url).query.split("&"))
    return [unquote_plus(value) for name, _, value in pairs if value and is_secret_name(unquote_plus(name))]


def without_echoes(text: str, keys: Iterable[str]) -> str:
    """An answer without the secrets of its request: in the URLs that it holds, and wherever one of the keys stands."""
    for key in keys:
        if len(key) >= _LEAST_KEY:
            text = text.replace(key, "<key>")
    return _IN_TEXT.sub(_redacted_match, text)


def tokens_in(body: bytes) -> list[str]:
    """The tokens that an answer hands out as an OAuth server does (RFC 6749, 5.1)."""
    return [token.decode("utf-8", "replace") for token in _TOKEN.findall(body)]


def _redacted_match(found: re.Match[str]) -> str:
    name = found["name"]
    return f"{found['mark']}{name}=<{name}>" if is_secret_name(name) else found[0]


def _redacted_parameter(parameter: str) -> str:
    name, equals, value = parameter.partition("=")
    return f"{name}=<{unquote_plus(name)}>" if value and is_secret_name(unquote_plus(name)) else name + equals + value
