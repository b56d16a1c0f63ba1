// The late-swap board: one row per entry, its swap in chips, decided by key or button.

import { easternShort, el, plural, points, signed, signedDollars, span } from "./format.js";

const SHOWN = 400;
const MARKS = { proposed: "◆", approved: "✓", rejected: "✕", stale: "▲", withdrawn: "↩", expired: "▲", applied: "✓", out: "▲", locked: "■", none: "·" };
const RANK = { proposed: 0, approved: 0, stale: 1, expired: 1, out: 1, rejected: 2, withdrawn: 2 };
const DECIDABLE = new Set(["proposed", "approved", "rejected"]);
const MARK_MS = 4000;

export class Board {
  constructor(night, onDecide, onSelect) {
    this.night = night;
    this.onDecide = onDecide;
    this.onSelect = onSelect;
    this.body = document.getElementById("rows");
    this.rows = new Map();
    this.order = [];
    this.selected = null;
    this.byHand = false;
    this.filter = "";
    this.show = "all";
    this.grouped = false;
  }

  standing(entry) {
    const swap = this.night.swapFor(entry.entry_id);
    const out = this.night.holdsOut(entry.lineup);
    if (swap && DECIDABLE.has(swap.state)) return { state: swap.state, swap, out };
    if (out.length) return { state: "out", swap, out };
    if (this.night.left(entry.lineup) === 0) return { state: "locked", swap, out };
    return { state: swap ? swap.state : "none", swap, out };
  }

  chosen(all) {
    const wanted = this.filter.trim().toLowerCase();
    const rows = all.filter((row) => this.fits(row) && (!wanted || this.text(row.entry, row).includes(wanted)));
    return rows.sort((a, b) => order(a) - order(b) || until(a) - until(b) || worth(b) - worth(a) || gain(b) - gain(a) || (a.entry.entry_id < b.entry.entry_id ? -1 : 1));
  }

  fits(now) {
    switch (this.show) {
      case "proposed": return now.state === "proposed";
      case "approved": return now.state === "approved";
      case "closed": return Boolean(now.swap) && now.state !== "proposed" && now.state !== "approved";
      case "out": return now.out.length > 0;
      default: return true;
    }
  }

  text(entry, now) {
    const ids = [...entry.lineup, ...(now.swap?.moves ?? []).flatMap((m) => [m.player_out, m.player_in])];
    const contest = this.night.contests.get(entry.contest_id);
    return [entry.entry_id, contest?.name ?? "", entry.user_id, ...ids.map((id) => this.night.name(id))].join(" ").toLowerCase();
  }

  render() {
    const all = [...this.night.entries.values()].map((entry) => ({ entry, ...this.standing(entry) }));
    const chosen = this.chosen(all);
    const shown = chosen.slice(0, SHOWN);
    this.order = shown.map((row) => row.entry.entry_id);
    if (!this.stays()) this.choose(this.order[0] ?? null);
    const wanted = this.grouped ? this.groups(shown) : shown.map((row) => this.row(row));
    for (const [place, row] of wanted.entries()) {
      if (this.body.children[place] !== row) this.body.insertBefore(row, this.body.children[place] ?? null);
    }
    while (this.body.children.length > wanted.length) this.body.lastElementChild.remove();
    this.count(all, chosen, shown.length);
  }

  // Rows under the player whose absence they answer, the largest group first.
  groups(shown) {
    const groups = new Map();
    for (const row of shown) {
      const key = row.swap?.moves[0]?.player_out ?? row.out[0] ?? "";
      groups.set(key, [...(groups.get(key) ?? []), row]);
    }
    const sorted = [...groups].sort(([a, x], [b, y]) => (a === "") - (b === "") || y.length - x.length);
    this.order = sorted.flatMap(([, rows]) => rows.map((row) => row.entry.entry_id));
    return sorted.flatMap(([player, rows]) => [this.heading(player, rows), ...rows.map((row) => this.row(row))]);
  }

