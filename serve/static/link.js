// The line to the server: requests with the token, and a WebSocket that goes on where it was.

const KEY = "lateswap.token";
const FIRST_WAIT = 400;
const LONGEST_WAIT = 8000;
const PING_EVERY = 5000;

export function takeToken() {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given) {
    sessionStorage.setItem(KEY, given);
    history.replaceState(null, "", location.pathname + location.search);
  }
  return sessionStorage.getItem(KEY);
}

export const keepToken = (token) => sessionStorage.setItem(KEY, token.trim());
export const dropToken = () => sessionStorage.removeItem(KEY);

export function userOf(token) {
  try {
    return JSON.parse(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/"))).sub ?? "";
  } catch {
    return "";
  }
}

export class Refused extends Error {
  constructor(problem) {
    super(problem.detail ?? problem.title ?? "refused");
    this.status = problem.status;
    this.remedy = problem.remedy ?? "";
  }
}

export async function call(token, path, method = "GET") {
  const answer = await fetch(path, { method, headers: { Authorization: `Bearer ${token}` } });
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => ({ detail: answer.statusText }));
  throw new Refused({ status: answer.status, ...problem });
}

export class Stream {
  constructor(token, handlers) {
    this.token = token;
    this.handlers = handlers;
    this.after = "0-0";
    this.wait = FIRST_WAIT;
    this.heard = 0;
    this.roundTrip = null;
    this.open = false;
    this.connect();
    setInterval(() => this.ping(), PING_EVERY);
  }

  connect() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/ws/realtime/${encodeURIComponent(userOf(this.token))}`);
    this.socket = socket;
    socket.onopen = () => {
      socket.send(JSON.stringify({ type: "authenticate", token: this.token }));
      socket.send(JSON.stringify({ type: "subscribe", data_types: ["*"], after: this.after }));
    };
    socket.onmessage = (message) => this.receive(JSON.parse(message.data));
    socket.onclose = (closed) => this.closed(closed);
  }

  receive(message) {
    this.heard = performance.now();
    switch (message.type) {
      case "subscription_confirmed":
        this.open = true;
        this.wait = FIRST_WAIT;
        this.ping();
        return;
      case "pong":
        this.roundTrip = performance.now() - this.pinged;
        return;
      case "ping":
        return;
      case "snapshot":
        this.after = message.offset;
        this.handlers.snapshot(message);
        return;
      default:
        this.after = message.offset;
        this.handlers.frame(message);
    }
  }

  ping() {
    if (this.socket.readyState !== WebSocket.OPEN || !this.open) return;
    this.pinged = performance.now();
    this.socket.send('{"type":"ping"}');
  }

  closed(closed) {
    this.open = false;
    this.roundTrip = null;
    if (closed.code === 4401 || closed.code === 4403) return this.handlers.refused(closed.reason);
    setTimeout(() => this.connect(), this.wait * (0.7 + 0.6 * Math.random()));
    this.wait = Math.min(LONGEST_WAIT, this.wait * 2);
    return undefined;
  }

  state() {
    if (!this.open) return { state: "off", text: "offline, reconnecting" };
    const age = performance.now() - this.heard;
    const trip = this.roundTrip === null ? "" : ` ${this.roundTrip < 10 ? this.roundTrip.toFixed(1) : Math.round(this.roundTrip)} ms`;
    if (age > 2 * PING_EVERY) return { state: "late", text: `websocket, silent for ${Math.round(age / 1000)} s` };
    return { state: "live", text: `websocket${trip} · live` };
  }
}
