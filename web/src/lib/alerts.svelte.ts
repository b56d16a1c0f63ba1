// What its user was told, how much of it is unread, and what he wants to be told.

import { call, getJson, postJson, putJson } from "./api";
import { plural } from "./format";
import type { Mode } from "./types";

export const CHANNELS = ["email", "webhook", "chat"] as const;
export type Channel = (typeof CHANNELS)[number];

export interface Told {
  alert_id: string;
  title: string;
  received_at: string;
  read_at: string | null;
  mode: Mode;
  channels: Channel[];
  deliveries: Partial<Record<Channel, { state: "delivered" | "failed" | "refused"; attempt: number; reason?: string }>>;
  data: { kind?: string; told_at?: string; lines?: string[] };
}

export interface Rule {
  event_types: string[];
  my_players: boolean;
  impact_threshold: number;
  priority: "low" | "normal" | "critical";
  channels: Channel[];
}

export interface Preferences {
  email?: string;
  webhook?: string;
  webhook_secret?: string;
  chat?: string;
  quiet_hours?: { start: string; end: string; time_zone?: string }[];
  late_swap_channels?: Channel[];
}

const PATH = "/api/v1/alerts";
const SETTLE_MS = 300;

export class Alerts {
  told = $state.raw<Told[]>([]);
  unread = $state(0);
  private looking = 0;

  constructor(private readonly token: string) {}

  /** Ask again, once for all that comes together. */
  look(): void {
    if (!this.token || this.looking) return;
    this.looking = window.setTimeout(() => {
      this.looking = 0;
      // An alert that cannot be listed now is listed with the next.
      void this.load().catch(() => undefined);
    }, SETTLE_MS);
  }

  private async load(): Promise<void> {
    const { alerts, unread } = await getJson<{ alerts: Told[]; unread: number }>(this.token, `${PATH}/history?limit=50`);
    this.told = alerts;
    this.unread = unread;
  }

  async read(): Promise<void> {
    await postJson(this.token, `${PATH}/history/read`, {});
    await this.load();
  }

  async rules(): Promise<(Rule & { rule_id: string })[]> {
    return (await getJson<{ rules: (Rule & { rule_id: string })[] }>(this.token, `${PATH}/rules`)).rules;
  }

  async add(rule: Rule): Promise<void> {
    await postJson(this.token, `${PATH}/rules`, rule);
  }

  async tried(rule: Rule): Promise<string> {
    const { told, examples, complete } = await postJson<{ told: number; examples: string[]; complete: boolean }>(this.token, `${PATH}/rules/try`, rule);
    const some = examples.length ? `: ${examples.slice(0, 3).join("; ")}` : "";
    return `Would have told you ${complete ? "" : "at least "}${plural(told, "thing", "things")} of what is stored${some}`;
  }

  async remove(id: string): Promise<void> {
    await call(this.token, `${PATH}/rules/${encodeURIComponent(id)}`, { method: "DELETE" });
  }

  async preferences(): Promise<Preferences> {
    return (await getJson<{ preferences: Preferences }>(this.token, `${PATH}/preferences`)).preferences;
  }

  async prefer(preferences: Preferences): Promise<void> {
    await putJson(this.token, `${PATH}/preferences`, preferences);
  }

  async test(channels: Channel[]): Promise<void> {
    await postJson(this.token, `${PATH}/test`, { channels });
  }
}
