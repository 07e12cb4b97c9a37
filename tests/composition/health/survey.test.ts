import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { surveySchema } from '../../../servers/ack/kube/survey/survey.ts';
import { readSurvey, surveyOfSnapshot } from '../../../src/composition/health/survey.ts';
import { createRedactor } from '../../../src/tools/redaction.ts';
import type { ToolCall, ToolError, ToolGateway, ToolResult } from '../../../src/tools/types.ts';
import { type FakeKube, status } from '../../servers/ack/fake-kube.ts';
import { connectKube } from '../../servers/ack/kube-support.ts';
import { deployment, node } from '../../servers/ack/survey-support.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const snapshots = join(import.meta.dirname, '../../fixtures/snapshots');

/** Several pages' worth. */
const things = [
  node('node-1'),
  ...Array.from({ length: 12 }, (_, n) =>
    deployment(`app-${n}`, { nodes: ['node-1'], spec: { nodeSelector: { [`pool-${n}`]: 'word '.repeat(5_000) } } }),
  ).flat(),
];

/** A gateway to a cluster with these, that hides secrets as the real one does. `before` answers a call in its place. */
async function gatewayOver(before: (call: ToolCall, kube: FakeKube) => ToolResult | undefined = () => undefined) {
  const { ack, kube, close } = await connectKube(things);
  cleanups.push(close);
  const redactor = createRedactor();
  const calls: ToolCall[] = [];
  const read = async (call: ToolCall): Promise<ToolResult> => {
    calls.push(call);
    const own = before(call, kube);
    if (own) return own;
    const { failed, data } = await ack.call(call.tool, call.args);
    return failed ? { ok: false, error: data as ToolError } : { ok: true, data: await redactor.object(data) };
  };
  const gateway: Pick<ToolGateway, 'read'> = { read };
  return { gateway: gateway as ToolGateway, kube, calls };
}

const failed = (code: string): ToolResult => ({
  ok: false,
  error: { code, message: 'so it is', retryable: false, ambiguous: false },
});
const asked = { clusterId: 'test', actor: 'system' } as const;

// The first of these loads the SDKs.
describe('the survey of a live cluster', { timeout: 60_000 }, () => {
  it('is joined from all of its pages', async () => {
    const { gateway, calls } = await gatewayOver();
    const found = await readSurvey(gateway, asked);
    expect(found).toMatchObject({ ok: true, survey: { nodes: [{ name: 'node-1' }], serverVersion: 'v1.36.1' } });
    if (!found.ok) return;
    expect(calls.length).toBeGreaterThan(1);
    expect(found.survey.workloads).toHaveLength(12);
    expect(found.survey.pods.state).toHaveLength(12);
    expect(surveySchema.parse(found.survey)).toEqual(found.survey);
  });

  it('is begun anew once where it was forgotten half-way', async () => {
    let forgets = 1;
    const { gateway, calls } = await gatewayOver(({ args }) =>
      args.cursor !== undefined && forgets-- > 0 ? failed('NOT_FOUND') : undefined,
    );
    expect(await readSurvey(gateway, asked)).toMatchObject({ ok: true, survey: { workloads: { length: 12 } } });
    expect(calls.filter(({ args }) => args.cursor === undefined)).toHaveLength(2);
  });

  it('is lost where it is forgotten again and again, or refused', async () => {
    const forgetful = await gatewayOver(({ args }) => (args.cursor === undefined ? undefined : failed('NOT_FOUND')));
    expect(await readSurvey(forgetful.gateway, asked)).toEqual({ ok: false, why: 'NOT_FOUND: so it is', kind: 'lost' });
    const strict = await gatewayOver((_, kube) => {
      kube.intercept((__, response) => {
        status(response, 401, 'Unauthorized', 'who are you');
        return true;
      });
      return undefined;
    });
    expect(await readSurvey(strict.gateway, asked)).toMatchObject({ ok: false, kind: 'lost', why: /Unauthorized/ });
    expect(strict.calls).toHaveLength(1);
  });

  it('is absent where no cluster is set up', async () => {
    const { gateway } = await gatewayOver(() => failed('NOT_CONFIGURED'));
    expect(await readSurvey(gateway, asked)).toMatchObject({ ok: false, kind: 'absent' });
  });

  it('is lost where the answer is no survey', async () => {
    const { gateway } = await gatewayOver(() => ({ ok: true, data: { page: { nodes: 'none' } } }));
    expect(await readSurvey(gateway, asked)).toMatchObject({ ok: false, kind: 'lost', why: /OUTPUT_INVALID/ });
  });
});

