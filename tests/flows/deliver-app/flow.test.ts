import { describe, expect, test } from 'vitest';
import type { Command, PlanDraft } from '../../../src/flow/kit.ts';
import type { JsonObject } from '../../../src/tools/types.ts';
import { play } from './world.ts';

const SENTENCE = 'deploy registry.example.com/shop/web:1.4.2 as web to namespace shop with 3 replicas on port 8080';
const plans = (commands: Command[]): PlanDraft[] =>
  commands.flatMap((each) => (each.verb === 'propose' ? [each.plan] : []));
const planOf = (commands: Command[]): PlanDraft => {
  const [plan] = plans(commands);
  if (!plan) throw new Error(`No plan: ${JSON.stringify(commands).slice(0, 1000)}`);
  return plan;
};
const said = (commands: Command[]) => commands.flatMap((each) => (each.verb === 'say' ? [each.message.key] : []));
const asked = (commands: Command[]) => commands.flatMap((each) => (each.verb === 'ask' ? [each.ask] : []));
const done = { kind: 'succeeded', taskId: 'T-1', results: {} };
const failed = {
  kind: 'undone',
  taskId: 'T-1',
  results: {},
  failure: { stepId: 's', code: 'FAILED', message: 'web-1: CrashLoopBackOff' },
};

/** The objects that a release makes, as they are then in the cluster. */
const madeBy = (plan: PlanDraft): JsonObject[] =>
  plan.steps.map(({ args }) => {
    const object = args.object as JsonObject & { metadata: JsonObject };
    return { ...object, metadata: { ...object.metadata, uid: 'u1', generation: 1 } };
  });
const released = async () => madeBy(planOf(await play('deliver-app', SENTENCE, { objects: [] })));

/** A Deployment of others. */
const checkout: JsonObject = {
  kind: 'Deployment',
  metadata: { name: 'checkout', namespace: 'shop', uid: 'u9', generation: 4 },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: 'checkout' } },
    strategy: { rollingUpdate: { maxUnavailable: 1 } },
    template: {
      metadata: { labels: { app: 'checkout' } },
      spec: { containers: [{ name: 'app', image: 'shop/checkout:2.8.0' }] },
    },
  },
};

