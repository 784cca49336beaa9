// Web addresses in text from people. `core/links.py` finds the same ones and gives the reasons.

const STOPS = String.raw`\x00-\x20"<>` + "`" + String.raw`\x7f-\xa0\xab\xad\xbb\u034f\u060c\u061b\u061c\u061f\u06d4\u0964\u0965\u115f\u1160\u1680\u17b4\u17b5` +
  String.raw`\u180e\u2000-\u200b\u200e\u200f\u2014\u2015\u2018\u201a-\u201f\u2024-\u2026\u2028-\u202f\u2039\u203a\u203c\u203d` +
  String.raw`\u2047-\u2049\u205f-\u206f\u2800\u2e2e\u3000-\u3002\u3164\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufe10-\ufe19` +
  String.raw`\ufe50-\ufe57\ufeff\uff01\uff0c\uff0e\uff1a\uff1b\uff1f\uff61\uff64\uffa0\ufff0-\uffff` +
  String.raw`\u{e0000}-\u{e0fff}\u{f0000}-\u{10ffff}`;
const OPENING = "([{（［｛「『【〔〈《⟨｢";
const CLOSING = ")]}）］｝」』】〕〉》⟩｣";
const BRACKETS = String.raw`\(\[\{（［｛「『【〔〈《⟨｢\)\]\}）］｝」』】〕〉》⟩｣`;
const INNER = String.raw`\u2019\u2010-\u2013`;
const TRAILING = new RegExp(String.raw`^[.,;:!?'\|\\\xb7\u30fb\u200c\u200d${INNER}]$`, "u");

const RUN = new RegExp(`[^${STOPS}]*`, "uy");
const AUTHORITY = new RegExp(String.raw`[^${STOPS}\/?#\)\]\}]*`, "uy");
const HOST = new RegExp(String.raw`(?:[\-.0-9A-Z_a-z]|(?![${STOPS}${BRACKETS}${INNER}\u200c\u200d])[^\x00-\x7f])+`, "uy");
const AFTER_HOST = new RegExp(String.raw`$|[${STOPS}\/?#.,;:!?'*_~\|\-${BRACKETS}${INNER}\u2190-\u2bff\u{1f000}-\u{1faff}]`, "uy");
const PICTOGRAPH = /^[\u2190-\u2bff\ufe0f\u20e3\u{1f000}-\u{1faff}]$/u;
const MAX_HOST_LENGTH = 253;
const CONTINUES_INVISIBLY = new RegExp(String.raw`[\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f` +
  String.raw`\ufeff\uffa0\u{e0000}-\u{e0fff}]+[0-9A-Za-z.:@\/_\-]`, "uy");
