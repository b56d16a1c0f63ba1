// The board as it is shown: swaps under the event that calls for them, the most valuable first.

import type { Night } from "./night";
import type { Happening, Money, Swap } from "./types";

export type RowState = "proposed" | "approved" | "rejected" | "stale" | "withdrawn" | "expired" | "applied" | "out" | "locked" | "none";

export interface Row {
  entryId: string;
  about: string;
  state: RowState;
  swap: Swap | undefined;
  money: Money | null;
  points: number;
  out: string[];
  /** Whether a game of the swap has begun: nothing of it can be taken back. */
  past: boolean;
}

export interface Group {
  key: string;
  title: string;
  team: string;
  event: Happening | undefined;
  rows: Row[];
  proposed: Row[];
  approved: number;
  stake: Stake;
  closes: Date | null;
}

/** What swaps come to. */
export interface Stake {
  /** Of those that are priced; null where none is. */
  dollars: number | null;
  unpriced: number;
  points: number;
}

export interface View {
  groups: Group[];
  calm: Row[];
  total: number;
  holding: number;
  proposed: Row[];
  approved: Row[];
  stake: Stake;
  closes: Date | null;
}

export interface Filter {
  text: string;
  show: "all" | "proposed" | "approved" | "closed";
}

const DECIDED = new Set<string>(["proposed", "approved", "rejected"]);
const RANK: Partial<Record<RowState, number>> = { proposed: 0, out: 1, stale: 1, expired: 1, approved: 2, rejected: 3, withdrawn: 4 };

/** Rows that did not change keep their identity, so that the page leaves them alone. */
export class Viewer {
  private rows = new Map<string, { key: string; row: Row }>();

  view(night: Night, filter: Filter): View {
    const rows = [...night.entries.keys()].map((id) => this.row(night, id));
    const shown = rows.filter((row) => fits(night, row, filter));
    const groups = grouped(night, shown.filter(isConcerned));
    const proposed = rows.filter((row) => row.state === "proposed");
    const approved = rows.filter((row) => row.state === "approved");
    return {
      groups,
      calm: shown.filter((row) => !isConcerned(row)),
      total: rows.length,
      holding: rows.filter((row) => row.out.length > 0).length,
      proposed,
      approved,
      stake: stakeOf(proposed),
      closes: earliest(proposed),
    };
  }

  private row(night: Night, entryId: string): Row {
    const entry = night.entries.get(entryId);
    const lineup = entry?.lineup ?? [];
    const swap = night.swapFor(entryId);
    const out = night.outIn(lineup);
    const state = stateOf(night, lineup, swap, out);
    const points = Math.round(night.total(lineup) * 10) / 10;
    const past = (swap?.moves ?? []).some((move) => night.isLocked(move.player_out) || night.isLocked(move.player_in));
    const key = `${state} ${swap?.proposal_id} ${swap?.revision} ${points} ${out.join()} ${past}`;
    const known = this.rows.get(entryId);
    if (known?.key === key) return known.row;
    const about = night.contests.size > 1 ? night.contests.get(entry?.contest_id ?? "")?.name ?? "" : "";
    const row = { entryId, about, state, swap, money: swap?.money ?? null, points, out, past };
    this.rows.set(entryId, { key, row });
    return row;
  }
}

function stateOf(night: Night, lineup: string[], swap: Swap | undefined, out: string[]): RowState {
  if (swap && DECIDED.has(swap.state)) return swap.state;
  if (out.length) return "out";
  if (night.left(lineup) === 0) return "locked";
  return swap ? swap.state : "none";
}

const isConcerned = (row: Row): boolean => row.state !== "none" && row.state !== "locked";

function fits(night: Night, row: Row, { text, show }: Filter): boolean {
  if (show === "proposed" && row.state !== "proposed") return false;
  if (show === "approved" && row.state !== "approved") return false;
  if (show === "closed" && !["rejected", "stale", "withdrawn", "expired"].includes(row.state)) return false;
  const wanted = text.trim().toLowerCase();
  return !wanted || words(night, row).includes(wanted);
}

function words(night: Night, row: Row): string {
  const lineup = night.entries.get(row.entryId)?.lineup ?? [];
  const moved = (row.swap?.moves ?? []).flatMap((move) => [move.player_out, move.player_in]);
  const names = [...lineup, ...moved].map((id) => night.name(id));
  return [row.entryId, row.about, ...names].join(" ").toLowerCase();
}

/** The player whose absence a row answers. */
function cause(night: Night, row: Row): string {
  const leaving = (row.swap?.moves ?? []).map((move) => move.player_out);
  return leaving.find((id) => night.isOut(id)) ?? row.out[0] ?? leaving[0] ?? "";
}

function grouped(night: Night, rows: Row[]): Group[] {
  const by = new Map<string, Row[]>();
  for (const row of rows) {
    const key = cause(night, row);
    by.set(key, [...(by.get(key) ?? []), row]);
  }
  return [...by].map(([key, members]) => group(night, key, members)).sort(byUrgency);
}

function group(night: Night, key: string, members: Row[]): Group {
  const rows = members.sort((a, b) => (RANK[a.state] ?? 5) - (RANK[b.state] ?? 5) || worth(b) - worth(a) || a.entryId.localeCompare(b.entryId));
  const proposed = rows.filter((row) => row.state === "proposed");
  return {
    key,
    title: night.name(key),
    team: night.players.get(key)?.team ?? "",
    event: trigger(night, key, rows),
    rows,
    proposed,
    approved: rows.filter((row) => row.state === "approved").length,
    stake: stakeOf(proposed),
    closes: earliest(proposed),
  };
}

/** The report behind a group: the newest of those that its swaps name. */
function trigger(night: Night, key: string, rows: Row[]): Happening | undefined {
  const ids = new Set(rows.flatMap((row) => (row.swap?.moves ?? []).filter((move) => move.player_out === key).flatMap((move) => move.events ?? [])));
  const events = [...ids].map((id) => night.events.get(id)).filter((event) => event !== undefined);
  return events.sort((a, b) => b.received_at.localeCompare(a.received_at))[0];
}

const worth = (row: Row): number => row.money?.gain ?? (row.swap?.gain_points ?? 0) / 1000;

function byUrgency(a: Group, b: Group): number {
  const open = Number(b.proposed.length > 0) - Number(a.proposed.length > 0);
  return open || (b.stake.dollars ?? 0) - (a.stake.dollars ?? 0) || b.stake.points - a.stake.points || a.key.localeCompare(b.key);
}

export function stakeOf(rows: Row[]): Stake {
  const priced = rows.flatMap((row) => row.money?.gain ?? []);
  return {
    dollars: priced.length ? total(priced, 100) : null,
    unpriced: rows.length - priced.length,
    points: total(rows.map((row) => row.swap?.gain_points ?? 0), 10),
  };
}

/** The sum of numbers as they are shown, so that it is that of what one sees. */
const total = (values: number[], parts: number): number => values.reduce((sum, value) => sum + Math.round(value * parts), 0) / parts;

function earliest(rows: Row[]): Date | null {
  const times = rows.map((row) => row.swap?.deadline).filter((time) => typeof time === "string").sort();
  return times[0] ? new Date(times[0]) : null;
}
