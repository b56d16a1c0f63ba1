// The page's state: the night behind it, what is shown of it four times a second, and what is done.

import { call, dropToken, getJson, postJson, Refused, said } from "./api";
import { Alerts } from "./alerts.svelte";
import { plural, signedDollars } from "./format";
import { Night } from "./night";
import { Stream, type LinkState } from "./stream";
import type { BoardAnswer, Contest, Frame, Levels, PaidContest, Player, Realised, Result, SlateOutline, Snapshot, Swap } from "./types";
import { Viewer, type Filter, type Row, type View } from "./view";

const REFRESH_MS = 250;
const EMPTY_RETRY_MS = 3000;
const MOST_ENTRIES = 5000;

export const TABS = ["Ownership", "Results", "Alerts", "Odds", "Files", "Policy", "Sources", "Backtests"] as const;
export type Tab = (typeof TABS)[number];
export type Action = "approve" | "reject" | "undo";

interface Verdict {
  recommendation_id: string;
  lineup_id?: string;
  state?: string;
  problem?: { detail: string; remedy?: string };
}

export interface UploadReport {
  file: string;
  kind: string;
  slate_id: string;
  mode: string;
  contests: { contest_id: string; name: string; entries: number }[];
  players: number;
  locked_cells: number;
  problems: { file: string; row: number; message: string }[];
}

const DONE: Record<Action, string> = { approve: "accepted", reject: "rejected", undo: "open again" };
const FROM: Record<Action, string[]> = { approve: ["proposed"], reject: ["proposed"], undo: ["approved", "rejected"] };

export class Desk {
  night = new Night();
  view = $state.raw<View | null>(null);
  tick = $state(0);
  link = $state.raw<LinkState>({ state: "off", kind: "", roundTrip: null, age: 0 });
  filter = $state<Filter>({ text: "", show: "all" });
  slates = $state.raw<SlateOutline[]>([]);
  selected = $state<string | null>(null);
  opened = $state<Record<string, boolean>>({});
  told = $state({ text: "", bad: false });
  loginWhy = $state<string | null>(null);
  uploads = $state.raw<(UploadReport | { file: string; error: string })[]>([]);
  downloaded = $state(0);
  tab = $state<Tab>("Ownership");
  readonly alerts: Alerts;
  /** Counts what moved a line: who shows odds asks again. */
  lines = $state(0);
  /** What accepted swaps came to; null while nobody asked. */
  results = $state.raw<Realised | null>(null);
  private came = $state.raw(new Map<string, Result>());
  private counting = 0;
  private fading = 0;
  private viewer = new Viewer();
  private slateId = "";
  private chosen = false;
  private dirty = true;
  private loading: Promise<void> | null = null;
  private stream: Stream | null = null;
  private steps: string[][] = [];
  private waiting: Frame[] = [];

  constructor(private readonly token: string | null) {
    this.alerts = new Alerts(token ?? "");
    if (!token) {
      this.loginWhy = "";
      return;
    }
    this.reload();
    this.alerts.look();
    this.listen(token);
    setInterval(() => this.refresh(), REFRESH_MS);
    addEventListener("beforeunload", (leaving) => {
      if (this.undelivered > 0) leaving.preventDefault();
    });
  }

  get bearer(): string {
    return this.token ?? "";
  }

  /** Accepted swaps that no file was made of yet. */
  get undelivered(): number {
    return Math.max(0, (this.view?.approved.length ?? 0) - this.downloaded);
  }

  private listen(token: string): void {
    this.stream = new Stream(token, {
      frame: (frame) => this.take(frame),
      snapshot: (snapshot) => this.begin(snapshot),
      refused: (why) => this.login(why),
    });
  }

  touch(): void {
    this.dirty = true;
  }

  refresh(): void {
    if (this.stream) this.link = this.stream.now();
    this.tick += 1;
    if (!this.dirty) return;
    this.dirty = false;
    this.view = this.viewer.view(this.night, this.filter);
    // Somebody chose this entry: the cursor stays with it. Until then it is the topmost.
    const there = this.chosen && this.night.entries.has(this.selected ?? "");
    if (!there) this.selected = this.visible[0]?.entryId ?? null;
  }

