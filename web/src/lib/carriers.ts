// The three ways the same frames come: each opens after an offset and reports to its line.

import type { Frame, Snapshot } from "./types";

export type Kind = "websocket" | "sse" | "poll";

/** Best first: where one does not open, the next does. */
export const KINDS: readonly Kind[] = ["websocket", "sse", "poll"];

export interface Line {
  opened(): void;
  told(message: Frame | Snapshot): void;
  alive(roundTrip?: number): void;
  ended(refusal?: string): void;
}

export interface Carrier {
  close(): void;
}

export type Opener = (token: string, after: string, line: Line) => Carrier;

const PING_MS = 5000;
const SILENCE_MS = 12_500;
const POLL_S = 20;
const NOT_LET_IN = new Set([4401, 4403]);

function userOf(token: string): string {
  try {
    const claims = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    return (JSON.parse(atob(claims)) as { sub?: string }).sub ?? "";
  } catch {
    return "";
  }
}

const websocket: Opener = (token, after, line) => {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const socket = new WebSocket(`${scheme}://${location.host}/ws/realtime/${encodeURIComponent(userOf(token))}`);
  let pinged = 0;
  let heard = performance.now();
  const ping = (): void => {
    if (performance.now() - heard > SILENCE_MS) socket.close();
    if (socket.readyState !== WebSocket.OPEN) return;
    pinged = performance.now();
    socket.send('{"type":"ping"}');
  };
  const beat = setInterval(ping, PING_MS);
  socket.onopen = () => {
    socket.send(JSON.stringify({ type: "authenticate", token }));
    socket.send(JSON.stringify({ type: "subscribe", data_types: ["*"], after }));
  };
  socket.onmessage = (received: MessageEvent<string>) => {
    const message = JSON.parse(received.data) as Frame | Snapshot;
    heard = performance.now();
    if (message.type === "pong") line.alive(heard - pinged);
    else if (message.type === "ping") line.alive();
    else if (message.type !== "subscription_confirmed") line.told(message);
    else {
      line.opened();
      ping();
    }
  };
  socket.onclose = (closed) => {
    clearInterval(beat);
    line.ended(NOT_LET_IN.has(closed.code) ? closed.reason : undefined);
  };
  return { close: () => socket.close() };
};

/** Runs a request until it ends or is closed, and reports its end once. */
function running(line: Line, work: (signal: AbortSignal) => Promise<void>): Carrier {
  const abort = new AbortController();
  work(abort.signal).then(
    () => line.ended(),
    (error: unknown) => line.ended(error instanceof NotLetIn ? error.message : undefined),
  );
  return { close: () => abort.abort() };
}

class NotLetIn extends Error {}

async function asked(path: string, token: string, signal: AbortSignal): Promise<Response> {
  const answer = await fetch(path, { headers: { Authorization: `Bearer ${token}` }, signal });
  if (answer.status === 401 || answer.status === 403) throw new NotLetIn("the token is not accepted any more");
  if (!answer.ok) throw new Error(answer.statusText);
  return answer;
}

// With fetch, not EventSource: that one cannot send the token in a header.
const sse: Opener = (token, after, line) =>
  running(line, async (signal) => {
    const answer = await asked(`/api/v1/realtime/stream?after=${encodeURIComponent(after)}`, token, signal);
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    for (let text = ""; reader; ) {
      const { value, done } = await reader.read();
      if (done) return;
      const blocks = (text + value).split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) if (!take(block, line)) return;
    }
  });

/** Hand on one event of the stream; false where it is the last. */
function take(block: string, line: Line): boolean {
  const fields = new Map(block.split("\n").map((row) => row.split(/: (.*)/s, 2) as [string, string]));
  const data = fields.get("data");
  line.alive();
  if (data === undefined) return true;
  if (fields.get("event") === "close") {
    const { code, reason } = JSON.parse(data) as { code: number; reason: string };
    if (NOT_LET_IN.has(code)) throw new NotLetIn(reason);
    return false;
  }
  if (fields.get("event") === "subscription_confirmed") line.opened();
  else line.told(JSON.parse(data) as Frame | Snapshot);
  return true;
}

const poll: Opener = (token, after, line) =>
  running(line, async (signal) => {
    for (let [from, wait] = [after, 0]; ; wait = POLL_S) {
      const path = `/api/v1/realtime/poll?after=${encodeURIComponent(from)}&wait=${wait}`;
      const answer = (await (await asked(path, token, signal)).json()) as Snapshot | { type?: never; offset: string; events: Frame[] };
      if (wait === 0) line.opened();
      line.alive();
      if (answer.type === "snapshot") line.told(answer);
      else for (const frame of answer.events) line.told(frame);
      from = answer.offset;
    }
  });

export const OPENERS: Record<Kind, Opener> = { websocket, sse, poll };
