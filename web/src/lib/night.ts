// What the page knows of a night: a fold of the stream's frames over the first answers.

import type {
  BoardAnswer, Contest, Entry, Frame, Game, Happening, Levels, Mode, Player, Report, SlateOutline, Swap, Wishes,
} from "./types";

export const OPEN = new Set(["proposed", "approved"]);
// Alerts repeat what stands here, and lines move all the time: both have a place of their own.
const NEWS = new Set([
  "player_injury", "player_active", "lineup_change", "breaking_news", "game_start", "game_delay",
  "game_postponed", "game_final", "weather_change",
]);
const KEPT_NEWS = 300;
const KEPT_LEVELS = 400;

export interface NewsItem {
  type: string;
  event: Happening;
  impact: Impact;
}

/** What an event did, −10 to 10: as its slate found it, until then as its source says. */
export interface Impact {
  value: number;
  found: boolean;
}

/** Ownership of a player over the night: times (s), shares (0 to 1). */
export interface Levelled {
  times: number[];
  shares: number[];
}

export interface Source extends Report {
  id: string;
  heard: string;
  mode: Mode;
}

interface Change {
  players?: Record<string, { projection: number; designation?: string; points?: number | null }>;
  locked_games?: string[];
  postponed_games?: string[];
  starts?: Record<string, string>;
  impact?: Record<string, number>;
}

export class Night {
  slate: SlateOutline | null = null;
  clock: Date | null = null;
  readonly games = new Map<string, Game>();
  readonly players = new Map<string, Player>();
  readonly contests = new Map<string, Contest>();
  readonly entries = new Map<string, Entry>();
  readonly swaps = new Map<string, Swap>();
  readonly events = new Map<string, Happening>();
  readonly ownership = new Map<string, number>();
  readonly observed = new Set<string>();
  readonly levels = new Map<string, Levelled>();
  readonly sources = new Map<string, Source>();
  private readonly impacts = new Map<string, number>();
  news: NewsItem[] = [];
  totalEntries = 0;
  private readonly known = new Set<string>();
  private readonly swapOf = new Map<string, string>();
  private held = new Map<string, number>();

  open(outline: SlateOutline): void {
    this.slate = outline;
    this.at(outline.clock);
    for (const game of outline.games) {
      this.games.set(game.game_id, { ...game, final: false, start: game.start ? new Date(game.start) : null });
    }
    for (const [id, player] of Object.entries(outline.players ?? {})) Object.assign(this.player(id), player);
  }

  cards(cards: Player[]): void {
    for (const card of cards) Object.assign(this.player(card.player_id), { designation: "" }, card, { points: card.points ?? null });
  }

  board(board: BoardAnswer): void {
    this.totalEntries += board.total_entries;
    for (const { proposal, ...entry } of board.entries) {
      this.entries.set(entry.entry_id, { ...entry, contest_id: board.contest_id, slots: board.slots });
      if (proposal) this.swap(proposal);
    }
    this.count();
  }

  owns(levels: Levels): void {
    const observed = new Set(levels.observed ?? []);
    for (const [id, share] of Object.entries(levels.ownership)) this.own(id, share, observed.has(id));
  }

  /** Who reports; that a generated evening is one stands above everything already. */
  wire(event: Happening): string {
    return event.mode === "generated" ? event.source.replace(/^generated: /, "") : event.source;
  }

  player(id: string): Player {
    let player = this.players.get(id);
    if (!player) {
      player = { player_id: id, name: id, team: "", game_id: "", salary: 0, projection: 0, designation: "", points: null };
      this.players.set(id, player);
    }
    return player;
  }

  name(id: string): string {
    return id ? this.player(id).name : "an empty slot";
  }

  /** What the owner of an entry wants of its swaps, in words. */
  wished({ wishes }: Entry): string {
    const told = (what: string, ids?: string[]): string => (ids?.length ? `${what} ${[...new Set(ids.map((id) => this.name(id)))].join(", ")}. ` : "");
    return told("You keep", wishes?.keep) + told("Not to come in:", wishes?.exclude);
  }

  isOut(id: string): boolean {
    return this.players.get(id)?.designation === "OUT";
  }

  isLocked(id: string): boolean {
    const game = this.games.get(this.players.get(id)?.game_id ?? "");
    return Boolean(game?.locked) && !game?.postponed;
  }

  /** What a lineup stands at: points scored plus projections of what is still to come. */
  total(lineup: string[]): number {
    return lineup.reduce((sum, id) => sum + this.worth(id), 0);
  }

  worth(id: string): number {
    const player = this.players.get(id);
    return player ? (player.points ?? 0) + player.projection : 0;
  }

  left(lineup: string[]): number {
    return lineup.filter((id) => id && !this.isLocked(id)).length;
  }

  outIn(lineup: string[]): string[] {
    return lineup.filter((id) => id && this.isOut(id) && !this.isLocked(id));
  }

  /** How many of the entries hold a player. */
  touches(playerId: string): number {
    return this.held.get(playerId) ?? 0;
  }

  swapFor(entryId: string): Swap | undefined {
    return this.swaps.get(this.swapOf.get(entryId) ?? "");
  }

  nextLock(): Game | null {
    let next: Game | null = null;
    for (const game of this.games.values()) {
      if (!game.start || game.locked || game.postponed || !this.clock || game.start <= this.clock) continue;
      if (!next?.start || game.start < next.start) next = game;
    }
    return next;
  }

