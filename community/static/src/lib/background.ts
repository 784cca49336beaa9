// Requests that a page makes by itself. `X-Background` keeps them from extending the idle time of a session.
import { csrfToken, readProblem } from "./http";

/** Get JSON of `/api/v1` + path. Throws RequestFailed for an error response, TypeError without a connection. */
export async function getInBackground<T>(path: string): Promise<T> {
  const response = await fetch(`/api/v1${path}`, { headers: { Accept: "application/json", "X-Background": "1" } });
  if (response.ok) return await response.json() as T;
  throw await readProblem(response);
}

/** Load a page and return the element with an id, or null when the page has none. Throws for an error response. */
export async function fetchPart(path: string, id: string): Promise<HTMLElement | null> {
  const response = await fetch(path, { headers: { Accept: "text/html", "X-Background": "1" } });
  if (!response.ok) throw new Error(String(response.status));
  return new DOMParser().parseFromString(await response.text(), "text/html").getElementById(id);
}

export async function postInBackground(path: string): Promise<void> {
  await fetch(path, { method: "POST", headers: { "X-Background": "1" }, body: new URLSearchParams({ csrf_token: csrfToken() }) });
}