const NOT_IN_HOSTS = /[\x00-,/:-@\[-^`{-\x7f]/;
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
const ALL_RIGHT_TO_LEFT = /^[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc][-0-9\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]*$/;
const PATH_DELIMITER = new RegExp(String.raw`[${STOPS}${BRACKETS},;\|]`, "ug");
const IPV6_HOST = /\[([0-9A-Fa-f:.]{2,45})\]/y;
const PORT = /:([0-9]{1,5})/y;
const NO_PORT = /:(?:[0-9]{6}|[0-9]*[A-Za-z_]|[/?#])/y;
const CONTINUES = /[/?#]|:[0-9]/y;
const SCHEME = /https?:\/\//iy;
const TOKEN = /https?:\/\/|\\[\\*_`]|`+|\*+|_+|\n[ \t]*\n/gi;

const WORD = /^[\p{L}\p{M}\p{N}]$/u;
const UNSPACED_SCRIPT = new RegExp(String.raw`^[\u0e00-\u0fff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff` +
  String.raw`\ufe00-\ufe0f\uff66-\uffdc\u20e3\u{e0100}-\u{e01ef}\u{20000}-\u{3ffff}]$`, "u");
const SPACES = " \t\n\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000";

export type Marks = Record<string, number>;

/** Return whether a run of `*` or `_` opens emphasis and whether it closes it. It never does both. */
export function emphasis(text: string, start: number, end: number, marks: Marks): [boolean, boolean] {
  const mark = text[start]!;
  const before = characterBefore(text, start);
  const after = String.fromCodePoint(text.codePointAt(end) ?? 32);
  const open = marks[mark] ?? 0;
  if (open && !SPACES.includes(before) && !isWord(after)) {
    marks[mark] = Math.max(open - (end - start), 0);
    return [false, true];
  }
  const opens = !SPACES.includes(after) && !isWord(before);
  if (opens) marks[mark] = open + end - start;
  return [opens, false];
}

function characterBefore(text: string, place: number): string {
  return [...text.slice(Math.max(place - 2, 0), place)].at(-1) ?? " ";
}

function isWord(character: string): boolean {
  return WORD.test(character) && !UNSPACED_SCRIPT.test(character);
}

/** Return the start and end of each web address, in order. */
export function findLinks(text: string): [number, number][] {
  const found: [number, number][] = [];
  const codeEnds = codeSpanEnds(text);
  let marks: Marks = {};
  let position = 0;
  let codeUntil = 0;
  for (;;) {
    TOKEN.lastIndex = position;
    const token = TOKEN.exec(text);
    if (!token) return found;
    const start = token.index;
    const first = token[0][0]!;
    position = start + token[0].length;
    if (first === "h" || first === "H") {
      const [end, isAddress] = endOfLink(text, position, start >= codeUntil ? marks : {});
      if (isAddress) found.push([start, end]);
      position = end;
    } else if (first === "\n") {
      marks = {};
    } else if (first === "`") {
      codeUntil = Math.max(codeUntil, codeEnds.get(start) ?? 0);
    } else if (first !== "\\" && start >= codeUntil) {
      emphasis(text, start, position, marks);
    }
  }
}

