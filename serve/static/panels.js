// Everything beside the board: clock, games, news, the chosen entry, ownership, sources.

import { delay, dollars, eastern, easternShort, el, eveningOf, hundredths, percent, plural, points, signed, signedDollars, span, utc } from "./format.js";
import { setText } from "./board.js";
import { word } from "./night.js";

const $ = (id) => document.getElementById(id);
const SHOWN_OWNED = 60;
const SHOWN_NEWS = 120;
const MARKED_NEWS = 6;

export function banner(night) {
  const line = $("mode");
  if (night.mode === "live" || !night.slate) { line.hidden = true; return; }
  const first = [...night.games.values()].map((g) => g.start).filter(Boolean).sort((a, b) => a - b)[0];
  const evening = first ? eveningOf(first) : night.slate.slate_id;
  const [title, what] = night.mode === "generated"
    ? ["GENERATED EVENING", "players, games, news and scores are invented. Nothing here is live"]
    : [`REPLAY OF ${evening.toUpperCase()}`, "a recorded night at its own pace. Nothing here is live"];
  if (line.dataset.title === title) return;
  line.dataset.title = title;
  line.replaceChildren(el("strong", {}, title), ` · ${what}`);
  line.hidden = false;
}

export function clock(night) {
  const { slate } = night;
  setText($("slate"), slate ? `${slate.site === "draftkings" ? "DraftKings" : "FanDuel"} ${slate.sport.toUpperCase()} ${slate.game_type} · ${plural(night.games.size, "game", "games")}` : "no slate yet");
  if (!night.clock) return;
  const now = slate?.mode === "live" ? new Date(Math.max(night.clock, Date.now())) : night.clock;
  setText($("clock-et"), eastern(now));
  $("clock-et").setAttribute("datetime", now.toISOString());
  setText($("clock-utc"), utc(now));
  const next = night.nextLock();
  setText($("next-lock"), next ? `${span(next.start - now)} · ${next.game_id}` : "all locked");
}

export function games(night) {
  const next = night.nextLock();
  const chips = [...night.games.values()].sort((a, b) => (a.start ?? 0) - (b.start ?? 0)).map((game) => {
    const state = game.postponed ? "postponed" : game.locked ? "locked" : game === next ? "next" : "open";
    const mark = { postponed: "postponed", locked: game.final ? "final" : "locked", next: "locks next", open: "" }[state];
    const when = game.start ? `${easternShort(game.start)} ET` : "";
    return el("li", { "data-state": state }, [state === "locked" ? "■" : "□", game.game_id, when, mark].filter(Boolean).join(" "));
  });
  const key = chips.map((chip) => chip.textContent).join();
  if ($("games").dataset.key === key) return;
  $("games").dataset.key = key;
  $("games").replaceChildren(...chips);
}

export function holding(night) {
  let count = 0;
  for (const entry of night.entries.values()) if (night.holdsOut(entry.lineup).length) count += 1;
  $("holding").hidden = count === 0;
  setText($("holding"), `${plural(count, "entry holds", "entries hold")} an OUT player`);
  document.title = count ? `(${count}) lateswap` : "lateswap";
}

export function link(stream) {
  const { state, text } = stream.state();
  $("link").dataset.state = state;
  setText($("link-text"), text);
}

// While somebody reads or points at the list, new items wait behind a button.
export class News {
  constructor(night, onPlayer) {
    this.night = night;
    this.onPlayer = onPlayer;
    this.list = $("news");
    this.items = new Map();
    this.reading = false;
    this.onlyMine = false;
    this.list.addEventListener("pointerenter", () => { this.reading = true; });
    this.list.addEventListener("pointerleave", () => { this.reading = false; this.render(); });
    $("fresh").addEventListener("click", () => { this.reading = false; this.list.scrollTop = 0; this.render(); });
  }

  // Names have become known: items that were made without them are made again.
  renamed() {
    this.items = new Map();
    this.list.replaceChildren();
  }

  render() {
    const wanted = this.night.news.filter(({ event }) => !this.onlyMine || (event.player_id && this.night.touches(event.player_id))).slice(0, SHOWN_NEWS);
    const fresh = wanted.filter(({ event }) => !this.items.has(event.event_id)).length;
    const held = this.reading && this.items.size > 0;
    $("fresh").hidden = !held || !fresh;
    setText($("fresh"), `${fresh} new`);
    if (held) return;
    const quiet = this.items.size === 0 || fresh > MARKED_NEWS; // history that arrives at once is not new
    const kept = new Map();
    for (const item of wanted) kept.set(item.event.event_id, this.items.get(item.event.event_id) ?? this.item(item, quiet));
    const nodes = [...kept.values()];
    if (nodes.length !== this.list.children.length || nodes.some((node, i) => node !== this.list.children[i])) this.list.replaceChildren(...nodes);
    this.items = kept;
    this.touch();
  }

