import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../../flows/incidents/diagnose.ts';
import { loadMessages } from '../../../../src/chat/messages.ts';
import { evidenceOf, type World } from '../evidence.ts';
import {
  ago,
  container,
  containerStatus,
  deployment,
  event,
  NOW,
  node,
  pod,
  type Raw,
  replicaSet,
  terminated,
  waiting,
} from '../objects.ts';

/** Where a roll-back is offered, in which place, and to which revision. */

const words = loadMessages('templates/messages');

async function offered(world: World): Promise<{ cause: string | undefined; remedies: Raw[] }> {
  const source = evidenceOf(world);
  const { findings } = await diagnose({ source, scope: { namespace: 'prod', alerts: [] }, words, elapsed: () => 0 });
  const [first] = findings;
  return { cause: first?.cause, remedies: (first?.remedies ?? []).map(({ plan }) => plan as Raw) };
}

const image = (tag: string) => `registry.example.com/shop/app:${tag}`;
const missing = image('1.5.O');
const present = container({ image: missing });

interface Revision {
  number: number;
  tag: string;
  ready?: number;
  bornMinutesAgo?: number;
}

const revision = ({ number, tag, ready = 0, bornMinutesAgo = 24 * 60 }: Revision) =>
  replicaSet(`prod/app-r${number}`, {
    deployment: 'app',
    revision: number,
    replicas: ready,
    ready,
    template: { spec: { containers: [container({ image: image(tag) })] } },
    metadata: { creationTimestamp: ago(bornMinutesAgo) },
  });

/** A Deployment at revision 9, whose image is not there. */
const broken = (...older: Raw[]): World => ({
  objects: [
    node('node-a'),
    deployment('prod/app', { containers: [present], ready: 0 }),
    revision({ number: 9, tag: '1.5.O', bornMinutesAgo: 5 }),
    ...older,
    pod('prod/app-1', {
      owner: { kind: 'ReplicaSet', name: 'app-r9' },
      containers: [present],
      phase: 'Pending',
      statuses: [containerStatus({ state: waiting('ImagePullBackOff', `Back-off pulling image "${missing}"`) })],
    }),
    event('Pod prod/app-1', 'Failed', `Failed to pull image "${missing}": rpc error: code = NotFound desc = not found`),
  ],
});

describe('a roll-back', () => {
  test('goes to the revision whose pods still serve, past others that failed as well', async () => {
    const { cause, remedies } = await offered(
      broken(
        revision({ number: 8, tag: '1.5.o', bornMinutesAgo: 8 }),
        revision({ number: 7, tag: '1.4.2', ready: 2, bornMinutesAgo: 3000 }),
      ),
    );
    expect(cause).toBe('ImageNotFound');
    expect(remedies[0]).toMatchObject({ id: 'roll-back', toRevision: 7 });
  });

  test('goes to the one that had served for long where none serves any more', async () => {
    const { remedies } = await offered(
      broken(
        revision({ number: 8, tag: '1.5.o', bornMinutesAgo: 8 }),
        revision({ number: 7, tag: '1.4.2', bornMinutesAgo: 3000 }),
      ),
    );
    expect(remedies[0]).toMatchObject({ id: 'roll-back', toRevision: 7 });
  });

  test('is not offered where the revision before has the same fault', async () => {
    const { remedies } = await offered(broken(revision({ number: 8, tag: '1.5.O', ready: 1 })));
    expect(remedies.map(({ id }) => id)).not.toContain('roll-back');
  });
});

const limited = (tag: string) => container({ image: image(tag), resources: { limits: { memory: '256Mi' } } });

/** Killed for its memory again and again, each time after `lasted` minutes. */
const outOfMemory = (tag: string, before: string, lasted = 4): World => ({
  objects: [
    node('node-a'),
    deployment('prod/app', { containers: [limited(tag)], ready: 0 }),
    ...[
      { number: 9, of: tag, ready: 0, born: 30 },
      { number: 8, of: before, ready: 1, born: 3000 },
    ].map(({ number, of, ready, born }) =>
      replicaSet(`prod/app-r${number}`, {
        deployment: 'app',
        revision: number,
        replicas: 1,
        ready,
        template: { spec: { containers: [limited(of)] } },
        metadata: { creationTimestamp: ago(born) },
      }),
    ),
    pod('prod/app-1', {
      owner: { kind: 'ReplicaSet', name: 'app-r9' },
      containers: [limited(tag)],
      statuses: [
        containerStatus({
          state: waiting('CrashLoopBackOff'),
          lastState: terminated(137, { reason: 'OOMKilled', lasted }),
          restartCount: 5,
        }),
      ],
    }),
  ],
});

