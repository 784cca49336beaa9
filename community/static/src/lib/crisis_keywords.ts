// Phrases of a person who may be in danger, as `core/crisis_keywords.py` finds them: the same list, the same preparation.
// The text never leaves the device for it.
import phrases from "../../../core/crisis_phrases.json";

const inDanger = Object.entries(phrases).map(([word, found]) => [word, new RegExp(`\\b(?:${found.join("|")})`)] as const);

/** Return whether the author of a text may be in danger. Lines that quote others do not count. */
export function asksForHelp(text: string): boolean {
  const prepared = plain(text);
  return inDanger.some(([word, found]) => prepared.includes(word) && found.test(prepared));
}

/** Return a text in small ASCII letters, digits and punctuation, with one space for everything else. */
function plain(text: string): string {
  return text.replace(/(?:^|\n)[ \t]*>[^\n]*/g, "\n").replace(/['’‘′`´ʼ]/g, "'").normalize("NFKD").replace(/[\p{M}\p{Cf}]/gu, "")
    .toLowerCase().replaceAll("'", "").replace(/[^a-z0-9.!?,;]+/g, " ");
}