  /** Rows that the cursor moves over, in the order shown. */
  get visible(): Row[] {
    return (this.view?.groups ?? []).flatMap((group) => this.shownOf(group.key, group.rows));
  }

  /** The rows of a group as far as it is unfolded; one that stands alone shows more. */
  shownOf(key: string, rows: Row[]): Row[] {
    const alone = (this.view?.groups.length ?? 0) < 2;
    if (this.opened[key]) return rows;
    const { text, show } = this.filter;
    if (show !== "closed" && !text && rows.every((row) => SETTLED.has(row.state))) return [];
    return rows.slice(0, alone ? FOLDED_ALONE : rows.some((row) => TO_DO.has(row.state)) ? FOLDED : FOLDED_DONE);
  }

  // -- loading

  reload(): void {
    this.loading ??= this.load().catch((error: unknown) => this.failed(error)).finally(() => {
      this.loading = null;
      if (!this.night.entries.size) setTimeout(() => this.reload(), EMPTY_RETRY_MS);
    });
  }

  show(slateId: string): void {
    this.slateId = slateId;
    this.reload();
  }

  private async load(): Promise<void> {
    const token = this.bearer;
    const { slates } = await getJson<{ slates: SlateOutline[] }>(token, "/api/v1/slates");
    this.slates = slates;
    const outline = slates.find((one) => one.slate_id === this.slateId) ?? slates.at(-1);
    if (!outline) return;
    const night = new Night();
    await this.fill(token, night, outline.slate_id);
    for (const frame of this.waiting) night.take(frame);
    if (this.night.slate?.slate_id !== outline.slate_id) this.viewer = new Viewer();
    this.night = night;
    this.dirty = true;
    this.refresh();
    this.count();
  }

  private async fill(token: string, night: Night, slateId: string): Promise<void> {
    const slate = encodeURIComponent(slateId);
    const [whole, { contests }, { players }] = await Promise.all([
      getJson<SlateOutline>(token, `/api/v1/slates/${slate}`),
      getJson<{ contests: Contest[] }>(token, "/api/v1/contests"),
      getJson<{ players: Player[] }>(token, `/api/v1/players?slate=${slate}`),
    ]);
    night.open(whole);
    night.cards(players);
    const mine = contests.filter((contest) => contest.slate_id === slateId);
    for (const contest of mine) night.contests.set(contest.contest_id, contest);
    await Promise.all(mine.map(async ({ contest_id }) => {
      const contest = encodeURIComponent(contest_id);
      const [board, levels] = await Promise.all([
        getJson<BoardAnswer>(token, `/api/v1/contests/${contest}/board?limit=${MOST_ENTRIES}`),
        getJson<Levels>(token, `/api/v1/realtime/ownership/${contest}`),
      ]);
      night.board(board);
      night.owns(levels);
    }));
  }

  private take(frame: Frame): void {
    this.waiting.push(frame);
    if (this.waiting.length > KEPT_FRAMES) this.waiting.shift();
    this.night.take(frame);
    this.dirty = true;
    const { type, data } = frame;
    if (type.startsWith("alert")) this.alerts.look();
    if (type === "line_movement") this.lines += 1;
    if (type === "game_final" || (type === "late_swap" && (data.data as { state?: string }).state !== "proposed")) this.count();
    const stranger = type === "late_swap" && data.slate_id === this.night.slate?.slate_id && !this.night.entries.has(String(data.data.entry_id));
    const news = type === "contest_opened" && !this.night.contests.has(data.contest_id ?? "");
    if (stranger || news || (type === "slate_opened" && this.night.slate !== null && !this.slateId)) this.reload();
  }

  private begin(snapshot: Snapshot): void {
    for (const frame of snapshot.data.events) this.night.take(frame);
    for (const swap of snapshot.data.proposals) this.night.swap(swap);
    this.say("The line was lost for longer than events are kept: this is the present state, news in between is missing.", false, true);
    this.reload();
  }

  /** Ask what accepted swaps came to, once for all that comes together. */
  count(): void {
    if (!this.counting) this.counting = window.setTimeout(() => void this.counted(), COUNT_MS);
  }

