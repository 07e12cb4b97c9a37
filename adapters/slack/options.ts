import type { Translate } from '../../src/chat/messages.ts';
import type { AnyChart, Language } from '../../src/chat/types.ts';
import type { SlackLog } from './log.ts';
import type { RenderOptions } from './render.ts';

/** What the Slack adapter is told. Tokens: see docs/slack.md. */
export interface SlackOptions {
  /** `xoxb-…`. */
  botToken: string;
  /** `xapp-…`: events come by socket mode. Without it they come by HTTP, which needs the signing secret. */
  appToken?: string | undefined;
  signingSecret?: string | undefined;
  httpHost: string;
  /** Port 0 takes a free one. */
  httpPort?: number | undefined;
  /** Slack's own unless set; ends with `/api/`. */
  apiUrl?: string | undefined;
  translate: Record<Language, Translate>;
  /** What the adapter itself says where nobody has spoken yet. */
  language: Language;
  /** IANA zone of the times below curves; UTC without one. */
  timeZone?: string | undefined;
  clock: () => number;
  /** Draws a chart as PNG, for workspaces without native charts. */
  picture?: (chart: AnyChart, title: string, language: Language) => Promise<Uint8Array>;
  /** Told of what went wrong and was survived. */
  onError: (error: unknown, where: string) => void;
  log: SlackLog;
}

/** How views are drawn: with blocks that every surface takes. */
export function drawingOf({ translate, timeZone }: Pick<SlackOptions, 'translate' | 'timeZone'>): RenderOptions {
  return { translate, charts: 'none', ...(timeZone && { timeZone }) };
}
