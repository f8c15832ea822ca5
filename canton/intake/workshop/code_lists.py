"""Lists of values as a person writes them: one to a line, theirs = ours."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from canton.exchange.formats import Field, FieldType
from canton.exchange.formats.words import word

EQUALS = str.maketrans({"＝": "="})
TOLD = 3  # faults said at once
SAID = {  # of a yes or no, whatever language the page is in
    **dict.fromkeys(("yes", "y", "true", "1", "是"), "true"),
    **dict.fromkeys(("no", "n", "false", "0", "否"), "false"),
}


def lines_of_codes(codes: Mapping[str, str]) -> str:
    """The list as text."""
    return "\n".join(f"{theirs} = {ours}".rstrip() for theirs, ours in codes.items())


def read_codes(text: str, field: Field) -> dict[str, str]:
    """Theirs → ours; ours may be said by its word, and empty.

    Raises:
        ValueError: lines that cannot be read, each with its number and what to write.
    """
    codes: dict[str, str] = {}
    faults = []
    for number, line in enumerate(text.splitlines(), 1):
        theirs, equals, ours = (part.strip() for part in line.translate(EQUALS).partition("="))
        code = coded(field, ours)
        fault = _fault(field, line.strip(), theirs, equals, code, codes)
        if fault:
            faults.append(_("line %(line)s: %(what)s") % {"line": number, "what": fault})
        elif theirs:
            codes[theirs] = code
    if faults:
        raise ValueError(_("; ").join(faults[:TOLD]))
    if not codes:
        raise ValueError(_("write a line for each value: theirs = ours"))
    return codes


def _fault(field: Field, line: str, theirs: str, equals: str, code: str, codes: Mapping[str, str]) -> str:
    if not line:
        return ""
    if not equals or not theirs:
        return _("“%(text)s” cannot be read; write theirs = ours") % {"text": line}
    if theirs == "*":
        return _("for all other values choose below what becomes of them")
    if theirs in codes and codes[theirs] != code:
        return _("“%(text)s” stands there twice") % {"text": theirs}
    values = codes_of(field)
    if values and code and code not in values:
        known = " · ".join(text or each for each, text in values.items())
        return _("“%(text)s” is none of: %(known)s") % {"text": code, "known": known}
    return ""


def coded(field: Field, said: str) -> str:
    """The code of a field's value that is said by its word in the reader's language; any other as it is."""
    if field.type is FieldType.BOOLEAN and said.casefold() in SAID:
        return SAID[said.casefold()]
    return next((each for each in field.enum if said and said == word(field.name, each)), said)


def codes_of(field: Field) -> dict[str, str]:
    """Code of each value a field may have → its word in the reader's language; empty where any may stand."""
    if field.type is FieldType.BOOLEAN:
        return {"true": _("yes"), "false": _("no")}
    return {each: word(field.name, each) for each in field.enum}
