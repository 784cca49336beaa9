"""Canonical languages, recovery approaches and interests, and the folding of what people type to them.

A canonical value has a key, which is compared, and a name, which is shown: the BCP 47 code of a language, a short
English word for the rest. Everything that is not known stays a value of its own, in one spelling.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Field = Literal["languages", "pathways", "interests"]

FIELDS: tuple[Field, ...] = ("languages", "pathways", "interests")

# Key: its name, then other spellings: in English and Spanish, and the language's own name for itself.
_LANGUAGES = {
    "en": "English|inglés|anglais|inglês",
    "es": "Spanish|español|castellano|Castilian|espanhol|espagnol",
    "ase": "American Sign Language (ASL)|ASL|sign language|lenguaje de señas|lengua de señas|señas",
    "zh": "Mandarin (Chinese)|Mandarin|Chinese|mandarín|chino|中文|汉语|漢語|普通话|普通話|国语|國語|华语|華語",
    "yue": "Cantonese|Chinese Cantonese|cantonés|广东话|廣東話|粤语|粵語",
    "vi": "Vietnamese|vietnamita|tiếng Việt|Việt",
    "tl": "Tagalog (Filipino)|Tagalog|Filipino|Pilipino|tagalo|fil",
    "ar": "Arabic|árabe|العربية|عربي",
    "ht": "Haitian Creole|Creole|Kreyòl|Kreyòl ayisyen|criollo haitiano|creole haitiano|Haitian",
    "ko": "Korean|coreano|한국어|한국말",
    "fr": "French|francés|français",
    "pt": "Portuguese|portugués|português|Brazilian|Brazilian Portuguese",
    "ru": "Russian|ruso|русский|русский язык|по-русски",
    "pl": "Polish|polaco|polski",
    "de": "German|alemán|Deutsch",
    "it": "Italian|italiano",
    "hi": "Hindi|हिन्दी|हिंदी",
    "ur": "Urdu|اردو",
    "pa": "Punjabi|panyabí|Panjabi|ਪੰਜਾਬੀ|پنجابی",
    "gu": "Gujarati|ગુજરાતી",
    "bn": "Bengali|bengalí|Bangla|বাংলা",
    "fa": "Persian (Farsi)|Persian|Farsi|persa|فارسی",
    "ja": "Japanese|japonés|日本語",
    "uk": "Ukrainian|ucraniano|українська",
    "so": "Somali|somalí|Soomaali",
    "am": "Amharic|amárico|አማርኛ",
    "sw": "Swahili|suajili|Kiswahili",
    "hmn": "Hmong|Hmoob",
    "km": "Khmer|Cambodian|camboyano|ខ្មែរ",
    "nv": "Navajo|Diné bizaad|Diné",
    "he": "Hebrew|hebreo|עברית",
    "el": "Greek|griego|ελληνικά",
}
_PATHWAYS = {
    "twelve steps": "12-step (AA or NA)|12 steps|12-step|twelve step|twelve steps|AA|NA|CA|Alcoholics Anonymous|"
    "Narcotics Anonymous|Alcohólicos Anónimos|Narcóticos Anónimos|12 pasos|doce pasos|los doce pasos|12-step program",
    "smart": "SMART Recovery|SMART|SMART meetings",
    "dharma": "Recovery Dharma|Dharma|Refuge Recovery|Buddhist|Buddhism|budismo",
    "medication": "Medication|medicine|meds|MAT|MOUD|medication-assisted|medication-assisted treatment|medicación|"
    "medicamento|medicamentos|buprenorphine|Suboxone|methadone|naltrexone|Vivitrol|Sublocade|buprenorfina|metadona",
    "therapy": "Therapy or counseling|therapy|counseling|counselling|therapist|counselor|terapia|consejería|CBT|DBT",
    "faith": "Faith|faith-based|fe|church|iglesia|religion|God|Dios|Celebrate Recovery|prayer|oración",
    "secular": "Secular|not religious|non-religious|secular recovery|laico|secular group|LifeRing|SOS",
    "community": "Culture and community|culture|community|comunidad|cultura|Wellbriety|White Bison|tribal|tradition",
    "family": "Family and friends|family|friends|familia|amigos|familia y amigos",
    "movement": "Exercise|exercise|fitness|ejercicio|sports|gym|deporte|working out",
    "meditation": "Meditation or mindfulness|meditation|mindfulness|meditating|meditación|meditar",
    "harm reduction": "Harm reduction|reducción de daños|moderation|Moderation Management",
    "women": "Women for Sobriety|WFS",
}
_INTERESTS = {
    "walking": "Walking|walk|walks|walking|caminar|caminata|caminatas|pasear|paseos|going for walks|taking walks",
    "cooking": "Cooking|cook|cooking|cocinar|cocina|baking|bake|hornear|food|comida",
    "music": "Music|music|música|listening to music|guitar|guitarra|singing|sing|cantar|songs",
    "movies": "Movies and TV|movies|movie|films|film|TV|television|series|películas|cine|tele|televisión|shows",
    "reading": "Reading|read|books|book|leer|lectura|libros",
    "sports": "Sports|sport|deporte|deportes|football|soccer|fútbol|basketball|baseball|béisbol|baloncesto",
    "fitness": "Working out|workout|gym|fitness|exercise|ejercicio|gimnasio|weights|lifting|running|run|correr|yoga",
    "hiking": "Hiking and camping|hiking|hike|hikes|camping|outdoors|nature|naturaleza|senderismo|acampar|the outdoors",
    "fishing": "Fishing|fish|pesca|pescar",
    "gardening": "Gardening|garden|gardens|plants|jardinería|jardín|plantas",
    "pets": "Animals|animal|pets|pet|dogs|dog|cats|cat|animales|mascotas|perros|gatos|perro|gato|dog walking",
    "art": "Art and crafts|arts and crafts|art|arts|crafts|craft|drawing|draw|painting|knitting|crochet|arte|dibujo|"
    "dibujar|pintar|pintura|manualidades|tejer|sewing|coser",
    "games": "Games|game|gaming|video games|videogames|board games|cards|juegos|videojuegos|juegos de mesa|cartas",
    "chess": "Chess|ajedrez",
    "cars": "Cars and bikes|cars|car|motorcycles|carros|coches|motos|fixing cars|mechanics|mecánica",
    "dancing": "Dancing|dance|bailar|baile|danza",
    "photography": "Photography|photos|fotografía|fotos|taking photos",
    "writing": "Writing|write|journaling|journal|poetry|escribir|escritura|poesía",
    "volunteering": "Volunteering|volunteer|helping out|voluntariado|ser voluntario",
    "swimming": "Swimming|swim|nadar|natación",
    "cycling": "Cycling|bicycle|biking|bike rides|ciclismo|bicicleta|andar en bicicleta",
    "woodworking": "Woodworking|carpentry|carpintería|building things",
    "travel": "Travel|traveling|travelling|viajar|viajes|road trips",
    "coffee": "Coffee or tea|coffee|tea|café|té",
}
_TABLES: dict[Field, dict[str, str]] = {"languages": _LANGUAGES, "pathways": _PATHWAYS, "interests": _INTERESTS}

_SEPARATORS = re.compile(r"[,;/\n|•·،、，]+")
_CONJUNCTIONS = re.compile(r" (?:and|y|e|et|und|or|o) ")
_BRACKETS = re.compile(r"[(\[（][^)\]）]*[)\]）]")
_ACCENTS = re.compile("[\u0300-\u036f]")
_FILLER = (
    "(?:a|an|and|the|some|bit|of|little|lot|i|we|speak|speaking|know|like|love|my|to|go|going|language|fluent|fluently|"
    "native|basic|learning|un|una|y|poco|de|yo|hablo|me|gusta|encanta|el|la|los|las|algo|idioma|nativo)"
)
_FILLERS_AROUND = re.compile(f"^(?:{_FILLER} )+|(?: {_FILLER})+$")


@dataclass(frozen=True)
class Choice:
    """A canonical value that a form offers: `value` is what it saves, a name that folds to `key`."""

    key: str
    value: str


def choices(field: Field) -> tuple[Choice, ...]:
    """Return the canonical values of a field in the order in which a form offers them."""
    return tuple(Choice(key, names.split("|")[0]) for key, names in _TABLES[field].items())


def fold(field: Field, typed: str) -> str:
    """Return the key of what a member typed, or their own words in one spelling. Idempotent.

    `español`, `Spanish (a little)` and `es-MX` are `es`. Letter case, accents, punctuation and width do not count.
    """
    return _known(field, typed) or plain(typed)


def fold_all(field: Field, texts: Iterable[str]) -> frozenset[str]:
    """Return the keys of everything in a list. One text may name several: `español, inglés`, `English and Spanish`."""
    return frozenset(fold(field, one) for text in texts for one in split(field, text)) - {""}


def split(field: Field, text: str) -> list[str]:
    """Return the single values that a text lists, as they were typed.

    "and" separates only known values: `rock and roll` is one.
    """
    found = []
    for part in filter(None, map(str.strip, _SEPARATORS.split(text))):
        parts = [part]
        if _known(field, part) is None:
            bare = plain(part)
            for several in (_CONJUNCTIONS.split(bare), bare.split() if field == "languages" else []):
                if len(several) > 1 and all(_known(field, one) for one in several):
                    parts = several
                    break
        found += parts
    return found


def name_of(field: Field, key: str) -> str | None:
    """Return the name of a canonical value, None for a member's own words."""
    names = _TABLES[field].get(key)
    return names.split("|")[0] if names else None


