// Requests to our own API, with the CSRF token; refusals become errors that carry the server's words.

export class Refused extends Error {
  constructor(readonly code: string, message: string, readonly status: number) { super(message); }
}

/** Send JSON to `/api/v1` + path. Throws Refused when the server said no, TypeError when it was not reached. */
export async function send<T>(method: string, path: string, body?: unknown): Promise<T> {
  const token = document.querySelector<HTMLMetaElement>("meta[name=csrf-token]")?.content ?? "";
  const response = await fetch(`/api/v1${path}`, {
    method,
    headers: { "Content-Type": "application/json", "X-CSRF-Token": token },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (response.ok) return (response.status === 204 ? undefined : await response.json()) as T;
  const problem = await response.json().catch(() => ({})) as { code?: string; detail?: string };
  throw new Refused(problem.code ?? "failed", problem.detail ?? "That did not work.", response.status);
}