  touch() {
    for (const button of this.list.querySelectorAll("button[data-player]")) {
      const count = this.night.touches(button.dataset.player);
      setText(button, `touches ${plural(count, "entry", "entries")}`);
    }
    const now = performance.now();
    for (const node of this.list.querySelectorAll("li.new")) if (now - Number(node.dataset.at) > 8000) node.classList.remove("new");
  }

  item({ type, event }, quiet) {
    const time = new Date(event.timestamp);
    const head = el("div", { class: "head" }, el("time", { datetime: event.timestamp }, easternShort(time)));
    if (type.startsWith("game_")) return el("li", { class: "lock" }, this.gameLine(type, event, head));
    const player = event.player_id ? this.night.player(event.player_id) : null;
    const said = word(event);
    if (player) head.append(el("span", { class: "who" }, player.name));
    if (said) head.append(el("span", { class: "word", "data-kind": said.kind }, said.text));
    else head.append(el("span", { class: "word", "data-kind": "plain" }, type.replaceAll("_", " ")));
    const text = event.data.headline || event.data.title || event.data.text || "";
    return el("li", { class: quiet ? "" : "new", "data-at": performance.now() }, head, el("div", {}, text), this.foot(event, time));
  }

  gameLine(type, event, head) {
    const line = { game_start: "has begun: its players are locked", game_final: "is over", game_postponed: "is postponed: its players can be swapped", game_delay: "is delayed" }[type];
    head.append(`${event.game_id} ${line}`);
    return head;
  }

  foot(event, time) {
    const impact = event.impact_rating ?? 0;
    const team = event.player_id ? this.night.player(event.player_id).team : "";
    const foot = el("div", { class: "foot" }, ...(team ? [el("span", {}, team)] : []), el("span", {}, event.source),
      el("span", { title: "between publication and receipt" }, `received ${delay(time, new Date(event.received_at))}`));
    if (impact) foot.append(el("span", { class: "impact", "data-sign": impact < 0 ? "-" : "+", title: "impact, −10 to +10" }, `${impact < 0 ? "▼" : "▲"} ${signed(impact)}`));
    const confidence = event.confidence ?? 1;
    foot.append(el("span", {}, confidence < 0.5 || event.data.standing === "unconfirmed" ? `unconfirmed, ${Math.round(confidence * 100)} %` : `confidence ${Math.round(confidence * 100)} %`));
    if (event.player_id) foot.append(el("button", { type: "button", "data-player": event.player_id, onclick: () => this.onPlayer(event.player_id) }));
    return foot;
  }
}

export function detail(night, entryId) {
  const entry = night.entries.get(entryId);
  setText($("detail-id"), entry ? `${entry.entry_id} · ${night.contests.get(entry.contest_id)?.name || entry.contest_id}` : "");
  if (!entry) { $("detail").replaceChildren(el("p", { class: "muted" }, "Choose an entry: j and k move.")); return; }
  const swap = night.swapFor(entryId);
  const open = swap && (swap.state === "proposed" || swap.state === "approved") ? swap : null;
  const before = open ? open.before : entry.lineup;
  const after = open ? open.after : null;
  $("detail").replaceChildren(sums(night, entry, open), lineups(night, entry.slots, before, after), ...(swap ? [why(night, swap)] : []));
}

function sums(night, entry, open) {
  const line = el("p", { class: "sums" });
  const part = (label, value) => line.append(el("span", {}, el("b", {}, value), ` ${label}`));
  part(open ? "before" : "points", points(open ? open.points_before : night.total(entry.lineup)));
  if (open) { part("after", points(open.points_after)); part("gain", signed(open.gain_points)); }
  if (open?.money) worth(part, open.money);
  return line;
}

// What the simulation of the contest says: money, its interval, and the chance to be paid.
function worth(part, money) {
  const [low, high] = [signedDollars(money.low), signedDollars(money.high)];
  part(`expected payout, before ${dollars(money.before)}`, dollars(money.after));
  part(`(95 %: ${low} to ${high})`, signedDollars(money.gain));
  part(`paid, before ${percent(money.cash_before)}`, percent(money.cash_after));
}

