import type { Message } from '../../chat/messages.ts';
import type { Outbox } from '../../chat/outbox.ts';
import { withSafeValues } from '../../chat/plain.ts';
import type { HealthCluster, HealthPorts, Proposer } from '../../health/ports.ts';
import type { Proposal, Report } from '../../health/types.ts';
import type { IncidentRoom } from '../incidents.ts';
import { type ChangeParts, createChanges } from './changes.ts';

/** From a button of a report to what it stands for: a diagnosis, or a plan that waits for its approval. */

export interface ProposalParts extends ChangeParts {
  outbox: Pick<Outbox, 'put'>;
  clusters: () => Promise<HealthCluster[]>;
  room: Pick<IncidentRoom, 'incidents'>;
}

interface Wanted {
  report: Report;
  itemId: string;
  cluster: HealthCluster;
  who: Proposer;
}

/** The looks take seconds: a click is answered at once, and what came of it is told where it was clicked. */
export function createHealthProposals(parts: ProposalParts): HealthPorts['propose'] {
  const { outbox, clusters, room } = parts;
  const { translate, onError, clock } = parts.ground;
  const prepare = createChanges(parts);

  async function diagnose({ cluster, itemId, who }: Wanted, { object }: Extract<Proposal, { kind: 'diagnose' }>) {
    const { namespace, kind, name } = object;
    const focus = kind === 'Namespace' ? undefined : { kind, name };
    const place = kind === 'Namespace' ? name : namespace;
    const look = { cluster, ...(place !== undefined && { namespace: place }), focus, alerts: [] };
    const { conversation, language, user } = who;
    const { found } = await room.incidents.examine({ look, conversation, language, by: user });
    return found.length === 0
      ? { key: 'health.said.nothing', params: { id: itemId } }
      : { key: 'health.said.found', params: { id: itemId, incidents: found.map(({ id }) => id).join(', ') } };
  }

  async function carryOut(wanted: Omit<Wanted, 'cluster'>, proposal: Proposal): Promise<Message> {
    const { report, itemId } = wanted;
    const cluster = (await clusters()).find(({ id }) => id === report.cluster.id);
    if (!cluster) return { key: 'health.refused.gone', params: { id: itemId } };
    if (proposal.kind === 'diagnose') return diagnose({ ...wanted, cluster }, proposal);
    return prepare({ ...wanted, cluster }, proposal);
  }

  async function tell(message: Message, { conversation, language }: Proposer, key: string): Promise<void> {
    await outbox.put(key, conversation, { text: translate[language](withSafeValues(message)), language });
  }

  return (report, itemId, who) => {
    const found = proposalOf(report, itemId);
    if (!found) return { refused: { key: 'health.refused.no-remedy', params: { id: itemId } } };
    const key = `health-${report.id}-${clock()}`;
    carryOut({ report, itemId, who }, found)
      .catch((error: unknown) => {
        onError(error, `plan of ${report.id} ${itemId}`);
        const why = error instanceof Error ? error.message : String(error);
        return { key: 'health.refused.plan-failed', params: { id: itemId, why } };
      })
      .then((message) => tell(message, who, key))
      .catch((error: unknown) => onError(error, key));
    return { begun: true };
  };
}

function proposalOf({ findings, advice }: Report, itemId: string): Proposal | undefined {
  return findings.find(({ id }) => id === itemId)?.remedy ?? advice.find(({ id }) => id === itemId)?.proposal;
}
