// Requests to our own service; refusals become errors that carry the server's words.

export class Refused extends Error {
  constructor(readonly code: string, message: string, readonly status: number, readonly errors: Record<string, string[]> = {}) {
    super(message);
  }
}

export function csrfToken(): string {
  return document.querySelector<HTMLMetaElement>("meta[name=csrf-token]")?.content ?? "";
}

/** Send JSON to `/api/v1` + path. Throws Refused when the server said no, TypeError when it was not reached. */
export async function send<T>(method: string, path: string, body?: unknown): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json", "X-CSRF-Token": csrfToken() };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const response = await fetch(`/api/v1${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  if (response.ok) return (response.status === 204 ? undefined : await response.json()) as T;
  throw await refusal(response);
}

async function refusal(response: Response): Promise<Refused> {
  const problem = await response.json().catch(() => ({})) as { code?: string; detail?: string; errors?: Record<string, string[]> };
  const firstError = Object.values(problem.errors ?? {})[0]?.[0];
  const words = firstError ?? problem.detail ?? "That did not work. The fault is ours.";
  return new Refused(problem.code ?? "failed", words, response.status, problem.errors ?? {});
}

/** What to say of anything that went wrong on the way. */
export function wordsFor(error: unknown): string {
  return error instanceof Refused ? error.message : "That did not get through. Try again when you are back online.";
}
