import type { EvidenceSource } from '../../../flows/incidents/evidence.ts';
import type { Redactor } from '../../tools/redaction.ts';

/** What is looked at of a log is mostly its end. */
const TAIL = 1_000_000;

/** The same evidence with logs redacted whole, before a line of a longer secret is taken out of them. Tools' answers are so already. */
export function withSafeLogs(source: EvidenceSource, redactor: Redactor): EvidenceSource {
  return {
    ...source,
    async logs(query) {
      const answer = await source.logs(query);
      if ('unknown' in answer) return answer;
      const from = Math.max(0, answer.text.length - TAIL);
      const { text } = await redactor.object({ text: answer.text.slice(from) });
      return { text: answer.text.slice(0, from) + String(text) };
    },
  };
}
