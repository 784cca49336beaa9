"""Rules of new passwords: long enough, and not easy to guess for a program or a person who knows the member.

No rule of composition. Source: NIST SP 800-63B-4, 3.1.1.2. The strength is estimated by zxcvbn, with the member's own
names. The phrases are those it does not know, slogans of recovery above all.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

MIN_LENGTH = 15
MAX_LENGTH = 200
MIN_SCORE = 3
MIN_SCORE_BESIDE_PHRASE = 2
MAX_ESTIMATED = 64  # zxcvbn takes 34 ms for 72 characters, ten times that for 200, and raises beyond 72
MIN_DIFFERENT = 5
MIN_LETTERS_LEFT = 6
MIN_KNOWN_LETTERS = 6  # a random password may hold "ten"
MIN_OWN_WORD = 4
TOO_EASY = "Too easy to guess. Add a few unrelated words."

_CONTEXT_WORDS = """
password passphrase passwort secret letmein welcome qwerty recovery recovering sober sobriety afterward community
alumni alumnus coordinator rehab detox treatment clean serenity
"""

_COUNTED_WORDS = """
one two three four five six seven eight nine ten eleven twelve monday tuesday wednesday thursday friday saturday
sunday january february march april may june july august september october november december spring summer autumn
winter
"""

_PHRASES = """
one day at a time; one day at the time; just for today; this too shall pass; easy does it; first things first;
let go and let god; keep coming back; keep it simple; keep it simple stupid; live and let live;
progress not perfection; it works if you work it; it works when you work it;
keep coming back it works if you work it; act as if; fake it till you make it; fake it until you make it;
think think think; think before you drink; but for the grace of god; there but for the grace of god go i;
to thine own self be true; god grant me the serenity;
god grant me the serenity to accept the things i cannot change; the things i cannot change;
the courage to change the things i can; courage to change; and the wisdom to know the difference;
wisdom to know the difference; serenity prayer; serenity courage wisdom; higher power;
a power greater than ourselves; we admitted we were powerless; attitude of gratitude; gratitude is an attitude;
get off the cross; hugs not drugs; clean and sober; sober and free; sober for life; clean for life;
clean and serene; stay clean; stay sober; happy joyous and free; rarely have we seen a person fail;
half measures availed us nothing; nothing changes if nothing changes; if nothing changes nothing changes;
my name is and i am an alcoholic; i am an alcoholic; i am an addict; my name is; hi my name is;
once an addict always an addict; one is too many and a thousand never enough; one is too many;
a thousand is never enough; it takes what it takes; more will be revealed; do the next right thing;
the next right thing; next right thing; you are not alone; you never have to be alone again; we do recover;
we recover together; recovery is possible; recovery one day at a time; people places and things;
hungry angry lonely tired; halt hungry angry lonely tired; expect miracles; dont quit before the miracle;
dont give up before the miracle happens; the miracle happens; twelve steps; twelve steps and twelve traditions;
alcoholics anonymous; narcotics anonymous; the big book; friends of bill; friend of bill; friend of bill w;
work the steps; work the program; meeting makers make it; ninety meetings in ninety days; ninety in ninety;
time takes time; cant never could; surrender to win; poor me pour me another drink; stinking thinking;
if you spot it you got it; pass it on; principles before personalities; take what you need and leave the rest;
what you hear here let it stay here; rock bottom; hitting rock bottom; new life new me; a new beginning;
new beginnings; second chance at life; i will not drink today; the quick brown fox; the quick brown fox jumps;
the quick brown fox jumps over the lazy dog; jumps over the lazy dog; correct horse battery staple;
correct horse battery; to be or not to be; to be or not to be that is the question; that is the question;
i love you; i love you so much; i love my family; i love my wife; i love my husband; i love my kids; let me in;
let me in please; open sesame; this is my password; my secret password; please let me in; i forgot my password;
i dont remember my password; may the force be with you; live long and prosper; never gonna give you up;
winter is coming; hakuna matata; lorem ipsum dolor sit amet; once upon a time; in the beginning; in god we trust;
our father who art in heaven; the lord is my shepherd; jesus loves me; jesus is my savior;
god is good all the time; amazing grace; i once was lost but now am found; happy birthday; happy birthday to you;
twinkle twinkle little star; mary had a little lamb; row row row your boat; all you need is love; let it be;
stairway to heaven; where there is a will there is a way; what doesnt kill you makes you stronger; carpe diem;
hello world; nur fur heute; solo por hoy; juste pour aujourdhui; un dia a la vez; un jour a la fois;
einen tag nach dem anderen
"""

_LEET = str.maketrans("013457@$!|", "oieastasii")


def normal_password(password: str) -> str:
    """Return the password as it is hashed: NFKC, so the same keys give the same password on every device."""
    return unicodedata.normalize("NFKC", password)


def length_problem(password: str) -> str | None:
    """Return what is wrong with the length of a new password, if anything."""
    length = len(normal_password(password))
    if length < MIN_LENGTH:
        return f"Use at least {MIN_LENGTH} characters. Try four words that are easy to remember."
    if length > MAX_LENGTH:
        return f"Use at most {MAX_LENGTH} characters."
    return None


def password_problem(password: str, *, own: Iterable[str] = ()) -> str | None:
    """Return what is wrong with a new password, if anything.

    `own` are the member's e-mail address, their handle and the name of the service. Takes up to 50 ms: call it where
    passwords are hashed.
    """
    problem = length_problem(password)
    if problem:
        return problem
    folded = normal_password(password).casefold()
    if len(set(folded)) < MIN_DIFFERENT or len(_without_runs(folded)) <= len(folded) / 2:
        return "This repeats the same few characters. Add different words."
    tokens = personal_words(own)
    if _score(normal_password(password), tokens) < MIN_SCORE or _score(_unit(folded), tokens) < MIN_SCORE:
        return TOO_EASY
    backwards = {word[::-1] for word in tokens}
    known = sorted({*_known(), *tokens, *backwards}, key=len, reverse=True)
    for letters in {_letters(folded), _letters(folded.translate(_LEET))}:
        left = letters
        for phrase in known:
            left = left.replace(phrase, "")
        is_mostly_known = len(letters) - len(left) >= max(MIN_KNOWN_LETTERS, len(letters) / 2)
        if is_mostly_known and (len(left) < MIN_LETTERS_LEFT or _score(left, tokens) < MIN_SCORE_BESIDE_PHRASE):
            return TOO_EASY
    return None


def personal_words(own: Iterable[str]) -> list[str]:
    """Return the words in a member's address and names that a guesser would use, each also as a whole."""
    tokens: dict[str, None] = {}
    for text in own:
        folded = unicodedata.normalize("NFKC", text).casefold()
        for part in (folded, *folded.split("@"), *re.split(r"[\W_\d]+", folded)):
            tokens[_letters(part)] = None
    return [word for word in tokens if len(word) >= MIN_OWN_WORD and word not in ("mail", "example")]


def _score(password: str, tokens: list[str]) -> int:
    from zxcvbn import zxcvbn  # 0.1 s and 15 MB, for the processes that need it

    score: int = zxcvbn(password[:MAX_ESTIMATED], user_inputs=[*tokens, *_CONTEXT_WORDS.split()])["score"]
    return score


def _without_runs(text: str) -> str:
    return re.sub(r"(.)\1+", r"\1", text)


def _unit(text: str) -> str:
    """Return what letters and digits repeat, whatever is between them, or the text itself when they repeat nothing."""
    plain = "".join(character for character in text if character.isalnum())
    period = next((size for size in range(1, len(plain)) if plain[size:] == plain[:-size]), len(plain))
    return plain[:period] if period <= len(plain) / 2 else text


@cache
def _known() -> frozenset[str]:
    phrases = (_letters(phrase) for phrase in _PHRASES.split(";"))
    return frozenset([*phrases, *_CONTEXT_WORDS.split(), *_COUNTED_WORDS.split()])


def _letters(text: str) -> str:
    return "".join(character for character in text if character.isalpha())
