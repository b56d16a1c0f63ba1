// What a status means at a glance: a word, a mark, a colour; never the colour alone.

import type { Happening } from "./types";
import type { RowState } from "./view";

export type Tone = "bad" | "good" | "warn" | "plain";

const BAD = new Set(["OUT", "O", "IR", "INACTIVE", "SCRATCHED", "SUSPENDED", "RULED OUT"]);
const GOOD = new Set(["ACTIVE", "AVAILABLE", "STARTING", "CONFIRMED", "IN"]);

export function statusOf(event: Happening): { text: string; tone: Tone } | null {
  const status = String(event.data.status ?? "").toUpperCase();
  if (!status) return null;
  if (BAD.has(status)) return { text: `✕ ${status}`, tone: "bad" };
  if (GOOD.has(status)) return { text: `✓ ${status}`, tone: "good" };
  return { text: `? ${status}`, tone: "warn" };
}

export const STATES: Record<RowState, { mark: string; text: string; tone: Tone | "accent" }> = {
  proposed: { mark: "◆", text: "to decide", tone: "accent" },
  approved: { mark: "✓", text: "accepted", tone: "good" },
  rejected: { mark: "✕", text: "rejected", tone: "plain" },
  stale: { mark: "▲", text: "stale", tone: "warn" },
  expired: { mark: "▲", text: "expired", tone: "warn" },
  withdrawn: { mark: "↩", text: "withdrawn", tone: "plain" },
  applied: { mark: "✓", text: "applied", tone: "good" },
  out: { mark: "▲", text: "no swap yet", tone: "warn" },
  locked: { mark: "■", text: "locked", tone: "plain" },
  none: { mark: "·", text: "as it is", tone: "plain" },
};

/** What became of one game, of several. */
export const GAMES: Record<string, [string, string]> = {
  game_start: ["has begun: locked", "have begun: locked"],
  game_final: ["is over", "are over"],
  game_postponed: ["is postponed: open again", "are postponed: open again"],
  game_delay: ["is delayed", "are delayed"],
};
