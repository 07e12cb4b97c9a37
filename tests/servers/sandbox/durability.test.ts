import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateVpcRequest } from '@alicloud/vpc20160428';
import { expect, it } from 'vitest';
import { startSandbox } from '../../../servers/sandbox/sandbox.ts';
import { clients } from './harness.ts';

it('a process killed right after it answered has forgotten nothing it accepted', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sandbox-'));
  const script = `
    import { startSandbox } from ${JSON.stringify(join(import.meta.dirname, '../../../servers/sandbox/sandbox.ts'))};
    console.log((await startSandbox({ dataDir: ${JSON.stringify(dataDir)} })).url);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
  const [url] = await once(child.stdout, 'data');
  const { vpc } = clients(String(url).trim());
  const made = [];
  for (const vpcName of ['a', 'b', 'c']) {
    const request = new CreateVpcRequest({ regionId: 'cn-hangzhou', cidrBlock: '10.0.0.0/8', vpcName });
    made.push((await vpc.createVpc(request)).body?.vpcId);
  }
  child.kill('SIGKILL');
  await once(child, 'exit');
  const sandbox = await startSandbox({ dataDir });
  const state = await (await fetch(`${sandbox.url}/_sandbox/state`)).json();
  expect(state).toMatchObject({ vpcs: made.map((id) => ({ id })), accepted: { CreateVpc: 3 } });
  await sandbox.close();
  rmSync(dataDir, { recursive: true });
});
