// The room on this page: its data attributes and the elements that its modules share.

export interface RoomContext {
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
  /** The message that the page was opened for, 0 for the newest. */
  targetSeq: number;
  scroller: HTMLElement;
  list: HTMLOListElement;
  form: HTMLFormElement;
  input: HTMLTextAreaElement;
}

/** Return the room on this page, or null when the page shows none. */
export function findRoom(): RoomContext | null {
  const root = document.querySelector<HTMLElement>("[data-room-id]");
  const scroller = root?.querySelector<HTMLElement>(".log");
  const list = scroller?.querySelector("ol");
  const form = root?.querySelector<HTMLFormElement>("[data-composer]");
  const input = form?.querySelector("textarea");
  if (!root || !scroller || !list || !form || !input) return null;
  const { roomId = "", meId = "", meHandle = "", zone = "UTC", staff = "" } = root.dataset;
  const has = (name: string): boolean => root.dataset[name] !== undefined;
  return {
    root, roomId, me: { id: meId, handle: meHandle }, staff: new Set(staff.split(" ")), zone, mayModerate: has("mayModerate"), mayPin: has("mayPin"), isClosed: has("closed"),
    showsPresence: has("showsPresence"), targetSeq: Number(root.dataset.at ?? 0), scroller, list, form, input,
  };
}

/** Return the distance to the newest message in pixels. The log grows upwards, so its scroll position is negative. */
export function distanceFromEnd(scroller: HTMLElement): number {
  return Math.abs(scroller.scrollTop);
}

/** Within this distance of the end, new messages scroll into view. */
export const NEAR_END_PIXELS = 120;
