// Requests to our own service. Errors carry the server's message.

export class RequestFailed extends Error {
  constructor(readonly code: string, message: string, readonly status: number, readonly errors: Record<string, string[]> = {}) {
    super(message);
  }
}

export function csrfToken(): string {
  return document.querySelector<HTMLMetaElement>("meta[name=csrf-token]")?.content ?? "";
}

/** Send JSON to `/api/v1` + path. Throws RequestFailed for an error response, TypeError without a connection. */
export async function send<T>(method: string, path: string, body?: unknown): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json", "X-CSRF-Token": csrfToken() };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const response = await fetch(`/api/v1${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  if (response.ok) return (response.status === 204 ? undefined : await response.json()) as T;
  throw await readProblem(response);
}

export async function readProblem(response: Response): Promise<RequestFailed> {
  const problem = await response.json().catch(() => ({})) as { code?: string; detail?: string; errors?: Record<string, string[]> };
  const firstError = Object.values(problem.errors ?? {})[0]?.[0];
  const message = firstError ?? problem.detail ?? "Sorry, that's our fault. Try again in a moment.";
  return new RequestFailed(problem.code ?? "failed", message, response.status, problem.errors ?? {});
}

/** Return what to show for any error of a request. */
export function errorText(error: unknown): string {
  return error instanceof RequestFailed ? error.message : "That didn't go through. Try again when you're back online.";
}
