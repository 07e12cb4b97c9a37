import { z } from 'zod';
import { defineFlow, type FlowContext, read, say } from '../../../src/flow/kit.ts';
import { chooseTarget, type Target, targetText } from '../../../src/flow/target.ts';
import { saying, seenAt, sends } from './parts.ts';

/** How far a roll-out has come. */

const status = z.object({
  state: z.string(),
  ready: z.number(),
  desired: z.number(),
  updated: z.number().optional(),
  paused: z.boolean().optional(),
  oldPods: z.number(),
  stableSeconds: z.number(),
  reason: z.string().optional(),
  restarts: z.number().optional(),
  serverTime: z.string(),
});

export const rolloutStatus = defineFlow({
  id: 'rollout-status',
  version: 1,
  input: z.object({}),
  *run(_input, context) {
    const kinds = ['Deployment', 'StatefulSet', 'DaemonSet'];
    const target = yield* chooseTarget(context, { kinds, level: 'object' });
    if (!target) return;
    const { clusterId, namespace = '', kind = '', name = '' } = target;
    const found = status.parse(yield* read('k8s_workload_status', { clusterId, namespace, kind, name }));
    const { t } = context;
    const items = [
      { label: t('look.column.ready'), value: `${found.ready}/${found.desired}` },
      ...(found.updated === undefined
        ? []
        : [{ label: t('look.column.current'), value: `${found.updated}/${found.desired}` }]),
      { label: t('look.rollout.old'), value: `${found.oldPods}` },
      {
        label: t('look.rollout.stable'),
        value: t('look.rollout.seconds', { seconds: Math.round(found.stableSeconds) }),
      },
      ...(found.reason === undefined ? [] : [{ label: t('look.column.reason'), value: found.reason }]),
    ];
    const known = found.paused ? 'paused' : found.state;
    const key = t.has(`look.rollout.${known}`) ? `look.rollout.${known}` : 'look.rollout.other';
    yield* say(key, { what: targetText(target), state: found.state }, [
      { type: 'fields', items },
      ...seenAt(context, found.serverTime),
      ...sends(...next(context, target, known)),
    ]);
  },
});

const NEXT: Readonly<Record<string, string[]>> = {
  healthy: ['describe', 'history'],
  paused: ['resume', 'describe', 'history'],
  progressing: ['diagnose', 'events', 'rollback', 'pause'],
};

function next(context: FlowContext, target: Target, state: string): string[] {
  const keys = NEXT[state] ?? ['diagnose', 'events', 'rollback'];
  return keys.map((key) => saying(context, key, target));
}
