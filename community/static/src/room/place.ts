// The parts of the room's page that its modules share, and who looks.

export interface Place {
  root: HTMLElement;
  roomId: string;
  me: { id: string; handle: string };
  zone: string;
  mayModerate: boolean;
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
  const { roomId = "", meId = "", meHandle = "", zone = "UTC" } = root.dataset;
  const mayModerate = root.dataset.mayModerate !== undefined;
  return { root, roomId, me: { id: meId, handle: meHandle }, zone, mayModerate, scroller, list, form, words };
}

/** How far from the newest words the reader is, in pixels. The log grows upwards, so its scroll position is negative. */
export function distance(scroller: HTMLElement): number {
  return Math.abs(scroller.scrollTop);
}
