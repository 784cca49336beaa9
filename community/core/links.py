"""Web addresses in text from people: where each begins and ends. `lib/links.ts` finds the same ones.

An address is `http` or `https`, a host, and what RFC 3986 and RFC 3987 allow after it. Brackets belong to it where they
are balanced. Punctuation and quotation marks at its end belong to the sentence, and so does a `*` or `_` that closes
emphasis. What programs could read in two ways, such as `https://bank.example@evil.example`, stays plain text.
"""

import re
import unicodedata
from ipaddress import AddressValueError, IPv6Address

import nh3

# Characters that end an address: blanks, controls, quotation marks, and what ends a sentence in other scripts.
_STOPS = (
    r"\x00-\x20\"<>`\x7f-\xa0\xab\xad\xbb\u034f\u060c\u061b\u061c\u061f\u06d4\u0964\u0965\u115f\u1160\u1680\u17b4\u17b5"
    r"\u180e\u2000-\u200b\u200e\u200f\u2014\u2015\u2018\u201a-\u201f\u2024-\u2026\u2028-\u202f\u2039\u203a\u203c\u203d"
    r"\u2047-\u2049\u205f-\u206f\u2800\u2e2e\u3000-\u3002\u3164\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufe10-\ufe19"
    r"\ufe50-\ufe57\ufeff\uff01\uff0c\uff0e\uff1a\uff1b\uff1f\uff61\uff64\uffa0\ufff0-\uffff"
    r"\U000e0000-\U000e0fff\U000f0000-\U0010ffff"
)
_OPENING = "([{（［｛「『【〔〈《⟨｢"
_CLOSING = ")]}）］｝」』】〕〉》⟩｣"
_PAIRS = dict(zip(_CLOSING, _OPENING, strict=True))
_BRACKETS = r"(\[{（［｛「『【〔〈《⟨｢)\]}）］｝」』】〕〉》⟩｣"
# Characters that may occur inside an address and that end none: dashes, apostrophes, joiners.
_INNER = r"\u2019\u2010-\u2013"
_TRAILING = re.compile(rf"[.,;:!?'|\\\xb7\u30fb\u200c\u200d{_INNER}]")

_RUN = re.compile(f"[^{_STOPS}]*")
_AUTHORITY = re.compile(rf"[^{_STOPS}/?#)\]}}]*")
_HOST = re.compile(rf"(?:[-.0-9A-Z_a-z]|(?![{_STOPS}{_BRACKETS}{_INNER}\u200c\u200d])[^\x00-\x7f])+")
_AFTER_HOST = re.compile(rf"$|[{_STOPS}/?#.,;:!?'*_~|\-{_BRACKETS}{_INNER}\u2190-\u2bff\U0001f000-\U0001faff]")
_PICTURE = re.compile(r"[\u2190-\u2bff\ufe0f\u20e3\U0001f000-\U0001faff]")
_MAX_HOST_LENGTH = 253
# A host that goes on behind invisible characters would be read as another.
_GOES_ON_UNSEEN = re.compile(
    r"[\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    r"\ufeff\uffa0\U000e0000-\U000e0fff]+[0-9A-Za-z.:@/_-]"
)
_NOT_IN_HOSTS = re.compile(r"[\x00-,/:-@\[-^`{-\x7f]")
_PATH_SIGN = re.compile(f"[{_STOPS}{_BRACKETS},;|]")
_SIX = re.compile(r"\[([0-9A-Fa-f:.]{2,45})\]")
_PORT = re.compile(r":([0-9]{1,5})")
_NO_PORT = re.compile(r":(?:[0-9]{6}|[0-9]*[A-Za-z_]|[/?#])")
_GOES_ON = re.compile(r"[/?#]|:[0-9]")
_SCHEME = re.compile(r"https?$", re.IGNORECASE)
_SCHEME_NEXT = re.compile(r"https?://", re.IGNORECASE)
_TOKEN = re.compile(r"https?://|\\[\\*_`]|`+|\*+|_+|\n[ \t]*\n", re.IGNORECASE)

# Letters and digits of scripts that set blanks between words; the others have none that could bound emphasis.
_WITHOUT_BLANKS = re.compile(
    r"[\u0e00-\u0fff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff"
    r"\ufe00-\ufe0f\uff66-\uffdc\u20e3\U000e0100-\U000e01ef\U00020000-\U0003ffff]"
)
_BLANKS = frozenset(" \t\n\xa0\u1680\u202f\u205f\u3000").union(map(chr, range(0x2000, 0x200B)))


def emphasis(before: str, after: str, length: int, open_marks: dict[str, int], mark: str) -> tuple[bool, bool]:
    """Return whether a run of `*` or `_` between two characters opens emphasis, and whether it closes it; never both.

    Empty strings are the ends of the text. `open_marks` counts the marks that are open, and is updated here. A run
    inside a word does neither (CommonMark lets `*` do both), so `2*3*4` stays as written. Beside a script without
    blanks or between two signs a run closes when there is something to close.
    """
    opens = after != "" and after not in _BLANKS and not _is_word(before)
    closes = before != "" and before not in _BLANKS and not _is_word(after)
    is_open = open_marks.get(mark, 0)
    if closes and is_open:
        open_marks[mark] = max(is_open - length, 0)
        return False, True
    if opens:
        open_marks[mark] = is_open + length
    return opens, False