describe('a release from a sentence', () => {
  test('is a plan of its objects in an order that works, watched, checked, and with a way back', async () => {
    const plan = planOf(await play('deliver-app', SENTENCE, { objects: [] }));
    expect(plan).toMatchObject({
      action: 'app.deploy',
      cluster: 'main',
      environment: 'staging',
      undoMode: 'automatic',
    });
    expect(plan.steps.map(({ id, tool, args }) => [id, tool, args.expectAbsent])).toEqual([
      ['1-serviceaccount-web', 'k8s_apply', true],
      ['2-service-web', 'k8s_apply', true],
      ['3-deployment-web', 'k8s_apply', true],
      ['4-poddisruptionbudget-web', 'k8s_apply', true],
    ]);
    expect(plan.steps[2]?.until).toMatchObject({
      tool: 'k8s_workload_status',
      done: [{ path: 'state', in: ['healthy'] }],
    });
    expect(plan.verify.map(({ id }) => id)).toEqual(['endpoints-service-web', 'steady-deployment-web']);
    expect(plan.undo.map(({ of, tool, args }) => [of, tool, args.expectedUid])).toEqual([
      ['4-poddisruptionbudget-web', 'k8s_delete', { $from: '4-poddisruptionbudget-web.uid' }],
      ['3-deployment-web', 'k8s_delete', { $from: '3-deployment-web.uid' }],
      ['2-service-web', 'k8s_delete', { $from: '2-service-web.uid' }],
      ['1-serviceaccount-web', 'k8s_delete', { $from: '1-serviceaccount-web.uid' }],
    ]);
  });

  test('with a domain lets people in last, and asks the way they come', async () => {
    const plan = planOf(
      await play('deliver-app', `${SENTENCE}, domain a.example.com, health /readyz`, { objects: [] }),
    );
    expect(plan.steps.at(-1)?.id).toBe('5-ingress-web');
    expect(plan.verify.at(-1)).toMatchObject({ tool: 'http_check', args: { ingress: 'web', path: '/readyz' } });
  });

  test('of a stateful service makes its claims as steps of its own, but those that are there', async () => {
    const claim = { kind: 'PersistentVolumeClaim', metadata: { name: 'data-db-0', namespace: 'shop' } };
    const text = 'deploy shop/db:9 as db to shop with 2 replicas, port 5432, 40Gi storage';
    const plan = planOf(await play('deliver-app', text, { objects: [claim] }));
    expect(plan.steps.map(({ id }) => id)).toEqual([
      '1-serviceaccount-db',
      '2-persistentvolumeclaim-data-db-1',
      '3-service-db',
      '4-statefulset-db',
      '5-poddisruptionbudget-db',
    ]);
  });

  test('says what became of it', async () => {
    expect(said(await play('deliver-app', SENTENCE, { objects: [] }, done))).toEqual(['deliver.done']);
    const commands = await play('deliver-app', SENTENCE, { objects: [] }, failed);
    expect(said(commands)).toEqual(['deliver.ended-undone']);
    expect(JSON.stringify(commands.at(-1))).toContain('CrashLoopBackOff');
  });

  test('asks for what it does not know', async () => {
    const [first] = await play('deliver-app', 'deploy an app', { objects: [] });
    expect(first).toMatchObject({ verb: 'clarify', template: 'deliver-app', known: { blueprint: 'web-service' } });
  });

  test('that is stopped says why, and proposes nothing', async () => {
    const commands = await play('deliver-app', `${SENTENCE} secrets none`, { objects: [] });
    expect([said(commands), plans(commands)]).toEqual([['deliver.blocked'], []]);
    expect(JSON.stringify(commands)).toContain('There is no Secret none in shop');
  });

  test('never takes a password into a ConfigMap', async () => {
    const commands = await play('deliver-app', `${SENTENCE} DB_PASSWORD=hunter2`, { objects: [] });
    expect([said(commands), plans(commands)]).toEqual([['deliver.blocked'], []]);
    expect(JSON.stringify(commands)).not.toContain('hunter2');
  });

  test('of an image that begins as root asks whether it may', async () => {
    const text = 'deploy nginx:1.27 as web to shop, port 80';
    const commands = await play('deliver-app', text, { objects: [] }, { choice: 'root' });
    expect(said(commands)).toEqual(['deliver.blocked']);
    expect(JSON.stringify(planOf(commands))).toContain('"runAsNonRoot":false');
    expect(plans(await play('deliver-app', text, { objects: [] }, { choice: 'cancel' }))).toEqual([]);
  });

  test('into a namespace that is not there makes that first, by a plan of its own', async () => {
    const text = 'deploy shop/web:1 as web to blue, port 8080';
    const commands = await play('deliver-app', text, { objects: [] }, { choice: 'make' }, 'made');
    expect(asked(commands)[0]?.choices.map(({ id }) => id)).toEqual(['make', 'use-shop', 'cancel']);
    expect(plans(commands).map(({ steps }) => steps.map(({ args }) => (args.object as JsonObject).kind))).toEqual([
      ['Namespace'],
      ['ServiceAccount', 'Service', 'Deployment', 'PodDisruptionBudget'],
    ]);
    const other = await play('deliver-app', text, { objects: [] }, { choice: 'use-shop' });
    expect(JSON.stringify(planOf(other).steps[0]?.args)).toContain('"namespace":"shop"');
  });

  test('is not asked for its namespace again when another question comes after it', async () => {
    const text = 'deploy nginx:1.27 as web to blue, port 80';
    const root = { choice: 'root' };
    const instead = await play('deliver-app', text, { objects: [] }, { choice: 'use-shop' }, root);
    expect(asked(instead).map(({ key }) => key)).toEqual(['namespace', 'root']);
    expect(JSON.stringify(planOf(instead).steps[0]?.args)).toContain('"namespace":"shop"');
    const made = await play('deliver-app', text, { objects: [] }, { choice: 'make' }, 'made', root);
    expect(asked(made).map(({ key }) => key)).toEqual(['namespace', 'root']);
    expect(plans(made).map(({ steps }) => steps.length)).toEqual([1, 4]);
  });

  test('keeps what runs already in the namespace that is chosen instead', async () => {
    const objects = await released();
    const text = 'deploy registry.example.com/shop/web:1.5.0 as web to blue';
    const plan = planOf(await play('deliver-app', text, { objects }, { choice: 'use-shop' }));
    expect(plan.steps.map(({ id, args }) => [id, (args.object as { spec: JsonObject }).spec.replicas])).toEqual([
      ['1-deployment-web', 3],
    ]);
  });

  test('is changed by what somebody asks for on the plan', async () => {
    const commands = await play(
      'deliver-app',
      SENTENCE,
      { objects: [] },
      { kind: 'change-requested', reason: '5 replicas please' },
    );
    expect(plans(commands).map(({ steps }) => JSON.stringify(steps[2]?.args).match(/"replicas":(\d)/)?.[1])).toEqual([
      '3',
      '5',
    ]);
  });
});

