// What the page knows of the night: a fold of the stream's frames over the first answers.

export const OPEN = new Set(["proposed", "approved"]);
const BAD = new Set(["OUT", "O", "IR", "INACTIVE", "SCRATCHED", "SUSPENDED", "RULED OUT"]);
const NEWS = new Set(["player_injury", "player_active", "lineup_change", "breaking_news", "game_start",
  "game_delay", "game_postponed", "game_final", "alert", "weather_change"]);
const KEPT_NEWS = 300;

export class Night {
  constructor() {
    this.mode = "live";
    this.title = "";
    this.slate = null;
    this.games = new Map();
    this.players = new Map();
    this.contests = new Map();
    this.entries = new Map();
    this.swaps = new Map();
    this.swapOf = new Map();
    this.news = [];
    this.known = new Set();
    this.events = new Map();
    this.ownership = new Map();
    this.observed = new Set();
    this.fieldSize = 0;
    this.sources = new Map();
    this.held = new Map();
    this.users = new Set();
    this.clock = null;
    this.offset = "";
  }

  opened(outline) {
    this.slate = outline;
    this.mode = outline.mode;
    this.at(outline.clock);
    for (const game of outline.games) this.games.set(game.game_id, { ...game, start: game.start ? new Date(game.start) : null });
    for (const [id, player] of Object.entries(outline.players ?? {})) {
      this.players.set(id, { projection: 0, designation: "", points: null, ...this.players.get(id), ...player });
    }
  }

  cards(cards) {
    for (const card of cards) Object.assign(this.player(card.player_id), card, { points: card.points ?? null });
  }

  board(board) {
    for (const entry of board.entries) {
      this.entries.set(entry.entry_id, { ...entry, contest_id: board.contest_id, slots: board.slots });
      if (entry.proposal) this.swap(entry.proposal);
    }
  }

  levels(levels) {
    for (const [id, share] of Object.entries(levels.ownership)) this.ownership.set(id, share);
    for (const id of levels.observed ?? []) this.observed.add(id);
    this.fieldSize = levels.field_size ?? 0;
  }

  at(time) {
    const moment = new Date(time);
    if (!this.clock || moment > this.clock) this.clock = moment;
  }

  player(id) {
    if (!this.players.has(id)) this.players.set(id, { player_id: id, name: id, team: "", projection: 0, designation: "", points: null });
    return this.players.get(id);
  }

  name(id) { return id ? this.player(id).name : "empty"; }
  out(id) { return this.player(id).designation === "OUT"; }

  locked(id) {
    const game = this.games.get(this.player(id).game_id);
    return Boolean(game?.locked) && !game.postponed;
  }

  // What the lineup stands at: points scored by now plus projections of what is still to come.
  total(lineup) {
    return lineup.reduce((sum, id) => sum + (id ? (this.player(id).points ?? 0) + this.player(id).projection : 0), 0);
  }

  left(lineup) { return lineup.filter((id) => id && !this.locked(id)).length; }
  holdsOut(lineup) { return lineup.filter((id) => id && this.out(id) && !this.locked(id)); }

  // Who is held by how many entries, and whose they are: counted once per refresh.
  recount() {
    this.held = new Map();
    this.users = new Set();
    for (const entry of this.entries.values()) {
      this.users.add(entry.user_id);
      for (const id of entry.lineup) this.held.set(id, (this.held.get(id) ?? 0) + 1);
    }
  }

  touches(playerId) { return this.held.get(playerId) ?? 0; }

  take(frame) {
    this.offset = frame.offset;
    const event = frame.data;
    if (event.slate_id && this.slate && event.slate_id === this.slate.slate_id) this.at(event.received_at);
    if (event.event_id) this.events.set(event.event_id, { type: frame.type, ...event });
    this.fold(frame.type, event);
    if (NEWS.has(frame.type) && !this.known.has(event.event_id)) this.told(frame.type, event);
  }

  fold(type, event) {
    switch (type) {
      case "slate_changed": return this.changed(event.data);
      case "game_start": return this.game(event.game_id, { locked: true });
      case "game_final": return this.game(event.game_id, { locked: true, final: true });
      case "game_postponed": return this.game(event.game_id, { postponed: true });
      case "game_delay": return event.data.start && this.game(event.game_id, { start: new Date(event.data.start) });
      case "late_swap": return this.swap(event.data);
      case "source_status":
        if (event.data.gone) return this.sources.delete(event.source);
        return this.sources.set(event.source, { ...event.data, heard: event.received_at, mode: event.mode ?? "live" });
      case "ownership_update": return this.owned(event.data);
      default: return undefined;
    }
  }

  changed(change) {
    for (const [id, now] of Object.entries(change.players ?? {})) {
      Object.assign(this.player(id), { projection: now.projection, designation: now.designation ?? "", points: now.points ?? null });
    }
    for (const id of change.locked_games ?? []) this.game(id, { locked: true });
    for (const id of change.postponed_games ?? []) this.game(id, { postponed: true });
    for (const [id, start] of Object.entries(change.starts ?? {})) this.game(id, { start: new Date(start) });
  }

  game(id, news) {
    const game = this.games.get(id);
    if (game) Object.assign(game, news);
  }

  owned(news) {
    const observed = (news.basis ?? "observed") === "observed";
    for (const [id, share] of Object.entries(news.ownership)) {
      if (!observed && this.observed.has(id)) continue;
      this.ownership.set(id, share);
      if (observed) this.observed.add(id);
    }
  }

  // A proposal in its newest revision; a newer proposal of the same entry takes its place.
  swap(swap) {
    const known = this.swaps.get(swap.proposal_id);
    const [knew, tells] = [known?.revision ?? 0, swap.revision ?? 0];
    if (known && (knew > tells || (knew === tells && swap.state === "proposed" && known.state !== "proposed"))) return;
    this.swaps.set(swap.proposal_id, swap);
    const current = this.swaps.get(this.swapOf.get(swap.entry_id));
    const replaces = !current || current.proposal_id === swap.proposal_id || OPEN.has(swap.state) || !OPEN.has(current.state);
    if (replaces) this.swapOf.set(swap.entry_id, swap.proposal_id);
    const entry = this.entries.get(swap.entry_id);
    if (entry && replaces) {
      if (swap.state === "approved") entry.lineup = swap.after;
      else if (known?.state === "approved") entry.lineup = swap.before;
    }
  }

  swapFor(entryId) { return this.swaps.get(this.swapOf.get(entryId)); }

  told(type, event) {
    this.known.add(event.event_id);
    this.news.unshift({ type, event });
    if (this.news.length > KEPT_NEWS) this.known.delete(this.news.pop().event.event_id);
  }

  nextLock() {
    const waiting = [...this.games.values()].filter((g) => g.start && !g.locked && !g.postponed && g.start > this.clock);
    return waiting.length ? waiting.reduce((a, b) => (a.start <= b.start ? a : b)) : null;
  }
}

export function word(event) {
  const status = (event.data.status ?? "").toUpperCase();
  if (!status) return null;
  if (BAD.has(status)) return { text: `✕ ${status}`, kind: "bad" };
  if (["ACTIVE", "AVAILABLE", "STARTING", "CONFIRMED", "IN"].includes(status)) return { text: `✓ ${status}`, kind: "good" };
  return { text: `? ${status}`, kind: "warn" };
}
