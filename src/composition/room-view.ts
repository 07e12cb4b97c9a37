import { z } from 'zod';
import {
  answerRoom,
  claimForm,
  nodeForm,
  podForm,
  reachOf,
  roomQuestion,
  volumeForm,
} from '../../flows/operations/change/room.ts';
import type { UserRef } from '../chat/types.ts';
import type { Views } from '../conversations/ports.ts';
import type { JsonObject, ToolGateway, ToolResult } from '../tools/types.ts';

/** The view `copilot_room`: what nodes have left, and where pods would go, out of every node and pod of a cluster. */

const page = z.object({ items: z.array(z.unknown()), continue: z.string().optional() });
const PAGE = 500;
/** A cluster with more pods is not added up while somebody waits. */
const MOST_PAGES = 40;
const NODE_FIELDS = ['metadata.name', 'metadata.labels', 'spec.unschedulable', 'spec.taints', 'status.allocatable'];
const POD_FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.labels',
  'metadata.ownerReferences',
  'metadata.annotations.kubernetes.io/config.mirror',
  'spec.nodeName',
  'spec.nodeSelector',
  'spec.tolerations',
  'spec.containers.resources.requests',
  'spec.initContainers',
  'spec.volumes',
  'status.phase',
];

/** Volumes bind a pod to their zone only where pods have to move. */
const NOTHING = { ok: true as const, items: [] };

export function createRoomViews(gateway: Pick<ToolGateway, 'read'>): Views {
  return {
    async copilot_room(args, { user }, signal) {
      const question = roomQuestion.parse(args);
      const { clusterId } = question;
      const all = (kind: string, fields: string[]) => everything(gateway, { clusterId, kind, fields, user, signal });
      const moves = question.leaving !== undefined || question.leavingSome !== undefined;
      const [nodes, pods, claims, volumes] = await Promise.all([
        all('Node', [...NODE_FIELDS, 'status.conditions']),
        all('Pod', POD_FIELDS),
        moves ? all('PersistentVolumeClaim', ['metadata.name', 'metadata.namespace', 'spec.volumeName']) : NOTHING,
        moves ? all('PersistentVolume', ['metadata.name', 'spec.nodeAffinity']) : NOTHING,
      ]);
      if (!nodes.ok) return nodes;
      if (!pods.ok) return pods;
      if (!claims.ok) return claims;
      if (!volumes.ok) return volumes;
      const reach = reachOf(
        claims.items.map((item) => claimForm.parse(item)),
        volumes.items.map((item) => volumeForm.parse(item)),
      );
      const answer = answerRoom(
        question,
        nodes.items.map((item) => nodeForm.parse(item)),
        { pods: pods.items.map((item) => podForm.parse(item)), reach },
      );
      return { ok: true, data: z.record(z.string(), z.json()).parse(JSON.parse(JSON.stringify(answer))) };
    },
  };
}

interface Listing {
  clusterId: string;
  kind: string;
  fields: string[];
  user: UserRef;
  signal: AbortSignal | undefined;
}

type Listed = { ok: true; items: unknown[] } | Extract<ToolResult, { ok: false }>;

async function everything(
  gateway: Pick<ToolGateway, 'read'>,
  { user, signal, ...selection }: Listing,
): Promise<Listed> {
  const items: unknown[] = [];
  let token: string | undefined;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const args: JsonObject = { ...selection, limit: PAGE, ...(token !== undefined && { continue: token }) };
    const result = await gateway.read({ tool: 'k8s_list', args, actor: user, ...(signal && { signal }) });
    if (!result.ok) return result;
    const found = page.parse(result.data);
    items.push(...found.items);
    token = found.continue;
    if (token === undefined) return { ok: true, items };
  }
  const message = `More than ${items.length} objects of kind ${selection.kind}: too many to add up`;
  return { ok: false, error: { code: 'TOO_MANY', message, retryable: false, ambiguous: false } };
}