  heading(player, rows) {
    const open = rows.filter((row) => row.state === "proposed").length;
    const title = player ? `${this.night.name(player)} leaves: ${plural(rows.length, "entry", "entries")}, ${open} to decide` : `No swap called for: ${plural(rows.length, "entry", "entries")}`;
    const made = this.rows.get(`group ${player}`) ?? el("tr", { class: "group" }, el("td", { colspan: "8" }));
    this.rows.set(`group ${player}`, made);
    setText(made.firstElementChild, title);
    return made;
  }

  row({ entry, state, swap, out }) {
    const made = this.rows.get(entry.entry_id) ?? this.made(entry);
    const [status, name, left, moves, total, gained, until, act] = made.children;
    const open = state === "proposed" || state === "approved";
    this.status(status, state);
    setText(name.lastElementChild, this.belongs(entry));
    setText(left, `${this.night.left(entry.lineup)}/${entry.lineup.length}`);
    this.moves(moves, swap, state, out);
    setText(total, points(this.night.total(entry.lineup)));
    setText(gained.firstElementChild, open ? signed(swap.gain_points) : "", "gain");
    setText(gained.lastElementChild, open && swap.money ? signedDollars(swap.money.gain) : "");
    setText(until.firstElementChild, open ? this.left(swap) : "");
    setText(until.lastElementChild, open && swap.deadline ? `${easternShort(new Date(swap.deadline))} ET` : "");
    this.buttons(act, state, swap);
    this.pick(entry.entry_id, entry.entry_id === this.selected);
    return made;
  }

  // What tells entries apart beside their id: the contest where there are several, else the user.
  belongs(entry) {
    const { contests, users } = this.night;
    if (contests.size > 1) return contests.get(entry.contest_id)?.name || entry.contest_id;
    return users.size > 1 ? entry.user_id : "";
  }

  made(entry) {
    const cell = (className, label) => el("td", { class: className, "data-label": label });
    const made = el("tr", { "data-entry": entry.entry_id, onclick: () => this.select(entry.entry_id) },
      cell(""), el("td", {}, el("span", { class: "id" }, entry.entry_id), el("small")),
      cell("number", "left"), cell("moves"), cell("number", "points"), el("td", { class: "number gain", "data-label": "gain" }, el("span"), el("small")), el("td", { class: "until", "data-label": "until" }, el("span"), el("small")), cell("act"));
    this.rows.set(entry.entry_id, made);
    return made;
  }

  status(cell, state) {
    if (cell.dataset.state === state) return;
    const was = cell.dataset.state;
    cell.dataset.state = state;
    const label = { none: "as it is", out: "holds OUT", locked: "locked" }[state] ?? state;
    cell.replaceChildren(el("span", { class: "state", "data-state": state }, el("span", { "aria-hidden": "true" }, MARKS[state] ?? "·"), label));
    if (was) mark(cell);
  }

  moves(cell, swap, state, out) {
    const key = swap ? `${swap.proposal_id}:${swap.revision ?? 0}:${state}` : out.join();
    if (cell.dataset.key === key) return;
    cell.dataset.key = key;
    const quiet = state !== "proposed" && state !== "approved";
    if (!swap) {
      cell.replaceChildren(...out.map((id) => el("div", { class: "move" }, el("span", { class: "leaves" }, this.night.name(id)), el("small", {}, "is out, and no legal completion gains by it"))));
      return;
    }
    const chips = quiet ? [] : swap.moves.map((move) => this.chip(move, swap.moves.length > 1));
    cell.replaceChildren(...chips, ...(quiet ? [el("small", { class: "reason", title: swap.reason }, swap.reason)] : []));
  }

  chip(move, many) {
    const { night } = this;
    return el("div", { class: "move", title: move.reason },
      el("span", { class: "slot" }, move.slot),
      el("span", { class: "leaves" }, night.name(move.player_out)), el("span", { "aria-label": "is replaced by" }, "→"),
      el("span", { class: "comes" }, night.name(move.player_in)),
      el("small", {}, `${night.player(move.player_in).team}${many ? ` ${signed(move.gain_points)}` : ""}`));
  }

