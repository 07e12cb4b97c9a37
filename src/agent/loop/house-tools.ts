import { z } from 'zod';
import { answerForm } from '../answer.ts';
import { bare } from '../testimony.ts';
import type { Evidence } from '../types.ts';
import { slimmed } from './offer.ts';
import { LONGEST_SHOWN, type Records } from './records.ts';
import type { OfferedTool } from './turn.ts';

/** The tools of the loop itself: reading on in evidence, and coming to an end. */

const id = z.string().describe('An evidence id such as E12');
const searchForm = z.object({
  id,
  text: z.string().min(1).describe('Words as they stand there; case does not matter'),
});
const pageForm = z.object({ id, line: z.coerce.number().int().min(1).describe('The first line to read, from 1') });

const offered = (name: string, description: string, form: z.ZodType): OfferedTool => {
  const schema = z.record(z.string(), z.json()).parse(z.toJSONSchema(form, { io: 'input' }));
  return { name, description, parameters: { ...slimmed(schema), type: 'object' } };
};

export const FINISH = 'finish';

/** The one tool that is left when it is time. */
export const finishTool = offered(
  FINISH,
  'Gives the answer and ends the investigation. Call it alone, once you know enough, or when told to conclude.',
  answerForm,
);

export const evidenceTools: OfferedTool[] = [
  offered('evidence_search', 'Finds lines in the whole of an answer of which you saw a part.', searchForm),
  offered('evidence_page', 'Reads on in the whole of an answer of which you saw a part.', pageForm),
];

const MOST_LINES = 60;

/** A part of evidence, as new evidence; a sentence where there is none. */
export async function readEvidence(tool: string, args: unknown, records: Records): Promise<Evidence | string> {
  const isSearch = tool === 'evidence_search';
  const parsed = (isSearch ? searchForm : pageForm).safeParse(args);
  if (!parsed.success) return `The arguments do not fit: ${z.prettifyError(parsed.error)}`;
  const evidence = records.find(parsed.data.id);
  if (!evidence) return `There is no evidence ${parsed.data.id}.`;
  const lines = (await records.whole(evidence)).split('\n');
  const part = 'text' in parsed.data ? found(lines, parsed.data.text) : paged(lines, parsed.data.line);
  return records.add({ source: `${evidence.id} (${evidence.source}), ${part.what}`, text: part.text });
}

interface Part {
  what: string;
  text: string;
}

function found(lines: string[], words: string): Part {
  const wanted = words.toLowerCase();
  const hits = lines.flatMap((line, at) => (bare(line).toLowerCase().includes(wanted) ? [`${at + 1}: ${line}`] : []));
  const what = `lines with "${words.slice(0, 80)}"`;
  if (hits.length === 0) return { what, text: `None of its ${lines.length} lines.` };
  const more = hits.length > MOST_LINES ? `\n… and ${hits.length - MOST_LINES} more lines` : '';
  return { what, text: `${hits.length} of its ${lines.length} lines:\n${fitting(hits.slice(0, MOST_LINES))}${more}` };
}

function paged(lines: string[], from: number): Part {
  if (from > lines.length) return { what: `from line ${from}`, text: `It has ${lines.length} lines only.` };
  const numbered = lines.slice(from - 1, from + 400).map((line, at) => `${from + at}: ${line}`);
  return { what: `from line ${from} of ${lines.length}`, text: fitting(numbered) };
}

/** The first lines that can be shown together; one that is too long is cut. */
function fitting(lines: string[]): string {
  let left = LONGEST_SHOWN - 100;
  const end = lines.findIndex((line) => {
    left -= line.length + 1;
    return left < 0;
  });
  return (end < 0 ? lines : lines.slice(0, Math.max(1, end)))
    .map((line) => line.slice(0, LONGEST_SHOWN - 100))
    .join('\n');
}
