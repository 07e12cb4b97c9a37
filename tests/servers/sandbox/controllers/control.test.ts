import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { findAddress } from '../../../../servers/sandbox/address.ts';
import { type Sandbox, startSandbox } from '../../../../servers/sandbox/sandbox.ts';

const listSchema = z.object({
  demo: z.string().nullable(),
  scenarios: z.array(
    z.looseObject({
      id: z.string(),
      title: z.object({ en: z.string(), zh: z.string() }),
      on: z.array(z.looseObject({ cluster: z.string() })),
    }),
  ),
});

describe('breaking the demo over HTTP', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'control-'));
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({ dataDir, speed: 1 });
  });
  afterAll(async () => {
    await sandbox.close();
    rmSync(dataDir, { recursive: true });
  });
  const post = async (path: string, body: object) => {
    const response = await fetch(`${sandbox.url}/_sandbox/${path}`, { method: 'POST', body: JSON.stringify(body) });
    return { status: response.status, body: z.record(z.string(), z.json()).parse(await response.json()) };
  };
  const list = async () => listSchema.parse(await (await fetch(`${sandbox.url}/_sandbox/scenarios`)).json());
  const clusters = async () =>
    z.object({ clusters: z.array(z.json()) }).parse(await (await fetch(`${sandbox.url}/_sandbox/state`)).json())
      .clusters;

  test('a fresh world has no cluster; the first break makes the demo, the next ones use it', async () => {
    expect(await clusters()).toEqual([]);
    expect((await list()).demo).toBeNull();
    const first = await post('break', { scenario: 'oom' });
    expect(first).toMatchObject({
      status: 200,
      body: { scenario: 'oom', cause: 'OOMKilled', on: true, changed: true },
    });
    expect(await post('break', { scenario: 'image', cluster: 'demo' })).toMatchObject({
      status: 200,
      body: { cluster: first.body.cluster },
    });
    expect(await clusters()).toHaveLength(1);
    const on = (await list()).scenarios.filter((scenario) => scenario.on.length > 0).map(({ id }) => id);
    expect(on).toEqual(['oom', 'image']);
  });

  test('mending says what is off, and that it was off already', async () => {
    expect(await post('mend', { scenario: 'oom' })).toMatchObject({ body: { on: false, changed: true } });
    expect(await post('mend', { scenario: 'oom' })).toMatchObject({ body: { on: false, changed: false } });
  });

  test('what is unknown is refused with what there is', async () => {
    expect(await post('break', { scenario: 'nonsense' })).toMatchObject({
      status: 404,
      body: { code: 'unknown-scenario', message: expect.stringContaining('oom, leak') },
    });
    expect(await post('break', { scenario: 'oom', cluster: 'other' })).toMatchObject({
      status: 404,
      body: { code: 'unknown-cluster' },
    });
    expect(await post('break', {})).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
  });

  test('a running sandbox leaves its address, and one that is gone is not found', async () => {
    expect(findAddress(dataDir)).toEqual({ url: sandbox.url, pid: process.pid });
    const dead = mkdtempSync(join(tmpdir(), 'dead-'));
    writeFileSync(join(dead, 'address'), JSON.stringify({ url: 'http://127.0.0.1:1', pid: 2 ** 30 }));
    expect(findAddress(dead)).toBeUndefined();
    const other = await startSandbox({ dataDir: dead });
    expect(findAddress(dead)?.url).toBe(other.url);
    await other.close();
    expect(findAddress(dead)).toBeUndefined();
    rmSync(dead, { recursive: true });
  });
});