describe('a release of a name that is there', () => {
  test('exactly as it runs changes nothing', async () => {
    expect(said(await play('deliver-app', SENTENCE, { objects: await released() }))).toEqual(['deliver.nothing']);
  });

  test('keeps what nobody speaks of', async () => {
    const commands = await play('deliver-app', 'deploy registry.example.com/shop/web:1.5.0 as web to shop', {
      objects: await released(),
    });
    const plan = planOf(commands);
    expect(plan.steps.map(({ id }) => id)).toEqual(['1-deployment-web']);
    expect(plan.steps[0]?.args).toMatchObject({
      expectedUid: 'u1',
      expectedGeneration: 1,
      object: { spec: { replicas: 3 } },
    });
    expect(JSON.stringify(plan.steps[0]?.args)).toContain('"containerPort":8080');
    expect(plan.undo).toMatchObject([{ tool: 'k8s_restore' }]);
  });

  test('and was made by others sets its image, and nothing else', async () => {
    const commands = await play(
      'deliver-app',
      'deploy shop/checkout:2.9 as checkout to shop with 9 replicas, port 80',
      { objects: [checkout] },
    );
    expect(said(commands)).toEqual(['deliver.not-ours']);
    expect(planOf(commands).steps).toMatchObject([
      {
        tool: 'k8s_patch',
        args: {
          kind: 'Deployment',
          name: 'checkout',
          patch: { spec: { template: { spec: { containers: [{ name: 'app', image: 'shop/checkout:2.9' }] } } } },
        },
      },
    ]);
  });
});

describe('another image', () => {
  test.each([
    ['set checkout to v2.8.1', 'shop/checkout:2.8.1'],
    ['checkout 升级到 2.9.0', 'shop/checkout:2.9.0'],
    ['set checkout to registry.example.com/x/checkout:V3', 'registry.example.com/x/checkout:V3'],
    ['把 checkout 的镜像标签换成 nightly', undefined],
  ])('"%s"', async (text, image) => {
    const commands = await play('update-image', text, { objects: [checkout] }, { text: 'nightly' });
    expect(JSON.stringify(planOf(commands).steps[0]?.args)).toContain(image ?? 'shop/checkout:nightly');
    expect(planOf(commands).target).toMatchObject({ name: 'checkout', percent: 34 });
  });

  test('for a release of ours goes through its blueprint, so that the next one keeps it', async () => {
    const commands = await play('update-image', 'set web to 1.5.0', { objects: await released() });
    expect(planOf(commands).steps).toMatchObject([{ tool: 'k8s_apply' }]);
    expect(JSON.stringify(planOf(commands).steps)).toContain('\\"image\\":\\"registry.example.com/shop/web:1.5.0\\"');
  });

  test('that is the one it has changes nothing', async () => {
    expect(said(await play('update-image', 'set checkout to 2.8.0', { objects: [checkout] }))).toEqual([
      'deliver.nothing',
    ]);
  });
});