  /** The night's time: the wall's where it is live, else that of the newest event. */
  now(): Date | null {
    const live = this.slate?.mode === "live" && this.clock;
    return live ? new Date(Math.max(live.getTime(), Date.now())) : this.clock;
  }

  take(frame: Frame): void {
    const event = frame.data;
    if (event.slate_id && event.slate_id !== this.slate?.slate_id) return;
    if (event.slate_id) this.at(event.received_at);
    this.events.set(event.event_id, event);
    this.fold(frame.type, event);
    if (NEWS.has(frame.type) && !this.known.has(event.event_id)) this.told(frame.type, event);
  }

  private fold(type: string, event: Happening): void {
    switch (type) {
      case "slate_changed":
        return this.changed(event.data as Change);
      case "game_start":
        return this.game(event.game_id, { locked: true });
      case "game_final":
        return this.game(event.game_id, { locked: true, final: true });
      case "game_postponed":
        return this.game(event.game_id, { postponed: true });
      case "game_delay":
        return this.game(event.game_id, event.data.start ? { start: new Date(event.data.start as string) } : {});
      case "late_swap":
        return this.swap(event.data as unknown as Swap);
      case "wishes_set": {
        const wishes = event.data as unknown as Wishes;
        const entry = this.entries.get(wishes.entry_id);
        if (entry) entry.wishes = wishes;
        return undefined;
      }
      case "source_status":
        if (event.data.gone) {
          this.sources.delete(event.source);
          return undefined;
        }
        this.sources.set(event.source, { ...(event.data as unknown as Report), id: event.source, heard: event.received_at, mode: event.mode ?? "live" });
        return undefined;
      case "ownership_update":
        return this.owned(event);
      default:
        return undefined;
    }
  }

  private changed(change: Change): void {
    for (const [id, now] of Object.entries(change.players ?? {})) {
      Object.assign(this.player(id), { projection: now.projection, designation: now.designation ?? "", points: now.points ?? null });
    }
    for (const id of change.locked_games ?? []) this.game(id, { locked: true });
    for (const id of change.postponed_games ?? []) this.game(id, { postponed: true });
    for (const [id, start] of Object.entries(change.starts ?? {})) this.game(id, { start: new Date(start) });
    const found = Object.entries(change.impact ?? {});
    for (const [id, value] of found) this.impacts.set(id, value);
    if (found.some(([id]) => this.known.has(id))) {
      this.news = this.news.map((item) => (item.event.event_id in (change.impact ?? {}) ? { ...item, impact: this.impact(item.event) } : item));
    }
  }

  impact(event: Happening): Impact {
    const found = this.impacts.get(event.event_id);
    return { value: found ?? event.impact_rating ?? 0, found: found !== undefined };
  }

  /** Whether nothing can be changed any more, or nothing comes any more. */
  all(what: "locked" | "final"): boolean {
    return this.games.size > 0 && [...this.games.values()].every((game) => game[what] || game.postponed);
  }

  private game(id: string | undefined, news: Partial<Game>): void {
    const game = this.games.get(id ?? "");
    if (game) Object.assign(game, news);
  }

  private owned(event: Happening): void {
    if (event.contest_id && this.contests.size && !this.contests.has(event.contest_id)) return;
    const seen = (event.data.basis ?? "observed") === "observed";
    for (const [id, share] of Object.entries(event.data.ownership as Record<string, number>)) {
      if (!seen && this.observed.has(id)) continue;
      this.own(id, share, seen);
      this.remember(id, share, new Date(event.received_at).getTime() / 1000);
    }
  }

  private own(id: string, share: number, observed: boolean): void {
    this.ownership.set(id, share);
    if (observed) this.observed.add(id);
  }

  private remember(id: string, share: number, time: number): void {
    const line = this.levels.get(id) ?? { times: [], shares: [] };
    if (line.shares.at(-1) === share) return;
    line.times.push(time);
    line.shares.push(share);
    if (line.times.length > KEPT_LEVELS) {
      line.times.shift();
      line.shares.shift();
    }
    this.levels.set(id, line);
  }

  /** A proposal in its newest revision; a newer proposal of the same entry takes its place. */
  swap(swap: Swap): void {
    const known = this.swaps.get(swap.proposal_id);
    const [knew, tells] = [known?.revision ?? 0, swap.revision ?? 0];
    if (known && (knew > tells || (knew === tells && swap.state === "proposed" && known.state !== "proposed"))) return;
    this.swaps.set(swap.proposal_id, swap);
    const current = this.swapFor(swap.entry_id);
    const replaces = !current || current.proposal_id === swap.proposal_id || OPEN.has(swap.state) || !OPEN.has(current.state);
    if (!replaces) return;
    this.swapOf.set(swap.entry_id, swap.proposal_id);
    const entry = this.entries.get(swap.entry_id);
    if (!entry) return;
    if (swap.state === "approved") entry.lineup = swap.after;
    else if (known?.state === "approved" && swap.state !== "applied") entry.lineup = swap.before;
    this.count();
  }

  private count(): void {
    this.held = new Map();
    for (const { lineup } of this.entries.values()) {
      for (const id of lineup) this.held.set(id, (this.held.get(id) ?? 0) + 1);
    }
  }

  private told(type: string, event: Happening): void {
    this.known.add(event.event_id);
    this.news = [{ type, event, impact: this.impact(event) }, ...this.news].slice(0, KEPT_NEWS);
  }

  private at(time: string): void {
    const moment = new Date(time);
    if (!this.clock || moment > this.clock) this.clock = moment;
  }
}
