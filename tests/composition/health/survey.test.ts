import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { assemble } from '../../../flows/health-report/assemble.ts';
import { createJoiner } from '../../../servers/ack/kube/survey/pages.ts';
import { type Survey, surveySchema } from '../../../servers/ack/kube/survey/survey.ts';
import { loadMessages } from '../../../src/chat/messages.ts';
import { factsApart } from '../../../src/composition/health/gather.ts';
import { type Outline, outlineOf, type SurveySink } from '../../../src/composition/health/outline.ts';
import { readSurvey, surveyOfSnapshot } from '../../../src/composition/health/survey.ts';
import { type FactsApart, type HealthThread, openHealthThread } from '../../../src/composition/health/thread.ts';
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

/** Takes a survey in without a thread. */
function takesHere(): SurveySink & { survey: () => Survey } {
  let joiner = createJoiner();
  return {
    begin: () => {
      joiner = createJoiner();
    },
    add: (page) => joiner.add(page),
    end: async () => outlineOf(joiner.survey()),
    survey: () => joiner.survey(),
  };
}

function inThread(): HealthThread {
  const thread = openHealthThread();
  cleanups.push(() => thread.close());
  return thread;
}

const factsOf = ({ serverTime }: Outline): FactsApart => ({
  ...factsApart(
    {
      cluster: { id: 'test', name: 'test', environment: 'prod' },
      now: serverTime,
      window: { from: 0, to: serverTime },
    },
    { metrics: {}, curves: [], cloud: {}, unknown: [] },
  ),
  surveyed: true,
});
const alone = { usage: undefined, insights: [], history: [], marks: [], firing: [], snoozes: [] };

// The first of these loads the SDKs.
describe('the survey of a live cluster', { timeout: 60_000 }, () => {
  it('is joined from all of its pages', async () => {
    const { gateway, calls } = await gatewayOver();
    const sink = takesHere();
    const found = await readSurvey(gateway, asked, sink);
    expect(found).toMatchObject({ ok: true, outline: { nodes: ['node-1'] } });
    expect(calls.length).toBeGreaterThan(1);
    const survey = sink.survey();
    expect(survey).toMatchObject({ serverVersion: 'v1.36.1', workloads: { length: 12 } });
    expect(survey.pods.state).toHaveLength(12);
    expect(surveySchema.parse(survey)).toEqual(survey);
  });

  it('is begun anew once where it was forgotten half-way', async () => {
    let forgets = 1;
    const { gateway, calls } = await gatewayOver(({ args }) =>
      args.cursor !== undefined && forgets-- > 0 ? failed('NOT_FOUND') : undefined,
    );
    const sink = takesHere();
    expect(await readSurvey(gateway, asked, sink)).toMatchObject({ ok: true });
    expect(sink.survey().workloads).toHaveLength(12);
    expect(calls.filter(({ args }) => args.cursor === undefined)).toHaveLength(2);
  });

  it('is lost where it is forgotten again and again, or refused', async () => {
    const forgetful = await gatewayOver(({ args }) => (args.cursor === undefined ? undefined : failed('NOT_FOUND')));
    expect(await readSurvey(forgetful.gateway, asked, takesHere())).toEqual({
      ok: false,
      why: 'NOT_FOUND: so it is',
      kind: 'lost',
    });
    const strict = await gatewayOver((_, kube) => {
      kube.intercept((__, response) => {
        status(response, 401, 'Unauthorized', 'who are you');
        return true;
      });
      return undefined;
    });
    expect(await readSurvey(strict.gateway, asked, takesHere())).toMatchObject({
      ok: false,
      kind: 'lost',
      why: /Unauthorized/,
    });
    expect(strict.calls).toHaveLength(1);
  });

  it('is absent where no cluster is set up', async () => {
    const { gateway } = await gatewayOver(() => failed('NOT_CONFIGURED'));
    expect(await readSurvey(gateway, asked, takesHere())).toMatchObject({ ok: false, kind: 'absent' });
  });
});

describe('the thread that keeps a survey', { timeout: 60_000 }, () => {
  it('makes a report of the pages it was given, and of those of the second try only', async () => {
    let forgets = 1;
    const { gateway } = await gatewayOver(({ args }) =>
      args.cursor !== undefined && forgets-- > 0 ? failed('NOT_FOUND') : undefined,
    );
    const thread = inThread();
    const here = takesHere();
    const both: SurveySink = {
      begin() {
        thread.begin();
        here.begin();
      },
      add(page) {
        thread.add(page);
        here.add(page);
      },
      end: () => thread.end(),
    };
    const found = await readSurvey(gateway, asked, both);
    if (!found.ok) throw new Error(found.why);
    const { surveyed: _, ...apart } = factsOf(found.outline);
    const materials = { id: 'H-1', at: found.outline.serverTime, ...alone };
    const words = loadMessages(join(import.meta.dirname, '../../../templates/messages'));
    const made = assemble({ ...materials, facts: { ...apart, survey: here.survey() } }, words);
    expect(await thread.run('report', factsOf(found.outline), materials)).toEqual(made);
    expect(made.findings.length).toBeGreaterThan(0);
  });

  it('says of pages that are no survey that they are none, and takes the next ones', async () => {
    const strange = await gatewayOver(() => ({ ok: true, data: { page: { nodes: 'none' } } }));
    const thread = inThread();
    expect(await readSurvey(strange.gateway, asked, thread)).toMatchObject({
      ok: false,
      kind: 'lost',
      why: /OUTPUT_INVALID/,
    });
    const half = await gatewayOver(() => ({ ok: true, data: { page: { nodes: [] } } }));
    expect(await readSurvey(half.gateway, asked, thread)).toMatchObject({ ok: false, why: /OUTPUT_INVALID/ });
    const { gateway } = await gatewayOver();
    expect(await readSurvey(gateway, asked, thread)).toMatchObject({ ok: true });
  });

  it('says why a job failed, stops waiting when it is told to, and answers nobody after its end', async () => {
    const thread = inThread();
    const facts = factsOf({ serverTime: 0, readings: [], nodes: [] });
    const broken = { ...facts, curves: 'none' as unknown as [] };
    await expect(thread.run('report', broken, { id: 'H-1', at: 0, ...alone })).rejects.toThrow('put together');
    const stopped = AbortSignal.abort(new Error('enough'));
    await expect(thread.run('costs', facts, {}, stopped)).rejects.toThrow('enough');
    await thread.close();
    await expect(thread.run('costs', facts, {})).rejects.toThrow('has ended');
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
