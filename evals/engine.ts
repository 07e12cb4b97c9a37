import { join } from 'node:path';
import { diagnose } from '../flows/incidents/diagnose.ts';
import type { Diagnosis } from '../flows/incidents/finding.ts';
import { refText } from '../flows/incidents/finding.ts';
import { loadMessages } from '../src/chat/messages.ts';
import { toolEvidence } from '../src/composition/evidence/tools.ts';
import type { House } from './house.ts';
import type { Scenario } from './scenario.ts';

const words = loadMessages(join(import.meta.dirname, '..', 'templates', 'messages'));

/** What the rules make of a scenario's world, without any model. */
export function askEngine({ gateway, cluster }: House, { look }: Scenario): Promise<Diagnosis> {
  const source = toolEvidence({ gateway, clusterId: cluster.id, name: cluster.name, actor: 'system' });
  const scope = {
    ...(look.namespace !== undefined && { namespace: look.namespace }),
    ...(look.name !== undefined && { focus: { name: look.name } }),
    alerts: [],
  };
  return diagnose({ source, scope, words, elapsed: () => performance.now() });
}

/** What is wrong with a diagnosis; empty when it is right. A symptom that is named but not explained accuses nobody. */
export function judgeDiagnosis({ findings }: Pick<Diagnosis, 'findings'>, { expect }: Scenario): string[] {
  const said = findings
    .filter(({ confidence }) => confidence !== 'symptom')
    .map(({ cause, object }) => ({ cause, object: refText(object) }));
  const isNamed = (one: (typeof said)[number]) =>
    expect.causes.some(({ cause, object }) => cause === one.cause && new RegExp(`^${object}$`).test(one.object));
  const missing = expect.causes
    .filter(
      ({ cause, object }) => !said.some((one) => one.cause === cause && new RegExp(`^${object}$`).test(one.object)),
    )
    .map(({ cause, object }) => `does not find ${cause} of ${object}`);
  const wrong = said
    .filter((one) => expect.absent.includes(one.cause) || (expect.absent.includes('*') && !isNamed(one)))
    .map(({ cause, object }) => `finds ${cause} of ${object}, which is not so`);
  const overdone = findings
    .filter(({ cause, confidence }) => confidence === 'proven' && expect.unproven.includes(cause))
    .map(({ cause }) => `calls ${cause} proven, which it is not`);
  return [...missing, ...wrong, ...overdone];
}
