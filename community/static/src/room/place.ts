// The parts of the room's page that its modules share, and who looks.

export interface Place {
  root: HTMLElement;
  roomId: string;
  me: { id: string; handle: string };
  /** Ids of staff, whose names carry a badge. */
  staff: ReadonlySet<string>;
  zone: string;
  mayModerate: boolean;
  mayPin: boolean;
  isClosed: boolean;
  showsPresence: boolean;
  /** The message this page was opened for, 0 for the newest. */
  at: number;
  scroller: HTMLElement;
  list: HTMLOListElement;
  form: HTMLFormElement;
  words: HTMLTextAreaElement;
}

/** The room on this page, when there is one. */
export function findPlace(): Place | null {
  const root = document.querySelector<HTMLElement>("[data-room-id]");
  const scroller = root?.querySelector<HTMLElement>(".log");
  const list = scroller?.querySelector("ol");
  const form = root?.querySelector<HTMLFormElement>("[data-composer]");
  const words = form?.querySelector("textarea");
  if (!root || !scroller || !list || !form || !words) return null;
  const { roomId = "", meId = "", meHandle = "", zone = "UTC", staff = "" } = root.dataset;
  const has = (name: string): boolean => root.dataset[name] !== undefined;
  return {
    root, roomId, me: { id: meId, handle: meHandle }, staff: new Set(staff.split(" ")), zone, mayModerate: has("mayModerate"), mayPin: has("mayPin"), isClosed: has("closed"),
    showsPresence: has("showsPresence"), at: Number(root.dataset.at ?? 0), scroller, list, form, words,
  };
}

/** How far from the newest words the reader is, in pixels. The log grows upwards, so its scroll position is negative. */
export function distance(scroller: HTMLElement): number {
  return Math.abs(scroller.scrollTop);
}

/** Within this many pixels of the end somebody reads along. */
export const READING_ALONG = 120;
