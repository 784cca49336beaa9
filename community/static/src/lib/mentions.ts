// Mentions: names after an `@` in a text, found as `core/mentions.py` finds them. Pure: no page, no socket.

const MAX_NAME_LENGTH = 40;
const MAX_LOCAL_PART = 64;
const EQUIVALENT_CHARACTERS: [RegExp, string][] = [[/[\u2018\u2019\u02bc\u00b4`]/g, "'"], [/[\u2010-\u2014]/g, "-"]];
const WORD = /^[\p{L}\p{N}\p{M}_\u200c\u200d]$/u;
const WHITESPACE = /^\s$/;
const INSIDE_ADDRESS = "@/\\=&?#%";
const ADDRESS_CHARACTERS = ".!$'*+-^`{|}~";
const DOMAIN = /^[\p{L}\p{N}][\p{L}\p{N}_-]*(?:\.[\p{L}\p{N}_-]+)+/u;

/** Fold a name for comparison. Upper case first, which makes letters with one upper case equal. */
function fold(name: string): string {
  let folded = name.normalize("NFKC").toUpperCase().toLowerCase().normalize("NFKC");
  for (const [variants, base] of EQUIVALENT_CHARACTERS) folded = folded.replace(variants, base);
  return folded.trim().replace(/\s+/g, " ");
}

/**
 * Return the start and end of each mention of `name` in a text that may mention all of `names`. At each `@` the longest
 * of the names counts. The text must contain no web addresses and no code.
 */
export function mentionSpans(text: string, name: string, names: string[]): [number, number][] {
  const foldedNames = new Set(names.map(fold));
  const foldedName = fold(name);
  if (!foldedNames.has(foldedName)) return [];
  const characters = [...text];
  const offsets: number[] = [];
  let length = 0;
  for (const character of characters) { offsets.push(length); length += character.length; }
  offsets.push(length);
  const found: [number, number][] = [];
  characters.forEach((character, index) => {
    const offset = offsets[index] ?? 0;
    if (character !== "@" || !startsMention(characters, index)) return;
    for (const end of possibleEnds(characters, index + 1)) {
      const written = fold(characters.slice(index + 1, end).join(""));
      if (!foldedNames.has(written)) continue;
      if (written === foldedName) found.push([offset, offsets[end] ?? length]);
      return;
    }
  });
  return found;
}

/** Return where a name that starts here may end, longest first: at the edge of a word, on the same line. */
function* possibleEnds(characters: string[], start: number): Generator<number> {
  let stop = start;
  while (stop < characters.length && stop < start + MAX_NAME_LENGTH && characters[stop] !== "@" && characters[stop] !== "\n") stop += 1;
  for (let end = stop; end > start; end -= 1) {
    const last = characters[end - 1] ?? "", following = characters[end] ?? "";
    if (WHITESPACE.test(last) || (WORD.test(last) && WORD.test(following))) continue;
    if (following === "@" && DOMAIN.test(characters.slice(end + 1).join(""))) continue;
    yield end;
  }
}

function startsMention(characters: string[], index: number): boolean {
  if (!WORD.test(characters[index + 1] ?? "")) return false;
  const before = characters[index - 1] ?? "";
  if (WORD.test(before) || (before && INSIDE_ADDRESS.includes(before))) return false;
  return !(before && ADDRESS_CHARACTERS.includes(before) && isEmail(characters, index));
}

function isEmail(characters: string[], index: number): boolean {
  let start = index;
  const belongs = (sign: string): boolean => WORD.test(sign) || ADDRESS_CHARACTERS.includes(sign);
  while (start > Math.max(0, index - MAX_LOCAL_PART) && belongs(characters[start - 1] ?? " ")) start -= 1;
  return characters.slice(start, index).some((sign) => WORD.test(sign)) && DOMAIN.test(characters.slice(index + 1).join(""));
}