function codeSpanEnds(text: string): Map<number, number> {
  const ends = new Map<number, number>();
  const next = new Map<number, number>();
  for (const run of [...text.matchAll(/`+|\n[ \t]*\n/g)].reverse()) {
    const { length } = run[0];
    if (run[0][0] === "\n") { next.clear(); continue; }
    const end = next.get(length);
    if (end !== undefined) ends.set(run.index, end);
    next.set(length, run.index + length);
  }
  return ends;
}

/** Return the end of the address whose host starts at `start`, or where to search on when there is none. */
function endOfLink(text: string, start: number, marks: Marks): [number, boolean] {
  if (/[@\\]/.test(text.slice(start, endAt(AUTHORITY, text, start)))) return [endAt(RUN, text, start), false];
  let end = endOfHost(text, start);
  if (end === start) return [start, false];
  if ("/?#".includes(text[end] ?? " ")) end = endOfPath(text, end);
  return [trimLink(text, start, end, marks), true];
}

function endOfHost(text: string, start: number): number {
  const ipv6 = matchAt(IPV6_HOST, text, start);
  let end = ipv6 ? (isValidHost(`[${ipv6[1]!}]`) ? start + ipv6[0].length : start) : endOfName(text, start);
  if (end === start || matchAt(NO_PORT, text, end) || matchAt(CONTINUES_INVISIBLY, text, end)) return start;
  const port = matchAt(PORT, text, end);
  if (port && Number(port[1]) > 65_535) return start;
  end += port?.[0].length ?? 0;
  return matchAt(AFTER_HOST, text, end) || matchAt(SCHEME, text, end) ? end : start;
}

function endOfName(text: string, start: number): number {
  const end = endAt(HOST, text, start);
  let name = text.slice(start, end);
  if (text.startsWith("://", end)) name = name.replace(/https?$/i, "");
  else if (!matchAt(CONTINUES, text, end)) name = stripEnd(name, (character) => ".-_".includes(character) || PICTOGRAPH.test(character));
  const labels = name.replace(/\.$/, "").split(".");
  const top = labels.at(-1) ?? "";
  if (labels.includes("") || !stripEnd(name, (character) => ".-_".includes(character)) || [...name].length > MAX_HOST_LENGTH) return start;
  if (PICTOGRAPH.test([...top].at(-1) ?? "")) return start;
  const isPlain = /^[\x00-\x7f]+$/.test(name) && !/xn--/i.test(name) && !/^[0-9]/.test(top);
  return isPlain || (!NOT_IN_HOSTS.test(name.normalize("NFKC")) && isValidHost(name)) ? start + name.length : start;
}

function stripEnd(name: string, shouldStrip: (character: string) => boolean): string {
  const characters = [...name];
  while (characters.length && shouldStrip(characters.at(-1)!)) characters.pop();
  return characters.join("");
}

/** Browsers accept hosts that mix directions in one label, which UTS 46 does not. */
function isValidHost(host: string): boolean {
  if (host.split(".").some((label) => RIGHT_TO_LEFT.test(label) && !ALL_RIGHT_TO_LEFT.test(label))) return false;
  try {
    return Boolean(new URL(`https://${host}/`));
  } catch {
    return false;
  }
}

function endOfPath(text: string, start: number): number {
  const open: string[] = [];
  PATH_DELIMITER.lastIndex = start;
  for (let found = PATH_DELIMITER.exec(text); found; found = PATH_DELIMITER.exec(text)) {
    const delimiter = found[0];
    const closes = CLOSING.indexOf(delimiter);
    if (OPENING.includes(delimiter)) open.push(delimiter);
    else if (closes >= 0 ? open.pop() !== OPENING[closes] : !",;|".includes(delimiter) || matchAt(SCHEME, text, found.index + 1)) return found.index;
  }
  return text.length;
}

function trimLink(text: string, start: number, end: number, open: Marks): number {
  const marks = { ...open };
  while (end > start) {
    const character = text[end - 1]!;
    if (marks[character]) marks[character]--;
    else if (!TRAILING.test(character) && !OPENING.includes(character)) break;
    end--;
  }
  return end;
}

function matchAt(pattern: RegExp, text: string, start: number): RegExpExecArray | null {
  pattern.lastIndex = start;
  return pattern.exec(text);
}

function endAt(pattern: RegExp, text: string, start: number): number {
  return start + (matchAt(pattern, text, start)?.[0].length ?? 0);
}

/** Return a text for the Markdown parser, with placeholders for addresses and for `>` without a space, and the addresses. */
export function hideLinks(text: string): [string, string[]] {
  const whole = text.replace(/[\ufdd0-\ufdd2]/g, "");
  const addresses: string[] = [];
  let hidden = "";
  let end = 0;
  for (const [start, stop] of findLinks(whole)) {
    hidden += `${whole.slice(end, start)}\ufdd0${addresses.length}\ufdd1`;
    addresses.push(whole.slice(start, stop));
    end = stop;
  }
  hidden += whole.slice(end);
  const isMark = (next: string | undefined): boolean => next === undefined || " \t\n".includes(next);
  return [hidden.replace(/(?<!\\)>+/g, (run, place: number) => isMark(hidden[place + run.length]) ? run : "\ufdd2".repeat(run.length)), addresses];
}

/** Split a text with placeholders into its original parts, each with whether it is an address. */
export function splitLinks(hidden: string, addresses: string[]): [string, boolean][] {
  return hidden.split(/\ufdd0(\d+)\ufdd1/)
    .map((part, place): [string, boolean] => place % 2 ? [addresses[Number(part)] ?? "", true] : [part.replaceAll("\ufdd2", ">"), false])
    .filter(([part]) => part);
}

/** Return the original of a text with placeholders. */
export function restoreLinks(hidden: string, addresses: string[]): string {
  return splitLinks(hidden, addresses).map(([part]) => part).join("");
}
