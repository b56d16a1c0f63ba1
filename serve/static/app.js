// Wires the night to the page: first answers, then frames, shown four times a second.

import { Board, clearMarks } from "./board.js";
import { call, dropToken, keepToken, Refused, Stream, takeToken } from "./link.js";
import { Night } from "./night.js";
import * as panels from "./panels.js";

const REFRESH_MS = 250;
const AGE_MS = 1000;
const EMPTY_RETRY_MS = 3000;
const $ = (id) => document.getElementById(id);

const token = takeToken();
const night = new Night();
const news = new panels.News(night, (player) => filterBy(night.name(player)));
const board = new Board(night, decide, () => { dirty = true; });
let dirty = true;
let loading = null;

function tell(text, kind = "") {
  $("told").textContent = text;
  $("told").dataset.kind = kind;
}

async function load() {
  const get = async (path) => (await call(token, `/api/v1/${path}`)).json();
  const { slates } = await get("slates");
  const outline = slates.at(-1);
  if (!outline) return;
  const slate = encodeURIComponent(outline.slate_id);
  const [whole, { contests }, { players }] = await Promise.all([get(`slates/${slate}`), get("contests"), get(`players?slate=${slate}`)]);
  night.opened(whole);
  night.cards(players);
  const mine = contests.filter((contest) => contest.slate_id === outline.slate_id);
  for (const contest of mine) night.contests.set(contest.contest_id, contest);
  await Promise.all(mine.map(async ({ contest_id: id }) => {
    const path = encodeURIComponent(id);
    const [entries, levels] = await Promise.all([get(`contests/${path}/board?limit=5000`), get(`realtime/ownership/${path}`)]);
    night.board(entries);
    night.levels(levels);
  }));
  news.renamed();
  dirty = true;
}

// Loads once for however many reasons arrive together; a night that is only just opening is asked again.
function reload() {
  loading ??= load().catch(failed).finally(() => {
    loading = null;
    if (!night.entries.size) setTimeout(reload, EMPTY_RETRY_MS);
  });
}

function failed(error) {
  if (error instanceof Refused && error.status === 401) askForToken(error.message);
  else if (error instanceof Refused && error.status < 500) tell(`${error.message}. ${error.remedy}`, "bad");
}

function frame(message) {
  night.take(message);
  dirty = true;
  const unknownEntry = message.type === "late_swap" && !night.entries.has(message.data.data.entry_id);
  const opened = message.type === "contest_opened" && !night.contests.has(message.data.contest_id);
  if (unknownEntry || opened) reload();
}

function snapshot(message) {
  for (const one of message.data.events) night.take(one);
  for (const swap of message.data.proposals) night.swap(swap);
  night.offset = message.offset;
  tell("The connection was lost for longer than the log is kept: this is the present state, news in between is missing.");
  reload();
}

function show() {
  panels.clock(night);
  if (!dirty) return;
  dirty = false;
  night.recount();
  panels.banner(night);
  panels.games(night);
  panels.holding(night);
  board.render();
  news.render();
  panels.detail(night, board.selected);
  panels.ownership(night);
  panels.sources(night);
}

async function decide(proposalId, action) {
  const swap = night.swaps.get(proposalId);
  try {
    const answer = await call(token, `/api/v1/lateswap/recommendations/${encodeURIComponent(proposalId)}/${action}`, "POST");
    const { state } = await answer.json();
    const said = { approved: "approved: it stands in entries.csv now", rejected: "rejected", proposed: "open again" }[state] ?? state;
    tell(`Entry ${swap.entry_id}: ${said}.`);
    if (action !== "undo") board.advance();
  } catch (error) {
    tell(`Entry ${swap.entry_id}: ${error.message}. ${error.remedy ?? ""}`, "bad");
  }
  dirty = true;
}

function decideSelected(action) {
  const swap = board.selected && night.swapFor(board.selected);
  const fits = { approve: ["proposed"], reject: ["proposed"], undo: ["approved", "rejected"] }[action];
  if (swap && fits.includes(swap.state)) decide(swap.proposal_id, action);
  else tell("There is no swap to decide for this entry.");
}

async function download() {
  for (const id of night.contests.keys()) {
    try {
      const answer = await call(token, `/api/v1/contests/${encodeURIComponent(id)}/entries.csv`);
      const name = /filename="([^"]+)"/.exec(answer.headers.get("content-disposition"))?.[1] ?? "DKEntries.csv";
      const refused = answer.headers.get("x-refused-entries");
      save(await answer.blob(), name);
      tell(`${name}: ${answer.headers.get("x-changed-entries")} changed entries${refused ? `; left as they were, because their games have begun: ${refused}` : ""}. Upload it to the site.`);
    } catch (error) {
      tell(`entries.csv: ${error.message}. ${error.remedy ?? ""}`, "bad");
    }
  }
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

function filterBy(text) {
  $("filter").value = board.filter = text;
  dirty = true;
  show();
}

function toggleGroup() {
  $("group").checked = board.grouped = !board.grouped;
  dirty = true;
}

const KEYS = {
  j: () => board.step(1),
  ArrowDown: () => board.step(1),
  k: () => board.step(-1),
  ArrowUp: () => board.step(-1),
  a: () => decideSelected("approve"),
  x: () => decideSelected("reject"),
  u: () => decideSelected("undo"),
  d: () => download(),
  g: () => toggleGroup(),
  "/": () => $("filter").focus(),
  "?": () => $("keys").showModal(),
};

function pressed(event) {
  const typing = event.target.matches("input:not([type=checkbox]), select, textarea");
  if (event.key === "Escape" && typing) { filterBy(""); event.target.blur(); return; }
  const act = KEYS[event.key];
  if (!act || typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  act();
  dirty = true;
  show();
}

function nextTheme() {
  const order = ["auto", "light", "dark"];
  setTheme(order[(order.indexOf($("theme").textContent) + 1) % order.length]);
}

function setTheme(theme) {
  $("theme").textContent = theme;
  document.documentElement.dataset.theme = theme;
  localStorage.setItem("lateswap.theme", theme);
}

function askForToken(why) {
  if ($("login").open) return;
  dropToken();
  $("login-why").textContent = why;
  $("login").showModal();
}

function listen() {
  document.addEventListener("keydown", pressed);
  $("filter").addEventListener("input", (event) => filterBy(event.target.value));
  $("show").addEventListener("change", (event) => { board.show = event.target.value; dirty = true; });
  $("group").addEventListener("change", (event) => { board.grouped = event.target.checked; dirty = true; });
  $("mine").addEventListener("change", (event) => { news.onlyMine = event.target.checked; dirty = true; });
  $("download").addEventListener("click", download);
  $("help").addEventListener("click", () => $("keys").showModal());
  $("theme").addEventListener("click", nextTheme);
  $("login-form").addEventListener("submit", () => { keepToken($("login-token").value); location.reload(); });
}

setTheme(localStorage.getItem("lateswap.theme") ?? "auto");
listen();
if (token) {
  reload();
  const stream = new Stream(token, { frame, snapshot, refused: askForToken });
  setInterval(show, REFRESH_MS);
  setInterval(() => { clearMarks(); panels.link(stream); news.touch(); }, AGE_MS);
} else {
  askForToken("");
}
