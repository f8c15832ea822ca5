"""Why a file is refused whole: nothing of it is loaded. A class for each, with a code that never changes."""

from django.utils.translation import gettext_noop

from canton.kernel.errors import CantonError


class FileRefused(CantonError):
    """Base of the failures of a file as a whole."""

    code = "E-FILE"
    text = gettext_noop("The file cannot be read.")


class EmptyFile(FileRefused):
    code = "E-FILE-EMPTY"
    text = gettext_noop("The file is empty.")


class HeaderOnly(FileRefused):
    code = "E-FILE-HEADER-ONLY"
    text = gettext_noop("The file has a header and no rows.")


class WrongHeader(FileRefused):
    code = "E-FILE-HEADER"
    text = gettext_noop(
        "The first line is not the header of the format. Found: %(found)s. Wanted: %(wanted)s."
    )


class TooManyColumns(FileRefused):
    code = "E-FILE-COLUMNS"
    text = gettext_noop("The file has %(columns)s columns; %(limit)s is the limit.")


class EndlessLine(FileRefused):
    code = "E-FILE-LINE"
    text = gettext_noop("A line of the file is longer than %(limit)s bytes.")


class NulBytes(FileRefused):
    code = "E-FILE-NUL"
    text = gettext_noop("Line %(line)s holds NUL bytes: this is no text file, or a damaged one.")


class WrongEncoding(FileRefused):
    code = "E-FILE-ENCODING"
    text = gettext_noop("The file is not written in %(encoding)s.")


class BrokenQuoting(FileRefused):
    code = "E-FILE-QUOTING"
    text = gettext_noop("Quotation marks are broken in most rows, first in line %(line)s.")


class TooLarge(FileRefused):
    code = "E-FILE-SIZE"
    text = gettext_noop("The file has %(bytes)s bytes; %(limit)s is the limit.")


class LooksLikeUtf8(WrongEncoding):
    code = "E-FILE-IS-UTF8"
    text = gettext_noop("The file is said to be written in %(encoding)s, and is UTF-8.")


class LooksLikeGb18030(WrongEncoding):
    code = "E-FILE-IS-GB18030"
    text = gettext_noop("The file is said to be written in %(encoding)s, and looks like GB18030.")


class LooksLikeUtf16(WrongEncoding):
    code = "E-FILE-IS-UTF16"
    text = gettext_noop("The file is written in UTF-16. Save it as UTF-8 and hand it in again.")


class FalseMark(WrongEncoding):
    code = "E-FILE-MARK"
    text = gettext_noop(
        "The file begins with the mark of UTF-8, and the rest looks like GB18030. Save all of it as UTF-8."
    )


class OtherKind(FileRefused):
    code = "E-FILE-KIND"
    text = gettext_noop(
        "The file is of another kind than the layout. Found: %(found)s. Wanted: %(wanted)s. Save it again as "
        "that kind, or choose a layout for files like it."
    )


class DamagedFile(FileRefused):
    code = "E-FILE-DAMAGED"
    text = gettext_noop("The file is damaged: it cannot be read as %(what)s.")


class EncryptedWorkbook(FileRefused):
    code = "E-SHEET-ENCRYPTED"
    text = gettext_noop("The workbook is encrypted. Take its password off and send it again.")


class WorkbookBomb(FileRefused):
    code = "E-SHEET-SIZE"
    text = gettext_noop("The workbook unpacks to %(bytes)s bytes; %(limit)s is the limit.")


class UnknownSheet(FileRefused):
    code = "E-SHEET-UNKNOWN"
    text = gettext_noop("The workbook has no sheet “%(sheet)s”. It has: %(sheets)s.")


class ChartSheet(FileRefused):
    code = "E-SHEET-CHART"
    text = gettext_noop(
        "“%(sheet)s” is a chart sheet: it holds a drawing and no rows. Sheets with rows: %(sheets)s."
    )


class WrongColumnType(FileRefused):
    code = "E-FILE-TYPE"
    text = gettext_noop("The column “%(column)s” holds %(type)s, which no row of text can hold.")