  private async counted(): Promise<void> {
    this.counting = 0;
    // Where it cannot be told now it is told at the next occasion.
    const found = await getJson<{ results: Result[]; contests: PaidContest[] }>(this.bearer, "/api/v1/lateswap/results").catch(() => null);
    if (!found) return;
    const here = this.night.contests;
    const rows = found.results.filter((one) => here.has(one.recommendation.contest_id));
    const contests = found.contests.filter((one) => here.has(one.contest_id));
    this.came = new Map(rows.map((one) => [one.recommendation.recommendation_id, one]));
    const paid = contests.flatMap((one) => one.gained_dollars ?? []);
    const claims = contests.flatMap((one) => one.expected_dollars ?? []);
    const playing = rows.filter((one) => !one.final).length;
    this.results = {
      rows,
      contests,
      dollars: paid.length ? sum(paid) : null,
      points: sum(rows.map((one) => one.gained_points)),
      claimed: { dollars: claims.length ? sum(claims) : null, points: sum(contests.map((one) => one.expected_points)) },
      playing,
      over: playing === 0 && contests.every((one) => one.final || one.gained_dollars === null),
    };
  }

  /** What a swap came to; nothing while something is still decided. */
  cameOf(swap: Swap): Result | undefined {
    return this.night.all("locked") ? this.came.get(swap.proposal_id) : undefined;
  }

  private failed(error: unknown): void {
    if (error instanceof Refused && error.status === 401) this.login(error.message);
    else if (error instanceof Refused && error.status < 500) this.say(said(error), true);
  }

  private login(why: string): void {
    dropToken();
    this.loginWhy = why;
  }

  /** Tell what was done; a word that nothing depends on goes after a while. */
  say(text: string, bad = false, keep = bad): void {
    this.told = { text, bad };
    clearTimeout(this.fading);
    if (!keep) this.fading = window.setTimeout(() => (this.told = { text: "", bad: false }), FADE_MS);
  }

  // -- deciding

  step(by: number): void {
    const rows = this.visible;
    const at = rows.findIndex((row) => row.entryId === this.selected);
    const next = rows[Math.min(rows.length - 1, Math.max(0, at + by))];
    if (next) this.choose(next.entryId);
  }

  choose(entryId: string): void {
    this.chosen = true;
    this.selected = entryId;
  }

  /** Choose an entry and go to its lineup, where that stands below the board. */
  look(entryId: string): void {
    this.choose(entryId);
    if (!matchMedia("(min-width: 1181px)").matches) document.getElementById("detail")?.scrollIntoView();
  }

  decideSelected(action: Action): void {
    const row = this.visible.find((one) => one.entryId === this.selected);
    const swap = row?.swap;
    if (!swap || !row || !FROM[action].includes(row.state)) {
      this.say(action === "undo" ? "There is nothing to take back." : "There is no swap to decide for this entry.");
      return;
    }
    if (action !== "undo") this.advance();
    void this.decide([swap.proposal_id], action);
  }

  /** Ask for another swap of the chosen entry: whoever leaves is kept, or whoever comes is not to; or as it was at first. */
  async ask(wish?: "keep" | "exclude"): Promise<void> {
    const entry = this.night.entries.get(this.selected ?? "");
    const swap = this.night.swapFor(this.selected ?? "");
    if (!entry || (wish ? swap?.state !== "proposed" : swap?.state === "approved")) {
      this.say("There is no open swap to change for this entry.");
      return;
    }
    const moved = swap?.moves.map((move) => (wish === "keep" ? move.player_out : move.player_in)) ?? [];
    const wishes = wish ? { [wish]: [...(entry.wishes?.[wish] ?? []), ...moved] } : { keep: [], exclude: [] };
    try {
      const asked = { user_id: entry.user_id, lineup_ids: [entry.entry_id], only_out: true, ...wishes };
      const { recommendations } = await postJson<{ recommendations: unknown[] }>(this.bearer, "/api/v1/lateswap/recommendations", asked);
      const names = wish ? `${wish === "keep" ? "Kept" : "Not to come in"}: ${moved.map((id) => this.night.name(id)).join(", ")}. ` : "";
      this.say(names + (recommendations.length ? "This is the best swap now." : "No other swap gains enough."));
    } catch (error) {
      this.say(said(error), true);
    }
  }

