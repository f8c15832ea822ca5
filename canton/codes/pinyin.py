"""Chinese names as they are typed: full pinyin and initials."""


def syllables(text: str) -> list[str]:
    """Pinyin without tones, one item a character; ü is v; what is not Chinese is left out.

    >>> syllables("弱覆盖")
    ['ruo', 'fu', 'gai']
    """
    from pypinyin import Style, lazy_pinyin  # half a second that no other command should wait

    found = lazy_pinyin(text, style=Style.NORMAL, errors="ignore", v_to_u=False)
    return [syllable.lower() for syllable in found if syllable]