const set = (revision: number, tag: string, madeAt: string, annotations: Record<string, string> = {}): JsonObject => ({
  kind: 'ReplicaSet',
  metadata: {
    name: `checkout-${revision}`,
    namespace: 'shop',
    creationTimestamp: madeAt,
    ownerReferences: [{ uid: 'u9' }],
    annotations: { 'deployment.kubernetes.io/revision': `${revision}` },
  },
  spec: { template: { metadata: { annotations }, spec: { containers: [{ image: `shop/checkout:${tag}` }] } } },
});
const history = [
  set(1, '2.7.0', '2026-11-20T08:00:00Z'),
  set(2, '2.7.1', '2026-11-25T08:00:00Z', {
    'release.k8s-copilot/by': 'web:console:bo',
    'release.k8s-copilot/why': 'a fix',
  }),
  set(3, '2.8.0', '2026-11-26T00:30:00Z'),
  {
    ...set(9, '9.9.9', '2026-11-26T00:30:00Z'),
    metadata: { name: 'other', namespace: 'shop', ownerReferences: [{ uid: 'x' }] },
  },
];

describe('the history', () => {
  test('shows each revision with its image, when it was made, by whom and why', async () => {
    const [card] = await play('release-history', 'releases of checkout', { objects: [checkout, ...history] });
    expect(card).toMatchObject({
      blocks: [
        {
          rows: [
            ['3 (runs now)', 'shop/checkout:2.8.0', '2026-11-26 00:30', 'unknown'],
            ['2', 'shop/checkout:2.7.1', '2026-11-25 08:00', 'web:console:bo: a fix'],
            ['1', 'shop/checkout:2.7.0', '2026-11-20 08:00', 'unknown'],
          ],
        },
        { type: 'buttons', items: [{ label: 'roll back checkout to revision 2' }] },
      ],
    });
  });

  test.each([
    ["roll back checkout to yesterday's", 2],
    ['回滚 checkout', 2],
    ['roll back checkout to revision 1', 1],
    ['roll checkout back to 2.7.0', 1],
  ])('is where "%s" finds revision %i', async (text, toRevision) => {
    const plan = planOf(await play('roll-back', text, { objects: [checkout, ...history] }));
    expect(plan).toMatchObject({
      action: 'app.rollback',
      steps: [{ tool: 'k8s_rollout', args: { action: 'undo', name: 'checkout', toRevision, expectedUid: 'u9' } }],
      verify: [{ id: 'steady' }],
      undo: [{ of: 'back' }],
    });
  });

  test('without an earlier revision offers nothing', async () => {
    expect(said(await play('roll-back', 'roll back checkout', { objects: [checkout] }))).toEqual([
      'deliver.no-history',
    ]);
  });
});

const reads = {
  k8s_workload_status: () => ({
    state: 'healthy',
    desired: 1,
    ready: 1,
    restartsSince: 0,
    oomKilledSince: 0,
    stableSeconds: 40,
  }),
  metrics_query: ({ promql }: JsonObject) => ({
    series: String(promql).includes('memory') ? [{ points: [[1.5, '104857600.4']] }] : [],
  }),
};

