// What the server sends, as far as the page reads it.

export type Mode = "live" | "replay" | "generated";
export type SwapState = "proposed" | "approved" | "rejected" | "withdrawn" | "stale" | "expired" | "applied";

/** Points of the lineup that are not exceeded in each share of the simulated evenings. */
export interface Points {
  shares: number[];
  before: number[];
  after: number[];
  better: number;
  worse: number;
}

export interface Money {
  before: number;
  after: number;
  gain: number;
  low: number;
  high: number;
  cash_before: number;
  cash_after: number;
  samples: number;
  points?: Points | null;
}

export interface Move {
  slot: string;
  player_out: string;
  player_in: string;
  reason: string;
  gain_points: number;
  events?: string[];
}

export interface Swap {
  proposal_id: string;
  contest_id: string;
  entry_id: string;
  user_id: string;
  state: SwapState;
  revision?: number;
  before: string[];
  after: string[];
  points_before: number;
  points_after: number;
  gain_points: number;
  moves: Move[];
  deadline: string | null;
  reason?: string;
  money?: Money | null;
}

/** Who stays in an entry and who does not come in, whatever is proposed. */
export interface Wishes {
  entry_id: string;
  keep?: string[];
  exclude?: string[];
}

export interface Entry {
  entry_id: string;
  user_id: string;
  contest_id: string;
  slots: string[];
  lineup: string[];
  wishes?: Wishes;
}

export interface BoardAnswer {
  contest_id: string;
  slots: string[];
  total_entries: number;
  entries: { entry_id: string; user_id: string; lineup: string[]; proposal?: Swap; wishes?: Wishes }[];
}

export interface Player {
  player_id: string;
  name: string;
  team: string;
  game_id: string;
  salary: number;
  projection: number;
  designation: string;
  points: number | null;
}

export interface Game {
  game_id: string;
  start: Date | null;
  locked: boolean;
  postponed: boolean;
  final: boolean;
}

export interface Contest {
  contest_id: string;
  slate_id: string;
  name?: string;
  entry_fee?: number;
  field_size?: number;
}

export interface SlateOutline {
  slate_id: string;
  site: string;
  sport: string;
  game_type: string;
  mode: Mode;
  clock: string;
  projection_basis: string;
  games: { game_id: string; start: string | null; locked: boolean; postponed: boolean }[];
  players?: Record<string, Partial<Player>>;
}

/** Dollars are null where they are not known. */
export interface Result {
  recommendation: { recommendation_id: string; contest_id: string; lineup_id: string; swap_recommendations: Move[] };
  final: boolean;
  gained_points: number;
  expected_points: number;
  gained_dollars: number | null;
  expected_dollars: number | null;
}

export interface PaidContest {
  contest_id: string;
  name: string;
  final: boolean;
  expected_points: number;
  expected_dollars: number | null;
  dollars_held: number | null;
  dollars_swapped: number | null;
  gained_dollars: number | null;
  unpaid_because: string;
}

/** What accepted swaps of a slate came to; dollars of the contests that tell any. */
export interface Realised {
  rows: Result[];
  contests: PaidContest[];
  dollars: number | null;
  points: number;
  /** What entries were to gain in all by what was known at each swap; dollars null where none was priced. */
  claimed: { dollars: number | null; points: number };
  /** Swaps of which a game is still played. */
  playing: number;
  over: boolean;
}

export interface Report {
  state: string;
  transport?: string;
  latency_ms?: number | null;
  errors?: number;
  delivered?: number;
  degraded?: boolean;
  breaker?: string;
  budget_left?: number | null;
  note?: string;
  refused?: Record<string, number>;
  last_refusal?: string;
  shed?: number;
  gone?: boolean;
  unresolved?: number;
}

export interface Happening {
  event_id: string;
  source: string;
  timestamp: string;
  received_at: string;
  slate_id?: string;
  player_id?: string;
  game_id?: string;
  contest_id?: string;
  impact_rating?: number;
  confidence?: number;
  mode?: Mode;
  data: Record<string, unknown>;
}

export interface Frame {
  offset: string;
  type: string;
  data: Happening;
}

export interface Snapshot {
  type: "snapshot";
  offset: string;
  reason: string;
  data: { events: Frame[]; proposals: Swap[] };
}

export interface Levels {
  ownership: Record<string, number>;
  observed?: string[];
  field_size?: number;
}

/** What can be done by a key, and by its name. */
export interface Command {
  does: string;
  key: string;
  act: () => void;
}
