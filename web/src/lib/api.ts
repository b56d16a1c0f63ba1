// Requests with the bearer's token; a refusal is an error that carries the remedy.

const KEY = "lateswap.token";

export function takeToken(): string | null {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given) {
    sessionStorage.setItem(KEY, given);
    history.replaceState(null, "", location.pathname + location.search);
  }
  return sessionStorage.getItem(KEY);
}

export const keepToken = (token: string): void => sessionStorage.setItem(KEY, token.trim());
export const dropToken = (): void => sessionStorage.removeItem(KEY);

interface ProblemDocument {
  status: number;
  title?: string;
  detail?: string;
  remedy?: string;
}

export class Refused extends Error {
  readonly status: number;
  readonly remedy: string;

  constructor(problem: ProblemDocument) {
    super(problem.detail ?? problem.title ?? "refused");
    this.status = problem.status;
    this.remedy = problem.remedy ?? "";
  }
}

export async function call(token: string, path: string, options: RequestInit = {}): Promise<Response> {
  const headers = new Headers(options.headers);
  headers.set("Authorization", `Bearer ${token}`);
  const answer = await fetch(path, { ...options, headers }).catch(() => null);
  if (!answer) throw new Error("The server does not answer: nothing was done");
  if (answer.ok) return answer;
  const problem: Partial<ProblemDocument> = await answer.json().catch(() => ({ detail: answer.statusText }));
  throw new Refused({ ...problem, status: answer.status });
}

export async function getJson<T>(token: string, path: string): Promise<T> {
  return (await call(token, path)).json() as Promise<T>;
}

export async function postJson<T>(token: string, path: string, body: unknown): Promise<T> {
  const headers = { "Content-Type": "application/json" };
  return (await call(token, path, { method: "POST", headers, body: JSON.stringify(body) })).json() as Promise<T>;
}

export async function putJson(token: string, path: string, body: unknown): Promise<void> {
  await call(token, path, { method: "PUT", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

export function said(error: unknown): string {
  if (error instanceof Refused) return [error.message, error.remedy].filter(Boolean).join(". ");
  return error instanceof Error ? error.message : String(error);
}