  left(swap) {
    if (!swap.deadline) return "";
    const left = new Date(swap.deadline) - this.night.clock;
    return left > 0 ? span(left) : "begun";
  }

  buttons(cell, state, swap) {
    const key = swap ? `${swap.proposal_id}:${state}` : "";
    if (cell.dataset.key === key) return;
    cell.dataset.key = key;
    const button = (action, label) => el("button", { type: "button", "data-action": action, onclick: (click) => { click.stopPropagation(); this.onDecide(swap.proposal_id, action); } }, label);
    const choices = { proposed: [["approve", "Approve"], ["reject", "Reject"]], approved: [["undo", "Undo"]], rejected: [["undo", "Undo"]] }[swap ? state : ""] ?? [];
    cell.replaceChildren(...(choices.length ? [el("span", { class: "decide" }, ...choices.map(([action, label]) => button(action, label)))] : []));
  }

  count(all, chosen, shown) {
    const of = (state) => all.filter((row) => row.state === state).length;
    const cut = chosen.length > shown ? `, ${shown} of ${chosen.length} shown` : "";
    setText(document.getElementById("board-count"), `${plural(all.length, "entry", "entries")}: ${of("proposed")} to decide, ${of("approved")} approved${cut}`);
    const empty = this.night.entries.size ? "Nothing fits the filter." : "No entries yet. Upload DKEntries.csv to /api/v1/contests/{id}/entries, or wait for the night to open.";
    setText(document.getElementById("empty"), chosen.length ? "" : empty);
  }

  // Somebody chose this entry: the choice stays with it. Until then it is the topmost.
  select(entryId) {
    this.byHand = true;
    this.choose(entryId);
    this.rows.get(entryId)?.scrollIntoView({ block: "nearest" });
  }

  // A choice never moves under a finger that is about to decide.
  stays() {
    if (!this.order.includes(this.selected)) return false;
    return this.byHand || this.standing(this.night.entries.get(this.selected)).state === "proposed";
  }

  choose(entryId) {
    if (this.selected === entryId) return;
    this.pick(this.selected, false);
    this.selected = entryId;
    this.pick(entryId, true);
    this.onSelect(entryId);
  }

  pick(entryId, chosen) {
    const row = this.rows.get(entryId);
    if (chosen) row?.setAttribute("aria-current", "true");
    else row?.removeAttribute("aria-current");
  }

  step(by) {
    const at = this.order.indexOf(this.selected);
    const next = this.order[Math.min(this.order.length - 1, Math.max(0, at + by))];
    if (next) this.select(next);
  }

  // After a decision: the next entry that still waits for one.
  advance() {
    const at = this.order.indexOf(this.selected);
    const next = this.order.slice(at + 1).find((id) => this.standing(this.night.entries.get(id)).state === "proposed");
    if (next) this.select(next);
  }
}

const order = (row) => RANK[row.state] ?? 3;
const until = (row) => (order(row) === 0 && row.swap.deadline ? Date.parse(row.swap.deadline) : 0);
const worth = (row) => (order(row) === 0 ? row.swap.money?.gain ?? 0 : 0);
const gain = (row) => (order(row) === 0 ? row.swap.gain_points : 0);

export function setText(node, text) {
  if (node.textContent === text) return;
  const had = node.textContent !== "";
  node.textContent = text;
  if (had && node.matches("#rows td:not(.until)")) mark(node);
}

// A change is marked by a static bar that the age tick takes away again: no animation.
function mark(cell) {
  cell.classList.add("changed");
  cell.dataset.changed = String(performance.now());
}

export function clearMarks() {
  const now = performance.now();
  for (const cell of document.querySelectorAll("td.changed")) {
    if (now - Number(cell.dataset.changed) > MARK_MS) cell.classList.remove("changed");
  }
}
