"""How many parts a text is sent in (3GPP TS 23.038 and 23.040).

A text in the GSM alphabet has 160 characters, 153 in parts; anything else, and so every
Chinese text, is UCS-2 with 70, 67 in parts.
"""

_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_ESCAPED = frozenset("^{}\\[~]|€\f")


def count(text: str) -> int:
    """The number of parts; an empty text is one."""
    if all(letter in _GSM or letter in _GSM_ESCAPED for letter in text):
        units, single, part = len(text) + sum(c in _GSM_ESCAPED for c in text), 160, 153
    else:
        units, single, part = len(text.encode("utf-16-le", "surrogatepass")) // 2, 70, 67
    return 1 if units <= single else -(-units // part)
