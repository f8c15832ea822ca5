"""What can go wrong when people change the classification."""

from django.utils.translation import gettext_lazy as _

from canton.kernel.errors import CantonError


class CodeExists(CantonError):
    """The version has the code already, perhaps retired."""

    code = "E-CODE-TAKEN"
    text = _("Code %(key)s is there already, perhaps retired. A retired code is never given out anew.")


class NoSuchCode(CantonError):
    """The version has no such code, or not one in use."""

    code = "E-CODE-NONE"
    text = _("There is no code %(key)s in use in this version. Choose one from its tree.")


class WrongCode(CantonError):
    """Not two digits, nor four below a head there is."""

    code = "E-CODE-FORM"
    text = _("%(key)s is no code: a head has two digits, a kind four that begin with those of its head.")


class CodeInUse(CantonError):
    """A head with kinds in use cannot be retired, nor a code that others name as their successor."""

    code = "E-CODE-USED"
    text = _("%(key)s is still needed by %(by)s. Retire or change those first.")


class WrongSuccessor(CantonError):
    """A retired code is followed by another in use, not by itself."""

    code = "E-CODE-SUCCESSOR"
    text = _("%(key)s cannot be followed by %(successor)s: choose another code that is in use.")


class CodePublished(CantonError):
    """A code that was published once is retired, not removed."""

    code = "E-CODE-KEPT"
    text = _("%(key)s was published once and data may carry it. Retire it instead.")


class NotADraft(CantonError):
    """A published version is never changed; a new draft is."""

    code = "E-CODES-PUBLISHED"
    text = _("Version %(number)s is published and is not changed any more. Begin a draft and publish it.")


class DraftThere(CantonError):
    """One draft at a time."""

    code = "E-CODES-DRAFT"
    text = _("There is a draft already, version %(number)s. Go on with it, or drop it first.")


class WrongDay(CantonError):
    """A version comes into force today or later, and after the one before."""

    code = "E-CODES-DAY"
    text = _("A version comes into force from %(first)s at the earliest.")


class NothingDifferent(CantonError):
    """The draft is as the version before it."""

    code = "E-CODES-SAME"
    text = _("The draft differs in nothing from version %(number)s. Change something, or drop it.")


class NothingToUndo(CantonError):
    """No change of the draft to take back, or it came into force."""

    code = "E-CODES-UNDO"
    text = _("There is nothing to take back: it was taken back already, or the version is in force.")


class ChangedMeanwhile(CantonError):
    """Somebody changed the code after this person opened it; `differences` has both values of each field."""

    code = "E-CODES-STALE"
    text = _(
        "Somebody changed it after you opened it. Nothing of yours is saved yet: compare both values below, "
        "put right what you want to keep, and save again."
    )

    def __init__(self, differences: tuple[tuple[str, object, object], ...], seen: str) -> None:
        super().__init__()
        self.differences = differences
        self.seen = seen


class WrongPattern(CantonError):
    """A rule for texts that is not written as its kind asks."""

    code = "E-TEXT-PATTERN"
    text = _(
        "%(pattern)s cannot be read. Words: 信号 差|没信号 -漫游. Pinyin: three letters or more. "
        "Pattern: * for up to ten characters (three times at most), # for a digit, (a|b) for one of several."
    )


class TextRuleThere(CantonError):
    """The same rule is in use."""

    code = "E-TEXT-RULE"
    text = _("Code %(key)s has this rule already.")


class TextRuleRetired(CantonError):
    """A rule that is not in use any more is neither changed nor retired."""

    code = "E-TEXT-RETIRED"
    text = _("The rule was changed or retired meanwhile. Open the list again and look at what holds now.")


class LabelColumns(CantonError):
    """No file of labels."""

    code = "E-LABEL-COLUMNS"
    text = _("%(name)s is no file of labels: CSV in UTF-8 with the columns text, code and source.")


class LabelText(CantonError):
    """A label of nothing."""

    code = "E-LABEL-TEXT"
    text = _("The row has no text.")


class LabelCode(CantonError):
    """A label with a code that is not in the tables."""

    code = "E-LABEL-CODE"
    text = _("There is no code %(key)s in the classification.")


class LabelSource(CantonError):
    """A label nobody answers for."""

    code = "E-LABEL-SOURCE"
    text = _("The row does not say where its label comes from.")


class LabelGenerated(CantonError):
    """A label of a text that no customer wrote."""

    code = "E-LABEL-GENERATED"
    text = _("The source %(source)s is generated text; a model learns only from what customers wrote.")


class TooFewLabels(CantonError):
    """Not enough to train and to measure with."""

    code = "E-LABEL-FEW"
    text = _("%(rows)s labels are too few: at least %(fewest)s of two codes or more, some of them held out.")


class ModelBroken(CantonError):
    """The files of a model are not those that were trained."""

    code = "E-TEXT-MODEL"
    text = _("The model in %(folder)s is not as it was trained. Train it again.")


class SameThreshold(CantonError):
    """The confidence that holds already."""

    code = "E-TEXT-THRESHOLD"
    text = _("%(percent)s per cent holds already. Nothing was changed.")