def tidied(field: Field, texts: Iterable[str]) -> list[str]:
    """Return a list with known values by their names and own words as typed, each value once, in order."""
    found: dict[str, str] = {}
    for text in texts:
        for one in split(field, text):
            found.setdefault(fold(field, one), one)
    return [name_of(field, key) or typed for key, typed in found.items() if key]


@lru_cache(maxsize=50_000)
def plain(typed: str) -> str:
    """Return words in one spelling: no capitals, accents, punctuation, or repeated blanks. Idempotent."""
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", typed).casefold()).replace("&", " and ")
    text = unicodedata.normalize("NFKC", _ACCENTS.sub("", unicodedata.normalize("NFD", text)))
    return " ".join("".join(sign if unicodedata.category(sign)[0] in "LNM" else " " for sign in text).split())


@lru_cache(maxsize=50_000)
def _known(field: Field, typed: str) -> str | None:
    spellings = _spellings(field)
    for text in (plain(typed), plain(_BRACKETS.sub(" ", typed))):
        key = spellings.get(text) or spellings.get(_FILLERS_AROUND.sub("", text))
        if key is None and field == "languages":
            key = _language_of_tag(text)
        if key is not None:
            return key
    return None


def _language_of_tag(text: str) -> str | None:
    """Return the language of a BCP 47 tag with a region or script, such as `pt-BR`."""
    tag = re.fullmatch(r"([a-z]{2,3}) ([a-z]{2}|[0-9]{3}|hans|hant|latn)", text)
    return tag[1] if tag and tag[1] in _LANGUAGES else None


@lru_cache(maxsize=len(FIELDS))
def _spellings(field: Field) -> dict[str, str]:
    return {plain(name): key for key, names in _TABLES[field].items() for name in (key, *names.split("|"))}
