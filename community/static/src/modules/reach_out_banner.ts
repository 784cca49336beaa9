// The banner on every page for a reach-out that the member was asked to answer.
import { fetchPart } from "../lib/background";
import { socket } from "../lib/socket";

export function startReachOutBanner(): void {
  const banner = document.getElementById("asked-of-me");
  if (!banner) return;
  socket.on("notification.created", async ({ kind }: { kind: string }) => {
    if (!kind.startsWith("reach_out.")) return;
    const fresh = await fetchPart("/reach-out/others", "asked-of-me").catch(() => null);
    if (!fresh) return;
    banner.replaceChildren(...document.importNode(fresh, true).childNodes);
    for (const link of banner.querySelectorAll("a")) if (isHere(link)) link.remove();
  });
}

/** Return whether a link leads to this page, or to the reach-out of the room on this page. */
function isHere(link: HTMLAnchorElement): boolean {
  return link.pathname === location.pathname || (link.dataset.room !== undefined && location.pathname.endsWith(link.dataset.room));
}
