import { type ObjectRef, refKey, type Verdict } from '../finding.ts';
import { objectLine, refOf } from '../lines.ts';
import type { Scene } from '../scene.ts';
import { hasLabels } from '../selectors.ts';
import type { Refused } from './admission-refusals.ts';

/** Webhooks that deny, or that nobody answers for. */

type Denial = Refused & { refusal: Extract<Refused['refusal'], { webhook: string }> };

interface Configured {
  ref: ObjectRef;
  failurePolicy: string | undefined;
  service: { namespace: string; name: string } | undefined;
}

export async function webhookVerdicts(scene: Scene, refused: readonly Refused[]): Promise<Verdict[]> {
  const denials = refused.filter((one): one is Denial => 'webhook' in one.refusal);
  const groups = Map.groupBy(denials, ({ refusal }) => `${refusal.kind} ${refusal.webhook}`);
  const verdicts: Verdict[] = [];
  for (const group of groups.values()) verdicts.push(...(await verdictsFor(scene, group)));
  return verdicts;
}

async function verdictsFor(scene: Scene, group: readonly Denial[]): Promise<Verdict[]> {
  const [first] = group;
  if (!first) return [];
  const configured = await configurationOf(scene, first.refusal.webhook);
  // Without its configuration the one thing that is known to edit is the owner.
  if (configured) return [await verdictOf(scene, group, configured)];
  const owners = Map.groupBy(group, ({ owner }) => refKey(owner));
  return Promise.all([...owners.values()].map((own) => verdictOf(scene, own, undefined)));
}

async function verdictOf(scene: Scene, group: readonly Denial[], configured: Configured | undefined): Promise<Verdict> {
  const [first] = group;
  if (!first) throw new Error('a verdict needs a refusal');
  const { refusal } = first;
  const owners = [...new Map(group.map(({ owner }) => [refKey(owner), owner])).values()];
  const service = configured?.service ?? (refusal.kind === 'webhook-unavailable' ? refusal.service : undefined);
  const behind = refusal.kind === 'webhook-unavailable' && service ? await serverOf(scene, service) : undefined;
  return {
    cause: refusal.kind === 'webhook-denied' ? 'WebhookDenied' : 'WebhookUnavailable',
    confidence: 'proven',
    object: configured?.ref ?? first.owner,
    since: first.since,
    params: {
      webhook: refusal.webhook,
      owner: owners
        .map(({ kind, name }) => `${kind} ${name}`)
        .slice(0, 3)
        .join(', '),
      detail: refusal.detail,
    },
    evidence: [
      ...group.slice(0, 3).map(({ line }) => line),
      ...(configured
        ? [
            objectLine(
              configured.ref,
              `webhook ${refusal.webhook}: failurePolicy=${configured.failurePolicy ?? 'Fail'}`,
            ),
          ]
        : []),
      ...(behind?.evidence ?? []),
    ],
    explains: owners,
    symptoms: owners.slice(0, 20).map((owner) => ({ ...owner, text: 'pods or other objects are refused' })),
    dependsOn: behind?.refs ?? [],
  };
}

async function configurationOf(scene: Scene, name: string): Promise<Configured | undefined> {
  for (const kind of ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'] as const) {
    const { items } = await scene.list(kind);
    for (const one of items) {
      const webhook = one.webhooks.find((each) => each.name === name);
      if (webhook)
        return {
          ref: refOf(kind, one),
          failurePolicy: webhook.failurePolicy,
          service: webhook.clientConfig.service,
        };
    }
  }
  return undefined;
}

/** What answers for the webhook: where that is broken or gone, it is the cause. */
async function serverOf(
  scene: Scene,
  { namespace, name }: { namespace: string; name: string },
): Promise<{ refs: ObjectRef[]; evidence: Verdict['evidence'] }> {
  const ref = { kind: 'Service', namespace, name };
  const service = await scene.find('Service', namespace, name);
  if (service === 'unknown') return { refs: [ref], evidence: [] };
  if (!service)
    return {
      refs: [ref],
      evidence: [{ source: `k8s_list Service ${namespace}`, text: `there is no Service ${name}` }],
    };
  const servers = scene.workloads.filter(
    ({ ref: own, templateLabels }) => own.namespace === namespace && hasLabels(templateLabels, service.spec.selector),
  );
  return { refs: [ref, ...servers.map((one) => one.ref)], evidence: [] };
}
