// One stream over whichever carrier works: WebSocket, then server-sent events, then long poll.
//
// A carrier that does not open in time, or ends, makes room for the next one at once. While a lesser
// one carries, the better ones are tried beside it. Every carrier goes on after the last offset, and
// what was heard already is not told again, so that a change loses nothing and doubles nothing.

import { KINDS, OPENERS, type Carrier, type Kind, type Line } from "./carriers";
import type { Frame, Snapshot } from "./types";

const OPEN_MS = 1500;
const TRY_BETTER_MS = 1200;
const SLOWEST_TRY_MS = 15_000;
const FIRST_WAIT_MS = 300;
const LONGEST_WAIT_MS = 8000;

export interface Listener {
  frame(frame: Frame): void;
  snapshot(snapshot: Snapshot): void;
  refused(why: string): void;
}

export interface LinkState {
  state: "live" | "late" | "off";
  kind: Kind | "";
  roundTrip: number | null;
  /** Milliseconds since anything was heard. */
  age: number;
}

/** Whether an offset `<epoch>-<sequence>` is later than another. */
export function isLater(offset: string, than: string): boolean {
  const [epoch = 0, sequence = 0] = offset.split("-").map(Number);
  const [thanEpoch = 0, thanSequence = 0] = than.split("-").map(Number);
  return epoch === thanEpoch ? sequence > thanSequence : epoch > thanEpoch;
}

export class Stream {
  private after = "0-0";
  private carrier: Carrier | null = null;
  private trial: Carrier | null = null;
  private kind: Kind | "" = "";
  private heard = 0;
  private roundTrip: number | null = null;
  private wait = FIRST_WAIT_MS;
  private tryIn = TRY_BETTER_MS;
  private trying: ReturnType<typeof setTimeout> | undefined;
  private over = false;

  constructor(
    private readonly token: string,
    private readonly listener: Listener,
  ) {
    this.start(0);
    addEventListener("online", () => this.tryBetter());
  }

  now(): LinkState {
    const age = performance.now() - this.heard;
    const state = this.kind === "" ? "off" : age > (this.kind === "websocket" ? 10_000 : 45_000) ? "late" : "live";
    return { state, kind: this.kind, roundTrip: this.roundTrip, age };
  }

  /** Try the carriers from one on; after the last of them pause and begin anew. */
  private start(place: number): void {
    const kind = KINDS[place];
    if (this.over) return;
    if (kind === undefined) {
      setTimeout(() => this.start(0), this.wait * (0.7 + 0.6 * Math.random()));
      this.wait = Math.min(LONGEST_WAIT_MS, this.wait * 2);
      return;
    }
    this.carrier = this.opened(kind, {
      carries: () => this.carries(kind),
      fails: () => this.start(place + 1),
      stops: () => {
        this.kind = "";
        this.start(0);
      },
    });
  }

  private carries(kind: Kind): void {
    this.kind = kind;
    this.roundTrip = null;
    this.wait = FIRST_WAIT_MS;
    clearTimeout(this.trying);
    this.tryIn = TRY_BETTER_MS;
    if (kind !== KINDS[0]) this.trying = setTimeout(() => this.tryBetter(), this.tryIn);
  }

  /** While a lesser carrier works, see whether a better one opens; then it takes over. */
  private tryBetter(place = 0): void {
    clearTimeout(this.trying);
    const kind = KINDS[place];
    if (this.over || this.kind === "" || this.kind === KINDS[0]) return;
    if (kind === undefined || kind === this.kind) {
      this.tryIn = Math.min(SLOWEST_TRY_MS, this.tryIn * 1.15);
      this.trying = setTimeout(() => this.tryBetter(), this.tryIn);
      return;
    }
    if (this.trial) return;
    this.trial = this.opened(kind, {
      carries: () => {
        const [lesser, better] = [this.carrier, this.trial];
        [this.carrier, this.trial] = [better, null];
        lesser?.close();
        this.carries(kind);
      },
      fails: () => {
        this.trial = null;
        this.tryBetter(place + 1);
      },
      stops: () => {
        this.kind = "";
        this.start(0);
      },
    });
  }

  /** Open a carrier; it carries, fails to, or stops after it did while it was the one in use. */
  private opened(kind: Kind, then: { carries(): void; fails(): void; stops(): void }): Carrier {
    let state: "opening" | "open" | "done" = "opening";
    const finish = (why: () => void): void => {
      clearTimeout(deadline);
      state = "done";
      why();
    };
    const line: Line = {
      opened: () => {
        if (state !== "opening") return;
        clearTimeout(deadline);
        state = "open";
        then.carries();
      },
      told: (message) => state === "open" && this.told(message),
      alive: (roundTrip) => this.alive(roundTrip),
      ended: (refusal) => {
        if (state === "done") return;
        if (refusal !== undefined) finish(() => this.refuse(refusal));
        else if (state === "opening") finish(then.fails);
        else if (this.carrier === carrier) finish(then.stops);
        else state = "done";
      },
    };
    const deadline = setTimeout(() => {
      finish(then.fails);
      carrier.close();
    }, OPEN_MS);
    const carrier = OPENERS[kind](this.token, this.after, line);
    return carrier;
  }

  private told(message: Frame | Snapshot): void {
    this.heard = performance.now();
    if (isSnapshot(message)) {
      this.after = message.offset;
      this.listener.snapshot(message);
    } else if (isLater(message.offset, this.after)) {
      this.after = message.offset;
      this.listener.frame(message);
    }
  }

  private alive(roundTrip?: number): void {
    this.heard = performance.now();
    if (roundTrip !== undefined) this.roundTrip = roundTrip;
  }

  private refuse(why: string): void {
    this.over = true;
    this.kind = "";
    this.carrier?.close();
    this.listener.refused(why);
  }
}

function isSnapshot(message: Frame | Snapshot): message is Snapshot {
  return message.type === "snapshot";
}