def _is_word(character: str) -> bool:
    return character != "" and unicodedata.category(character)[0] in "LMN" and _WITHOUT_BLANKS.match(character) is None


def find(text: str) -> list[tuple[int, int]]:
    """Return where web addresses begin and end, in order."""
    found = []
    open_marks: dict[str, int] = {}
    code_ends = _code_ends(text)
    position = code_until = 0
    while token := _TOKEN.search(text, position):
        start, position = token.span()
        sign = token.group()[0]
        if sign in "hH":
            end, is_address = _end_of(text, position, open_marks if start >= code_until else {})
            if is_address:
                found.append((start, end))
            position = end
        elif sign == "\n":
            open_marks = {}
        elif sign == "`":
            code_until = max(code_until, code_ends.get(start, 0))
        elif sign != "\\" and start >= code_until:
            before, after = text[max(start - 1, 0) : start], text[position : position + 1]
            emphasis(before, after, position - start, open_marks, sign)
    return found


def _code_ends(text: str) -> dict[int, int]:
    """Return the end of each run of backticks that opens a code span, by its start."""
    ends: dict[int, int] = {}
    next_of_length: dict[int, int] = {}
    for run in reversed(list(re.finditer(r"`+|\n[ \t]*\n", text))):
        length = run.end() - run.start()
        if run.group()[0] == "\n":
            next_of_length.clear()
        else:
            if length in next_of_length:
                ends[run.start()] = next_of_length[length]
            next_of_length[length] = run.end()
    return ends


def _end_of(text: str, start: int, open_marks: dict[str, int]) -> tuple[int, bool]:
    """Return the end of the address whose host begins at `start`, or where to search on when there is none."""
    authority = text[start : _end(_AUTHORITY, text, start)]
    if "@" in authority or "\\" in authority:
        return _end(_RUN, text, start), False
    end = _end_of_host(text, start)
    if end == start:
        return start, False
    if text[end : end + 1] in ("/", "?", "#"):
        end = _end_of_path(text, end)
    return _trimmed(text, start, end, open_marks), True


def _end_of_host(text: str, start: int) -> int:
    """Return the end of host and port; `start` when they are none."""
    if six := _SIX.match(text, start):
        end = six.end() if _is_six(six.group(1)) else start
    else:
        end = _end_of_name(text, start)
    if end == start or _NO_PORT.match(text, end) or _GOES_ON_UNSEEN.match(text, end):
        return start
    if port := _PORT.match(text, end):
        if int(port.group(1)) > 65_535:
            return start
        end = port.end()
    return end if _AFTER_HOST.match(text, end) or _SCHEME_NEXT.match(text, end) else start


def _end_of_name(text: str, start: int) -> int:
    """Return the end of a host's name; `start` when it is none."""
    end = _end(_HOST, text, start)
    name = text[start:end]
    if text.startswith("://", end):
        name = _SCHEME.sub("", name)  # the next address follows at once
    elif not _GOES_ON.match(text, end):
        while end > start and (text[end - 1] in ".-_" or _PICTURE.match(text[end - 1])):
            end -= 1
        name = text[start:end]
    labels = name.removesuffix(".").split(".")
    is_name = all(labels) and name.strip("-._") and len(name) <= _MAX_HOST_LENGTH and not _PICTURE.match(labels[-1][-1])
    return start + len(name) if is_name and (_is_plain(name, labels[-1]) or _parses(name)) else start


def _is_plain(host: str, top: str) -> bool:
    return host.isascii() and "xn--" not in host.lower() and not top[0].isdigit()


def _parses(host: str) -> bool:
    """Return whether the WHATWG URL parser takes a host; hosts of other alphabets have rules of their own (UTS 46)."""
    if _NOT_IN_HOSTS.search(unicodedata.normalize("NFKC", host)):
        return False
    return "href" in nh3.clean(f'<a href="https://{host}/">', tags={"a"}, url_schemes={"https"}, link_rel=None)


def _is_six(host: str) -> bool:
    try:
        IPv6Address(host)
    except AddressValueError:
        return False
    return True


def _end_of_path(text: str, start: int) -> int:
    """Return where path, query and fragment end: at a stop, a bracket that closes nothing, or the next address."""
    open_brackets: list[str] = []
    for found in _PATH_SIGN.finditer(text, start):
        sign, place = found.group(), found.start()
        if sign in _OPENING:
            open_brackets.append(sign)
        elif sign in _PAIRS:
            if not open_brackets or open_brackets.pop() != _PAIRS[sign]:
                return place
        elif sign not in ",;|" or _SCHEME_NEXT.match(text, place + 1):
            return place
    return len(text)


def _trimmed(text: str, start: int, end: int, open_marks: dict[str, int]) -> int:
    """Return the end of an address without the punctuation, and the marks of emphasis, that end the sentence."""
    marks = dict(open_marks)
    while end > start:
        character = text[end - 1]
        if _TRAILING.match(character) or character in _OPENING:
            end -= 1
        elif marks.get(character):
            end -= 1
            marks[character] -= 1
        else:
            break
    return end


def _end(pattern: re.Pattern[str], text: str, start: int) -> int:
    found = pattern.match(text, start)
    return found.end() if found else start
