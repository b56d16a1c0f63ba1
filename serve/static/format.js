// How times, numbers and names are written. Times are shown as the site shows them: Eastern.

const EASTERN = "America/New_York";
const clock = new Intl.DateTimeFormat("en-US", { timeZone: EASTERN, hour: "numeric", minute: "2-digit", second: "2-digit" });
const short = new Intl.DateTimeFormat("en-US", { timeZone: EASTERN, hour: "numeric", minute: "2-digit" });
const day = new Intl.DateTimeFormat("en-US", { timeZone: EASTERN, weekday: "short", day: "numeric", month: "short", year: "numeric" });

export const eastern = (time) => `${clock.format(time)} ET`;
export const easternShort = (time) => short.format(time);
export const utc = (time) => `${time.toISOString().slice(11, 19)}Z`;
export const eveningOf = (time) => day.format(time);

export function span(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n) => String(n).padStart(2, "0");
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

export function delay(from, to) {
  const seconds = (to - from) / 1000;
  if (!(seconds >= 1)) return "at once";
  return seconds < 120 ? `+${Math.round(seconds)} s` : `+${Math.round(seconds / 60)} min`;
}

export const points = (value) => value.toFixed(1);
export const hundredths = (share) => (share * 100).toFixed(1);
export const signed = (value, digits = 1) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(digits)}`;
export const dollars = (value) => `$${value.toFixed(2)}`;
export const signedDollars = (value) => `${value < 0 ? "−" : "+"}${dollars(Math.abs(value))}`;
export const percent = (share) => `${(share * 100).toFixed(0)} %`;
export const plural = (n, one, many) => `${n.toLocaleString("en-US")} ${n === 1 ? one : many}`;

// Builds an element: el("td", { class: "number" }, "text", child)
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}