function lineups(night, slots, before, after) {
  const head = ["Slot", "Before", ...(after ? ["After"] : []), "Pts"];
  const rows = slots.map((slot, i) => {
    const changed = after && after[i] !== before[i];
    const shown = after ? after[i] : before[i];
    const now = night.player(shown);
    const value = points((now.points ?? 0) + now.projection);
    return el("tr", {}, el("th", { scope: "row" }, slot), name(night, before[i], changed ? (after.includes(before[i]) ? "shifts" : "leaves") : ""),
      ...(after ? [changed ? name(night, after[i], before.includes(after[i]) ? "shifts" : "comes") : el("td", { class: "muted" }, "same")] : []),
      el("td", { class: "number" }, value));
  });
  return el("table", {}, el("thead", {}, el("tr", {}, ...head.map((text) => el("th", { scope: "col", class: text === "Pts" ? "number" : "" }, text)))), el("tbody", {}, ...rows));
}

function name(night, id, kind) {
  if (!id) return el("td", { class: "name muted" }, "empty");
  const player = night.player(id);
  const cell = el("td", { class: "name" }, el("span", { class: kind }, player.name), " ", el("small", { class: "lockmark" }, player.team));
  if (night.locked(id)) cell.append(el("small", { title: "locked" }, " ■", el("span", { class: "visually-hidden" }, " locked")));
  if (night.out(id)) cell.append(el("small", {}, " ✕ OUT"));
  return cell;
}

function why(night, swap) {
  const list = el("ul", { class: "why" });
  for (const move of swap.moves) {
    list.append(el("li", {}, move.reason));
    for (const id of move.events ?? []) {
      const event = night.events.get(id);
      if (event) list.append(el("li", { class: "muted" }, `${easternShort(new Date(event.timestamp))} ET, ${event.source}: ${event.data.headline || event.type}, confidence ${Math.round((event.confidence ?? 1) * 100)} %`));
    }
  }
  if (swap.state !== "proposed") list.append(el("li", {}, `${swap.state}: ${swap.reason}`));
  return list;
}

export function ownership(night) {
  const size = night.entries.size || 1;
  const shares = [...night.ownership].sort(([, a], [, b]) => b - a).slice(0, SHOWN_OWNED);
  const observed = [...night.ownership.keys()].filter((id) => night.observed.has(id)).length;
  setText($("own-basis"), night.ownership.size ? `${observed} observed, ${night.ownership.size - observed} projected` : "none known yet");
  const body = $("owned");
  shares.forEach(([id, share], i) => {
    const mine = night.touches(id) / size;
    const row = body.children[i] ?? body.appendChild(el("tr", {}, el("td"), el("td", { class: "number bar-cell" }, el("span"), el("i")), el("td", { class: "number" }), el("td", { class: "number" }), el("td", { class: "small" })));
    const [who, field, own, over, basis] = row.children;
    setText(who, `${night.name(id)}${night.out(id) ? " ✕" : ""}`);
    setText(field.firstElementChild, hundredths(share));
    field.lastElementChild.style.width = `${Math.min(100, share * 100)}%`;
    setText(own, hundredths(mine));
    setText(over, signed((mine - share) * 100));
    setText(basis, night.observed.has(id) ? "obs." : "proj.");
    basis.title = night.observed.has(id) ? "observed" : "projected, not observed";
  });
  while (body.children.length > shares.length) body.lastElementChild.remove();
}

const SOURCE_ORDER = ["disconnected", "degraded", "connecting", "connected", "finished", "off"];

function sourceFacts(now) {
  if (now.state === "off") return now.note || "switched off";
  const refused = Object.values(now.refused ?? {}).reduce((sum, count) => sum + count, 0);
  const facts = [now.transport || "–", plural(now.delivered ?? 0, "event", "events")];
  if (refused) facts.push(`${refused} refused`);
  if (now.shed) facts.push(`${now.shed} left out`);
  if (now.unresolved) facts.push(`${now.unresolved} to review`);
  facts.push(`heard ${easternShort(new Date(now.last_heartbeat ?? now.heard))} ET`);
  if (now.mode !== "live") facts.push(now.mode);
  return facts.join(" · ") + (now.note ? `: ${now.note}` : "");
}

export function sources(night) {
  const shape = { connected: "●", finished: "✓", degraded: "▲", connecting: "○", disconnected: "■", off: "–" };
  const listed = [...night.sources].sort(([a, one], [b, other]) =>
    SOURCE_ORDER.indexOf(one.state) - SOURCE_ORDER.indexOf(other.state) || a.localeCompare(b));
  $("sources").replaceChildren(...listed.map(([id, now]) => el("li", { class: now.state === "off" ? "muted" : "" },
    el("span", { "aria-hidden": "true" }, shape[now.state] ?? "○"), el("span", {}, id),
    el("span", { class: "muted" }, now.state === "connected" && now.degraded ? "degraded" : now.state),
    el("span", { class: "note" }, sourceFacts(now)))));
  if (!night.sources.size) $("sources").append(el("li", { class: "muted" }, "No source has reported."));
}