  /** Take the last step back, however many swaps it was about; without one, the chosen entry's decision. */
  undo(): void {
    const last = this.steps.pop();
    if (last) void this.decide(last, "undo");
    else this.decideSelected("undo");
  }

  /** What was taken back by itself is no part of a step any more. */
  private forget(ids: string[]): void {
    const gone = new Set(ids);
    this.steps = this.steps.map((step) => step.filter((id) => !gone.has(id))).filter((step) => step.length > 0);
  }

  private advance(): void {
    const rows = this.visible;
    const at = rows.findIndex((row) => row.entryId === this.selected);
    const next = rows.slice(at + 1).find((row) => row.state === "proposed") ?? rows.slice(0, at).find((row) => row.state === "proposed");
    if (next) this.choose(next.entryId);
  }

  async decide(ids: string[], action: Action): Promise<void> {
    const worth = ids.reduce((sum, id) => sum + (this.night.swaps.get(id)?.money?.gain ?? 0), 0);
    try {
      const { decisions } = await postJson<{ decisions: Verdict[] }>(this.bearer, "/api/v1/lateswap/decisions", { action, recommendation_ids: ids });
      const done = decisions.filter((one) => !one.problem);
      const settled = done.map((one) => one.recommendation_id);
      this.forget(settled);
      if (action !== "undo" && settled.length) this.steps.push(settled);
      this.report(action, decisions, worth);
    } catch (error) {
      this.say(said(error), true);
    }
    this.dirty = true;
  }

  private report(action: Action, decisions: Verdict[], worth: number): void {
    const failed = decisions.filter((one) => one.problem);
    const first = failed[0]?.problem;
    const done = decisions.length - failed.length;
    const what = decisions.length === 1 ? `Entry ${decisions[0]?.lineup_id ?? ""}` : plural(done, "swap", "swaps");
    const value = action === "approve" && worth ? `, worth ${signedDollars(worth)}` : "";
    const good = done ? `${what} ${DONE[action]}${value}${action === "undo" ? "" : "; u takes it back"}. ` : "";
    const bad = first ? `${plural(failed.length, "entry", "entries")} refused: ${first.detail}. ${first.remedy ?? ""}` : "";
    this.say(good + bad, failed.length > 0);
  }

  // -- files in and out

  async upload(files: Iterable<File>): Promise<void> {
    for (const file of files) {
      try {
        const path = `/api/v1/uploads?filename=${encodeURIComponent(file.name)}`;
        const answer = await call(this.bearer, path, { method: "POST", body: file, headers: { "Content-Type": "text/csv" } });
        const report = (await answer.json()) as UploadReport;
        this.uploads = [{ ...report, file: file.name }, ...this.uploads];
        this.slateId = report.slate_id;
        this.reload();
      } catch (error) {
        this.uploads = [{ file: file.name, error: said(error) }, ...this.uploads];
      }
    }
  }

  async download(): Promise<void> {
    try {
      const slate = encodeURIComponent(this.night.slate?.slate_id ?? "");
      const answer = await call(this.bearer, `/api/v1/entries.csv?slate=${slate}`);
      const name = /filename="([^"]+)"/.exec(answer.headers.get("content-disposition") ?? "")?.[1] ?? "DKEntries.csv";
      const refused = answer.headers.get("x-refused-entries");
      const changed = Number(answer.headers.get("x-changed-entries"));
      save(await answer.blob(), name);
      this.downloaded = this.view?.approved.length ?? 0;
      const left = refused ? `; left as they were, because their games have begun: ${refused}` : "";
      this.say(`${name} saved: ${plural(changed, "entry", "entries")} changed${left}. Now upload it to the site.`, false, true);
    } catch (error) {
      this.say(`entries.csv: ${said(error)}`, true);
    }
  }
}

const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
const COUNT_MS = 700;
const FADE_MS = 30_000;
/** States of which nothing is left to do or to take back. */
const SETTLED = new Set<string>(["stale", "withdrawn", "expired", "applied"]);
const TO_DO = new Set<string>(["proposed", "out"]);
const FOLDED = 6;
const FOLDED_DONE = 3;
const FOLDED_ALONE = 14;
const KEPT_FRAMES = 20_000;

export function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