describe('a canary', () => {
  test('is the same workload once more, behind the same Service, with as many copies as come nearest', async () => {
    const commands = await play('canary', 'canary checkout 2.9.0 25%', { objects: [checkout], reads });
    expect(said(commands)).toEqual(['deliver.canary-share']);
    const [step] = planOf(commands).steps;
    expect(step?.args.object).toMatchObject({
      metadata: { name: 'checkout-canary' },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: 'checkout', 'release.k8s-copilot/track': 'canary' } },
        template: {
          metadata: { labels: { app: 'checkout' } },
          spec: { containers: [{ image: 'shop/checkout:2.9.0' }] },
        },
      },
    });
  });

  test('is shown beside the other, and what nobody measures is unknown', async () => {
    const commands = await play('canary', 'canary checkout 2.9.0 25%', { objects: [checkout], reads }, 'made');
    const [question] = asked(commands);
    expect(question?.choices.map(({ id }) => id)).toEqual(['promote', 'abort', 'again']);
    expect(question?.blocks?.[0]).toMatchObject({
      head: ['', 'checkout', 'checkout-canary'],
      rows: expect.arrayContaining([
        ['Image', 'shop/checkout:2.8.0', 'shop/checkout:2.9.0'],
        ['Requests with an error (5xx)', 'unknown', 'unknown'],
        ['Memory of a pod', '100Mi', '100Mi'],
      ]),
    });
  });

  test('that is promoted gives its image to all, and goes when they are well', async () => {
    const commands = await play('canary', 'canary checkout 2.9.0', { objects: [checkout], reads }, 'made', {
      choice: 'promote',
    });
    const plan = plans(commands)[1];
    expect(plan?.steps.map(({ id, tool }) => [id, tool])).toEqual([
      ['image', 'k8s_patch'],
      ['remove', 'k8s_delete'],
    ]);
    expect(plan?.steps[0]?.until).toBeDefined();
    expect(JSON.stringify(plan?.steps[0]?.args)).toContain('shop/checkout:2.9.0');
  });

  test('is aborted by words, too', async () => {
    const beside = { ...checkout, metadata: { name: 'checkout-canary', namespace: 'shop', uid: 'u8', generation: 1 } };
    const plan = planOf(await play('canary', 'abort the canary of checkout', { objects: [checkout, beside], reads }));
    expect(plan).toMatchObject({
      steps: [{ tool: 'k8s_delete', args: { name: 'checkout-canary', expectedUid: 'u8' } }],
      verify: [{ id: 'gone' }],
    });
    expect(said(await play('canary', 'promote the canary of checkout', { objects: [checkout], reads }))).toEqual([
      'deliver.no-canary',
    ]);
  });
});

describe('a manifest', () => {
  const manifest =
    'apiVersion: v1\nkind: Service\nmetadata:\n  name: extra\nspec:\n  selector: { app: checkout }\n  ports: [{ port: 80 }]';

  test('is applied as it is, into the namespace of the sentence', async () => {
    const plan = planOf(
      await play('deliver-app', `deploy this to shop\n\`\`\`yaml\n${manifest}\n\`\`\``, { objects: [checkout] }),
    );
    expect(plan.steps).toMatchObject([
      { tool: 'k8s_apply', args: { object: { kind: 'Service', metadata: { namespace: 'shop' } } } },
    ]);
  });

  test('without a namespace asks for one', async () => {
    const commands = await play('deliver-app', `\`\`\`\n${manifest}\n\`\`\``, { objects: [] }, { choice: 'use-shop' });
    expect(asked(commands)[0]?.key).toBe('manifest-namespace');
    expect(plans(commands)).toHaveLength(1);
  });

  test('with the braces of a chart is no manifest: the chart is to be named, or rendered first', async () => {
    const template = manifest.replace('extra', '{{ .Values.name }}');
    const commands = await play('deliver-app', `deploy\n\`\`\`yaml\n${template}\n\`\`\``, { objects: [] });
    expect([said(commands), JSON.stringify(commands).includes('helm template')]).toEqual([['deliver.not-taken'], true]);
  });
});