describe('memory', () => {
  test('is raised first, the way back to a smaller program comes after, a larger node later', async () => {
    const { remedies } = await offered(outOfMemory('1.5.0', '1.4.2'));
    expect(remedies.map(({ id, when }) => [id, when])).toEqual([
      ['raise-memory-limit', undefined],
      ['roll-back', undefined],
      ['scale-node-pool', 'later'],
      [undefined, undefined],
    ]);
    expect(remedies[0]).toMatchObject({ from: '256Mi', to: '512Mi' });
  });

  test.each([
    { lasted: 0.1, soak: 2 },
    { lasted: 4, soak: 10 },
    { lasted: 60, soak: 30 },
  ])('is watched for $soak minutes after a run of $lasted', async ({ lasted, soak }) => {
    const { remedies } = await offered(outOfMemory('1.5.0', '1.5.0', lasted));
    expect(remedies[0]).toMatchObject({ id: 'raise-memory-limit', soakMinutes: soak });
    expect(remedies.map(({ id }) => id)).not.toContain('roll-back');
  });
});

test('a program that leaks is taken back before anything that only gains time', async () => {
  const climb = Array.from({ length: 150 }, (_, at): [number, number] => [
    NOW / 1000 - (150 - at) * 60,
    (60 + ((at % 50) / 49) * 190) * 2 ** 20,
  ]);
  const world = outOfMemory('1.5.1', '1.4.2', 50);
  const metrics = () => [{ metric: { pod: 'app-1', container: 'app' }, points: climb }];
  const { cause, remedies } = await offered({ ...world, metrics });
  expect(cause).toBe('OOMLeak');
  expect(remedies.map(({ id }) => id)).toEqual(['roll-back', 'restart', 'raise-memory-limit', undefined]);
  // It climbs by 3.9 Mi a minute: 512 Mi are full after about two hours.
  expect(remedies[2]?.soakMinutes).toBeGreaterThan(130);
});

const probed = (tag: string, port: number) =>
  container({
    image: image(tag),
    ports: [{ containerPort: 8080 }],
    readinessProbe: { httpGet: { path: '/readyz', port } },
    livenessProbe: { httpGet: { path: '/healthz', port: 8080 } },
  });

/** Not ready: `now` is what runs, `before` what was replaced and still serves. */
const unready = (now: Raw, before: Raw, message: string): World => ({
  objects: [
    node('node-a'),
    deployment('prod/app', { containers: [now], ready: 0 }),
    ...[
      { number: 9, of: now, ready: 0, born: 30 },
      { number: 8, of: before, ready: 1, born: 3000 },
    ].map(({ number, of, ready, born }) =>
      replicaSet(`prod/app-r${number}`, {
        deployment: 'app',
        revision: number,
        replicas: 1,
        ready,
        template: { spec: { containers: [of] } },
        metadata: { creationTimestamp: ago(born) },
      }),
    ),
    pod('prod/app-1', {
      owner: { kind: 'ReplicaSet', name: 'app-r9' },
      containers: [now],
      ready: false,
      statuses: [containerStatus({ ready: false, restartCount: 0 })],
    }),
    event('Pod prod/app-1', 'Unhealthy', message, { count: 40 }),
  ],
});

describe('a probe', () => {
  const refused =
    'Readiness probe failed: Get "http://10.0.0.7:9090/readyz": dial tcp 10.0.0.7:9090: connect: connection refused';

  test('that was changed is corrected first, and going back comes after', async () => {
    const { remedies } = await offered(unready(probed('1.4.2', 9090), probed('1.4.2', 8080), refused));
    expect(remedies.map(({ id }) => id)).toEqual(['fix-probe', 'roll-back', undefined]);
  });

  test('that fits the program before and not the new one is a reason to go back first', async () => {
    const gone = 'Readiness probe failed: HTTP probe failed with statuscode: 404';
    const { cause, remedies } = await offered(unready(probed('2.0.0', 8080), probed('1.4.2', 8080), gone));
    expect(cause).toBe('ReadinessProbeWrongPath');
    expect(remedies[0]).toMatchObject({ id: 'roll-back', toRevision: 8 });
  });
});
