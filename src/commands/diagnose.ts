import { join } from 'node:path';
import { diagnose as examine } from '../../flows/incidents/diagnose.ts';
import type { Alert, EvidenceSource } from '../../flows/incidents/evidence.ts';
import type { Diagnosis } from '../../flows/incidents/finding.ts';
import { loadMessages } from '../chat/messages.ts';
import { diagnosisText } from '../composition/diagnosis-text.ts';
import { withSafeLogs } from '../composition/evidence/safe-logs.ts';
import { openSnapshot } from '../composition/evidence/snapshot.ts';
import { createRedactor, type Redactor } from '../tools/redaction.ts';

export type FailOn = 'critical' | 'warning' | 'info';

export interface DiagnoseCommand {
  snapshot?: string;
  kubeconfig?: string;
  context?: string;
  cluster?: string;
  namespace?: string;
  output: 'text' | 'json';
  language: 'en' | 'zh';
  now?: number;
  failOn?: FailOn;
}

const TEMPLATES = join(import.meta.dirname, '..', '..', 'templates');
const HARM: readonly FailOn[] = ['info', 'warning', 'critical'];

/** Finds what is wrong and why, and changes nothing. Exit code 3 where a finding is at least as severe as `failOn`. */
export async function diagnose(target: string | undefined, options: DiagnoseCommand): Promise<void> {
  const words = loadMessages(join(TEMPLATES, 'messages'));
  const redactor = createRedactor();
  const evidence = await openEvidence(options, redactor);
  try {
    const { source, alerts } = evidence;
    const scope = { namespace: options.namespace, focus: focusOf(target), alerts };
    const diagnosis = await examine({ source, scope, words, elapsed: () => performance.now() });
    await print(diagnosis, options, { words, redactor });
    const { failOn } = options;
    const bad = failOn && diagnosis.findings.some(({ severity }) => HARM.indexOf(severity) >= HARM.indexOf(failOn));
    if (bad) process.exitCode = 3;
  } finally {
    await evidence.close();
  }
}

async function openEvidence(
  options: DiagnoseCommand,
  redactor: Redactor,
): Promise<{ source: EvidenceSource; alerts: Alert[]; close(): Promise<void> }> {
  if (options.snapshot !== undefined) {
    const { source, alerts } = openSnapshot(options.snapshot, options.now);
    return { source: withSafeLogs(source, redactor), alerts, close: async () => undefined };
  }
  const { openLiveEvidence } = await import('../composition/evidence/live.ts');
  return { ...(await openLiveEvidence(options)), alerts: [] };
}

/** `deployment/app`, or only its name. */
function focusOf(target: string | undefined): { kind?: string; name: string } | undefined {
  if (target === undefined) return undefined;
  const [kind, name] = target.split('/');
  return name === undefined ? { name: target } : { kind: kind ?? '', name };
}

/** Logs and messages of a cluster may hold secrets: what is printed is redacted like all that leaves the house. */
async function print(
  diagnosis: Diagnosis,
  { output, language }: DiagnoseCommand,
  { words, redactor }: { words: ReturnType<typeof loadMessages>; redactor: Redactor },
): Promise<void> {
  if (output === 'json') {
    const safe = await redactor.object(JSON.parse(JSON.stringify(diagnosis)));
    return void process.stdout.write(`${JSON.stringify(safe, null, 2)}\n`);
  }
  process.stdout.write(redactor.text(diagnosisText(diagnosis, words[language], language)));
}
