// How times, numbers and names are written. Times are shown as the site shows them: Eastern.

const EASTERN = "America/New_York";
const clock = new Intl.DateTimeFormat("en-US", { timeZone: EASTERN, hour: "numeric", minute: "2-digit", second: "2-digit" });
const short = new Intl.DateTimeFormat("en-US", { timeZone: EASTERN, hour: "numeric", minute: "2-digit" });
const day = new Intl.DateTimeFormat("en-US", { timeZone: EASTERN, weekday: "short", day: "numeric", month: "short", year: "numeric" });

export const eastern = (time: Date): string => `${clock.format(time)} ET`;
export const easternShort = (time: Date): string => short.format(time);
export const here = (time: Date): string => time.toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
export const eveningOf = (time: Date): string => day.format(time);

export function span(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n: number): string => String(n).padStart(2, "0");
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

export function delay(from: Date, to: Date): string {
  const seconds = (to.getTime() - from.getTime()) / 1000;
  if (!(seconds >= 1)) return "at once";
  return seconds < 120 ? `${Math.round(seconds)} s later` : `${Math.round(seconds / 60)} min later`;
}

const grouped = (value: number, digits: number): string =>
  value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });

export const points = (value: number): string => grouped(value, 1);
export const signed = (value: number, digits = 1): string => `${value < 0 ? "−" : "+"}${grouped(Math.abs(value), digits)}`;
export const dollars = (value: number): string => `$${grouped(value, 2)}`;
/** Nothing gained and nothing lost has no sign. */
export const signedDollars = (value: number): string => `${Math.abs(value) < 0.005 ? "" : value < 0 ? "−" : "+"}${dollars(Math.abs(value))}`;
/** Dollars where they are known, else points. */
export const worthOf = (one: { dollars: number | null; points: number }): string => (one.dollars === null ? `${signed(one.points)} points` : signedDollars(one.dollars));
export const toneOf = (value: number | null): string => (value === null || Math.abs(value) < 0.005 ? "" : value > 0 ? "good" : "bad");
export const percent = (share: number, digits = 0): string => `${(share * 100).toFixed(digits)} %`;
export const plural = (n: number, one: string, many: string): string => `${n.toLocaleString("en-US")} ${n === 1 ? one : many}`;

/** The list with the item in it, or without it where it was in. */
export const toggled = <T>(list: T[], item: T): T[] => (list.includes(item) ? list.filter((one) => one !== item) : [...list, item]);
