import { bare, type HeardEvidence, heardIn } from '../testimony.ts';
import type { Evidence } from '../types.ts';
import type { EvidenceStore } from './evidence-store.ts';
import { cutMiddle } from './render.ts';

/** The evidence of one investigation, and how a model sees it. */
export interface Records {
  /** The line around what others wrote. */
  readonly mark: string;
  /** With the marks of strangers' words, which the check needs. */
  all(): HeardEvidence[];
  /** Gives it the next id; what is too long is cut, and kept whole. */
  add(found: Found): Promise<Evidence>;
  find(id: string): HeardEvidence | undefined;
  /** All of it, as far as it is still kept, with the marks. */
  whole(evidence: HeardEvidence): Promise<string>;
  /** Between lines that nobody could know, after its id and source. */
  shown(evidence: Evidence): string;
}

export interface Found {
  source: string;
  /** Redacted; the words of strangers marked. */
  text: string;
  /** Where the text is a summary: what it is one of. */
  behind?: string;
  chart?: Evidence['chart'];
}

interface RecordsOptions {
  /** What is known from the beginning. */
  first: readonly HeardEvidence[];
  mark: string;
  keep: EvidenceStore;
  log: { warn(data: object, message: string): void };
}

/** As much of an answer as a model gets to see at once. */
export const LONGEST_SHOWN = 6000;

export function createRecords({ first, mark, keep, log }: RecordsOptions): Records {
  const all: HeardEvidence[] = [...first];
  let last = Math.max(0, ...first.map(({ id }) => Number(id.slice(1)) || 0));

  async function kept(text: string): Promise<Evidence['whole'] | undefined> {
    try {
      return { key: await keep.keep(text), bytes: Buffer.byteLength(bare(text)) };
    } catch (error) {
      log.warn({ reason: error instanceof Error ? error.message : String(error) }, 'Evidence could not be kept');
      return undefined;
    }
  }

  return {
    mark,
    all: () => [...all],
    async add({ source, text, behind, chart }) {
      const long = behind ?? (text.length > LONGEST_SHOWN ? text : undefined);
      const whole = long === undefined ? undefined : await kept(long);
      const id = `E${++last}`;
      const shown = heardIn(cutMiddle(text, LONGEST_SHOWN));
      const evidence = { id, source, ...shown, ...(whole && { whole }), ...(chart && { chart }) };
      all.push(evidence);
      return evidence;
    },
    find: (id) => all.find((one) => one.id === id.trim().toUpperCase()),
    whole: async ({ text, marked = text, whole }) =>
      (whole && (await keep.read(whole.key).catch(() => undefined))) ?? marked,
    shown({ id, source, text, whole }) {
      const line = `==== ${mark} ====`;
      const more = whole ? `\nThe whole has ${whole.bytes} bytes: evidence_search and evidence_page read it.` : '';
      return `${id} ${source}\n${line}\n${text.replaceAll(mark, '…')}\n${line}${more}`;
    },
  };
}
