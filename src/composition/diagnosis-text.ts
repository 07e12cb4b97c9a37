import type { Diagnosis } from '../../flows/incidents/finding.ts';
import { refText } from '../../flows/incidents/finding.ts';
import type { Translate } from '../chat/messages.ts';
import { visibleText } from '../chat/plain.ts';
import type { Language } from '../chat/types.ts';

/** A diagnosis for a terminal. */
export function diagnosisText(diagnosis: Diagnosis, t: Translate, language: Language): string {
  const { findings, unknown, cluster, now, coverage } = diagnosis;
  const head = t('incidents.text.head', { cluster, now, count: findings.length, percent: Math.round(coverage * 100) });
  const body = findings.flatMap((finding, at) => [
    '',
    `${at + 1}. [${t(`incidents.severity-${finding.severity}`)}] ${finding.cause} · ${refText(finding.object)} · ${t(`incidents.confidence-${finding.confidence}`)}`,
    `   ${finding.summary[language]}`,
    ...finding.evidence.map(({ id, source, text }) => `   ${id} ${source}\n      ${oneLine(text)}`),
    ...finding.symptoms.slice(0, 5).map((symptom) => `   ~ ${refText(symptom)}: ${oneLine(symptom.text)}`),
    ...finding.remedies.map(({ title }) => `   → ${title[language]}`),
  ]);
  const missing = unknown.map(({ what, why }) => `   ? ${what}: ${oneLine(why)}`);
  const lines = [head, ...body, ...(missing.length > 0 ? ['', t('incidents.text.unknown'), ...missing] : []), ''];
  return visibleText(lines.join('\n'));
}

/** Untrusted text on one line. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
