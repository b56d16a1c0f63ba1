// News as it is read: reports that say the same of a player are one item, and so are games that begin together.

import type { Impact, NewsItem } from "./night";
import { GAMES, statusOf } from "./words";

export interface Thread extends NewsItem {
  /** Reports before it that say the same, the newest first. */
  earlier: NewsItem[];
}

/** Newest first, as the items are; a report that says otherwise begins an item of its own. */
export function threads(items: NewsItem[]): Thread[] {
  const found: Thread[] = [];
  const newest = new Map<string, { says: string; thread: Thread }>();
  for (const item of items) {
    const [about, says] = gist(item);
    const known = newest.get(about);
    if (says && known?.says === says) {
      known.thread.earlier.push(item);
      continue;
    }
    const thread = { ...item, earlier: [] };
    found.push(thread);
    if (says) newest.set(about, { says, thread });
  }
  return found;
}

/** Whom an item is about and what it says; nothing where it stands for itself. */
function gist({ type, event }: NewsItem): [string, string] {
  if (type in GAMES) return ["", `${type} ${event.timestamp.slice(0, 16)}`];
  const status = statusOf(event);
  return event.player_id && status ? [event.player_id, `${status.text} ${event.data.standing === "withdrawn"}`] : ["", ""];
}

/** What the reports did to projections, where one of them was found to do anything. */
export function impactOf({ impact, earlier }: Thread): Impact {
  return [impact, ...earlier.map((item) => item.impact)].find(({ found, value }) => found && value) ?? impact;
}