describe('the survey of a snapshot', () => {
  const stateOf = (directory: string, kind: string) =>
    surveyOfSnapshot(directory).readings.find((one) => one.kind === kind)?.state;

  function copyOf(name: string): string {
    const folder = mkdtempSync(join(tmpdir(), 'snapshot-'));
    cleanups.push(() => rmSync(folder, { recursive: true }));
    cpSync(join(snapshots, name), folder, { recursive: true });
    return folder;
  }

  it.each(readdirSync(snapshots).filter((name) => !name.endsWith('.md')))(
    '%s has nodes, workloads and pods',
    (name) => {
      const survey = surveyOfSnapshot(join(snapshots, name));
      expect(survey.nodes.length).toBeGreaterThan(0);
      expect(survey.workloads.length).toBeGreaterThan(3);
      expect(survey.pods.state.length).toBeGreaterThan(3);
      expect(survey.readings.filter(({ state }) => state === 'lost')).toEqual([]);
      expect(Math.abs(survey.serverTime - Date.parse('2026-11-24'))).toBeLessThan(30 * 86_400_000);
    },
  );

  it('finds the fault that it was taken of', () => {
    const troubles = (name: string) => surveyOfSnapshot(join(snapshots, name)).troubles.map(({ what }) => what);
    expect(troubles('healthy')).toEqual([]);
    expect(new Set(troubles('oom'))).toEqual(new Set(['crash-loop', 'oom', 'restarts']));
    expect(troubles('image')).toEqual(['waiting']);
    const { workloads } = surveyOfSnapshot(join(snapshots, 'quota'));
    expect(workloads.find(({ name }) => name === 'app-xyz')).toMatchObject({
      desired: 6,
      available: 2,
      failures: [{ type: 'Progressing' }, { type: 'ReplicaFailure', reason: 'FailedCreate' }],
    });
  });

  it('lacks what a dump never holds, and has lost what it always holds', () => {
    expect(stateOf(join(snapshots, 'healthy'), 'PersistentVolume')).toBe('absent');
    const folder = copyOf('healthy');
    rmSync(join(folder, 'nodes.json'));
    expect(stateOf(folder, 'Node')).toBe('lost');
    expect(stateOf(folder, 'Pod')).toBe('complete');
  });

  it('has all of an optional kind of which a list lies beside the dump', () => {
    const folder = copyOf('healthy');
    writeFileSync(
      join(folder, 'pv.json'),
      JSON.stringify({ kind: 'PersistentVolumeList', apiVersion: 'v1', items: [] }),
    );
    expect(stateOf(folder, 'PersistentVolume')).toBe('complete');
  });

  it('has lost a kind whose file cannot be read', () => {
    const folder = copyOf('healthy');
    writeFileSync(join(folder, 'persistent-volume-claims.json'), '{"kind":"PersistentVolumeClaimList","items":[');
    expect(stateOf(folder, 'PersistentVolumeClaim')).toBe('lost');
    expect(stateOf(folder, 'PersistentVolume')).toBe('absent');
  });

  it('goes by the time that is given', () => {
    const now = Date.parse('2026-12-24T00:00:00Z');
    expect(surveyOfSnapshot(join(snapshots, 'oom'), now)).toMatchObject({ serverTime: now, warnings: [] });
  });

  it('refuses a folder with nothing of a cluster', () => {
    expect(() => surveyOfSnapshot(join(snapshots, 'no-such-folder'))).toThrow(/cannot be read/);
  });
});
