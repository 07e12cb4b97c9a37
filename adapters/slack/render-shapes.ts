import type { KnownBlock, PlainTextElement } from '@slack/types';
import type { Translate } from '../../src/chat/messages.ts';
import { visibleText } from '../../src/chat/plain.ts';
import type { AnyChart, Language } from '../../src/chat/types.ts';

/** What the parts of the renderer share: shapes, limits, and the state of one message while it is drawn. */

/** A native chart: https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block (not yet in @slack/types). */
export interface ChartBlock {
  type: 'data_visualization';
  title: string;
  chart: {
    type: 'line' | 'bar';
    series: { name: string; data: { label: string; value: number }[] }[];
    axis_config: { categories: string[]; x_label?: string; y_label?: string };
  };
}

export type SlackBlock = KnownBlock | ChartBlock;

/** A text that was too long for the message, whole. */
export interface RenderedFile {
  name: string;
  mime: string;
  content: string;
}

/** A chart that the blocks do not draw. */
export interface Picture {
  title: string;
  chart: AnyChart;
}

export interface RenderOptions {
  translate: Record<Language, Translate>;
  /**
   * `none` draws nothing but blocks that Slack has had for years: for a workspace that refused a younger kind (charts, plans,
   * tables).
   */
  charts: 'native' | 'none';
  /** IANA zone of the times below a curve; UTC without one. */
  timeZone?: string;
}

/** Documented at https://docs.slack.dev/reference/block-kit/blocks, but where a line says otherwise. */
export const LIMITS = {
  blocks: 50,
  viewBlocks: 100,
  header: 150,
  button: 75,
  option: 75,
  optionValue: 150,
  options: 100,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
  context: 2000,
  field: 2000,
  fields: 10,
  modalTitle: 24,
  placeholder: 150,
  initial: 3000,
  label: 2000,
  actions: 25,
  actionId: 255,
  tableRows: 100,
  tableColumns: 20,
  /** `text` of a message: 4,000 are advised, and some edits were refused from 3,000 on (issue reports). */
  text: 3000,
  /**
   * All blocks of a message as JSON. Undocumented: refusals were reported at 13,297 characters of markdown (slackapi/bolt-js#2509), and
   * at 11,341 of rich text, where the JSON around it counts as well (slackapi/bolt-js#2867).
   */
  json: 12_000,
} as const;

/** One drawn block. `control`: people act with it; `typed`: words that stand for a control. Neither is ever left out. */
export interface Piece {
  block: SlackBlock;
  kind: 'content' | 'control' | 'typed';
}

/** One message while it is drawn. */
export interface Drawing {
  t: Translate;
  /** `settled`: only kinds of blocks that every surface takes. */
  kinds: 'all' | 'settled';
  timeZone: string;
  card: { id: string; rev: number; closed: boolean };
  /** Absent where nothing can be sent along: Home and modals. */
  files?: RenderedFile[];
  pictures: Picture[];
  /** How many of each are drawn; controls in groups. */
  tables: number;
  charts: number;
  controls: number;
  /** Characters of JSON that controls may still take, and how many of these are kept for the ones that open something. */
  room: number;
  kept: number;
}

export const jsonSize = (value: unknown): number => JSON.stringify(value).length;

/** At most `most` characters, an ellipsis for the rest; no half of a pair of surrogates. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** Plain text of anybody: Slack reads no markup in it, and `emoji: false` leaves `:words:` alone. */
export function plain(text: string, most: number): PlainTextElement {
  return { type: 'plain_text', text: cut(oneText(text), most), emoji: false };
}

/** What can be seen of a text; Slack refuses empty ones. */
export function oneText(text: string): string {
  return visibleText(text).trim() || '–';
}

/** Keeps a long text as a file of the message and returns the file's name; undefined where there are no files. */
export function keepFile(
  { files, card }: Drawing,
  { what, ext, content }: { what: string; ext: string; content: string },
): string | undefined {
  if (!files) return undefined;
  const base = `${card.id || 'message'}-${what}`.replace(/[^\w.-]+/g, '-');
  const taken = files.filter((file) => file.name.startsWith(`${base}.`) || file.name.startsWith(`${base}-`)).length;
  const name = `${base}${taken > 0 ? `-${taken + 1}` : ''}.${ext}`;
  files.push({ name, mime: MIME[ext] ?? 'text/plain', content });
  return name;
}

const MIME: Record<string, string> = { md: 'text/markdown', csv: 'text/csv' };
