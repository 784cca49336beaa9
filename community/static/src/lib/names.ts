// Names after an `@` in a text, found as `core/mentions.py` finds them. Pure: no page, no socket.

const MAX_NAME_LENGTH = 40;
const MAX_LOCAL_PART = 64;
const ALIKE: [RegExp, string][] = [[/[\u2018\u2019\u02bc\u00b4`]/g, "'"], [/[\u2010-\u2014]/g, "-"]];
const WORD = /^[\p{L}\p{N}\p{M}_\u200c\u200d]$/u;
const BLANK = /^\s$/;
const INSIDE_ADDRESS = "@/\\=&?#%";
const ADDRESS_SIGNS = ".!$'*+-^`{|}~";
const DOMAIN = /^[\p{L}\p{N}][\p{L}\p{N}_-]*(?:\.[\p{L}\p{N}_-]+)+/u;

/** A name as names are compared. Upper case first, so that letters of one upper case are the same. */
function fold(name: string): string {
  let folded = name.normalize("NFKC").toUpperCase().toLowerCase().normalize("NFKC");
  for (const [kinds, one] of ALIKE) folded = folded.replace(kinds, one);
  return folded.trim().replace(/\s+/g, " ");
}

/**
 * The spans where `name` is written with its `@`, in a text that may name all of `names`. At each place the longest of
 * the names that is written there counts. The text has no web addresses and no code in it.
 */
export function placesOf(text: string, name: string, names: string[]): [number, number][] {
  const everybody = new Set(names.map(fold));
  const wanted = fold(name);
  if (!everybody.has(wanted)) return [];
  const signs = [...text];
  const offsets: number[] = [];
  let length = 0;
  for (const sign of signs) { offsets.push(length); length += sign.length; }
  offsets.push(length);
  const found: [number, number][] = [];
  signs.forEach((sign, at) => {
    const offset = offsets[at] ?? 0;
    if (sign !== "@" || !mayOpen(signs, at)) return;
    for (const end of endings(signs, at + 1)) {
      const written = fold(signs.slice(at + 1, end).join(""));
      if (!everybody.has(written)) continue;
      if (written === wanted) found.push([offset, offsets[end] ?? length]);
      return;
    }
  });
  return found;
}

/** Where a name that begins at a place may end, the furthest first: at the edge of a word, in the same line. */
function* endings(signs: string[], start: number): Generator<number> {
  let stop = start;
  while (stop < signs.length && stop < start + MAX_NAME_LENGTH && signs[stop] !== "@" && signs[stop] !== "\n") stop += 1;
  for (let end = stop; end > start; end -= 1) {
    const last = signs[end - 1] ?? "", following = signs[end] ?? "";
    if (BLANK.test(last) || (WORD.test(last) && WORD.test(following))) continue;
    if (following === "@" && DOMAIN.test(signs.slice(end + 1).join(""))) continue;
    yield end;
  }
}

function mayOpen(signs: string[], at: number): boolean {
  if (!WORD.test(signs[at + 1] ?? "")) return false;
  const before = signs[at - 1] ?? "";
  if (WORD.test(before) || (before && INSIDE_ADDRESS.includes(before))) return false;
  return !(before && ADDRESS_SIGNS.includes(before) && isEmail(signs, at));
}

function isEmail(signs: string[], at: number): boolean {
  let begin = at;
  const belongs = (sign: string): boolean => WORD.test(sign) || ADDRESS_SIGNS.includes(sign);
  while (begin > Math.max(0, at - MAX_LOCAL_PART) && belongs(signs[begin - 1] ?? " ")) begin -= 1;
  return signs.slice(begin, at).some((sign) => WORD.test(sign)) && DOMAIN.test(signs.slice(at + 1).join(""));
}
