import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../servers/sandbox/sandbox.ts';
import { buildNetwork, callCs, clients, seedBody } from '../servers/sandbox/harness.ts';
import { until } from './support/copilot.ts';

/** Debian's kubectl (package kubernetes-client), or another one named by KUBECTL. */
const KUBECTL = process.env.KUBECTL ?? 'kubectl';
const run = promisify(execFile);
const found = await run(KUBECTL, ['version', '--client']).then(
  ({ stdout }) => stdout.trim(),
  () => undefined,
);
if (!found) console.warn(`${KUBECTL} is missing, so nothing is tried with it: apt-get install kubernetes-client`);

/** World seconds in a real one. */
const SPEED = 40;
const folder = mkdtempSync(join(tmpdir(), 'kubectl-'));
const kubeconfig = join(folder, 'config');
let sandbox: Sandbox;
const open: ChildProcess[] = [];

/** A cluster of three nodes, made by the cloud's own API, with the clock wound on until it runs. */
async function startCluster(): Promise<void> {
  let skew = 0;
  sandbox = await startSandbox({ dataDir: join(folder, 'world'), speed: SPEED, clock: () => Date.now() + skew });
  const pass = (seconds: number) => {
    skew += (seconds * 1000) / SPEED + 100;
  };
  const network = await buildNetwork({ sdk: () => clients(sandbox.url), pass });
  const { cluster_id: id } = await callCs(sandbox.url, 'POST', '/clusters', seedBody(network));
  pass(600);
  const answer = await clients(sandbox.url).cs.describeClusterUserKubeconfig(
    id,
    new (await import('@alicloud/cs20151215')).DescribeClusterUserKubeconfigRequest({}),
  );
  writeFileSync(kubeconfig, answer.body?.config ?? '');
}

const environment = { PATH: process.env.PATH, HOME: folder, KUBECONFIG: kubeconfig };

/** Standard output; throws with standard error. */
async function kubectl(...args: string[]): Promise<string> {
  const { stdout } = await run(KUBECTL, args, { env: environment, timeout: 90_000 });
  return stdout;
}

/** What a command that must fail says. */
async function failing(...args: string[]): Promise<string> {
  try {
    await kubectl(...args);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error(`kubectl ${args.join(' ')} did not fail`);
}

/** A command that does not end by itself; its output so far. */
function following(...args: string[]): () => string {
  const child = spawn(KUBECTL, args, { env: environment });
  open.push(child);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return () => output;
}

const manifest = (image: string) => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop, labels: {app: web}}
spec:
  replicas: 2
  progressDeadlineSeconds: 3600
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: ${image}
        ports: [{containerPort: 80}]
        env: [{name: MODE, value: fast}]
        resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 128Mi}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80}]}
`;
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const field = (path: string) => kubectl('-n', 'shop', 'get', 'deployment', 'web', '-o', `jsonpath={${path}}`);
const rolledOut = () => kubectl('-n', 'shop', 'rollout', 'status', 'deployment/web', '--timeout=80s');

describe.skipIf(!found)(`kubectl against the sandbox (${/v\d[\w.+-]*/.exec(found ?? '')?.[0]})`, () => {
  beforeAll(async () => {
    await startCluster();
    await kubectl('create', 'namespace', 'shop');
    await kubectl('apply', '-f', file('web.yaml', manifest('nginx:1.27')));
    await rolledOut();
  });
  afterAll(async () => {
    for (const child of open) child.kill();
    await sandbox?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('get prints the tables of a real server', async () => {
    const [head = '', first = ''] = (await kubectl('-n', 'shop', 'get', 'pods')).split('\n');
    expect(head.split(/\s+/).filter(Boolean)).toEqual(['NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE']);
    expect(first).toMatch(/^web-[a-z0-9]+-[a-z0-9]{5}\s+1\/1\s+Running\s+0\s+\d+[smh]/);
    expect(await kubectl('-n', 'shop', 'get', 'pods', '-o', 'wide')).toMatch(/IP\s+NODE\s+NOMINATED NODE/);
    expect(await kubectl('get', 'nodes')).toMatch(/cn-hangzhou\.\S+\s+Ready\s+<none>\s+\S+\s+v1\.36\.1-aliyun\.1/);
    expect(await kubectl('-n', 'shop', 'get', 'all')).toMatch(/deployment\.apps\/web\s+2\/2\s+2\s+2/);
    expect(await kubectl('get', 'events', '-A')).toMatch(/LAST SEEN\s+TYPE\s+REASON\s+OBJECT\s+MESSAGE/);
  });

  it('get prints JSON, YAML, paths and sorted lists', async () => {
    const list: unknown = JSON.parse(await kubectl('-n', 'shop', 'get', 'pods', '-o', 'json'));
    expect(list).toMatchObject({ kind: 'List', items: [{ kind: 'Pod' }, { kind: 'Pod' }] });
    expect(await kubectl('-n', 'shop', 'get', 'deployment', 'web', '-o', 'yaml')).toContain('revisionHistoryLimit: 10');
    expect(await field('.spec.template.spec.containers[0].image')).toBe('nginx:1.27');
    expect(await kubectl('-n', 'shop', 'get', 'pods', '--sort-by=.metadata.name', '-o', 'name')).toMatch(/^pod\/web-/);
  });

  it('get --watch sees pods come and go', async () => {
    const output = following('-n', 'shop', 'get', 'pods', '--watch');
    await until('the first table', 20_000, () => output().split('\n').length > 2);
    const [pod = ''] = (await kubectl('-n', 'shop', 'get', 'pods', '-o', 'name')).split('\n');
    await kubectl('-n', 'shop', 'delete', pod, '--wait=false');
    const name = pod.replace('pod/', '');
    await until('the pod to go', 60_000, () => new RegExp(`${name}\\s+\\S+\\s+Terminating`).test(output()));
    await until('another to come', 60_000, () => /web-\S+\s+0\/1\s+ContainerCreating/.test(output()));
    await rolledOut();
  });

  it('describe tells of an object and its events', async () => {
    const deployment = await kubectl('-n', 'shop', 'describe', 'deployment', 'web');
    expect(deployment).toContain('RollingUpdateStrategy:  25% max unavailable, 25% max surge');
    expect(deployment).toMatch(/ScalingReplicaSet.*deployment-controller/);
    const pods = await kubectl('-n', 'shop', 'describe', 'pods');
    expect(pods).toMatch(/State:\s+Running/);
    expect(pods).toMatch(/Normal\s+Scheduled/);
    expect(await kubectl('describe', 'nodes')).toMatch(/Non-terminated Pods:\s+\(\d+ in total\)/);
    expect(await kubectl('-n', 'shop', 'describe', 'service', 'web')).toMatch(/Endpoints:\s+\d+\.\d+\.\d+\.\d+:80/);
  });

  it('logs reads what a container wrote', async () => {
    const all = await kubectl('-n', 'shop', 'logs', 'deployment/web');
    expect(all.trim().split('\n').length).toBeGreaterThan(1);
    expect((await kubectl('-n', 'shop', 'logs', 'deployment/web', '--tail=1')).trim().split('\n')).toHaveLength(1);
    expect(await kubectl('-n', 'shop', 'logs', 'deployment/web', '--tail=1', '--timestamps')).toMatch(
      /^\d{4}-\d\d-\d\dT/,
    );
    const pod = (await kubectl('-n', 'shop', 'get', 'pods', '-o', 'name')).split('\n')[0] ?? '';
    expect(await failing('-n', 'shop', 'logs', pod, '--previous')).toContain('previous terminated container "web"');
  });

  it('apply changes what differs, and a server-side dry run changes nothing', async () => {
    const next = file('next.yaml', manifest('nginx:1.28'));
    expect(await kubectl('apply', '-f', next, '--dry-run=server')).toContain(
      'deployment.apps/web configured (server dry run)',
    );
    expect(await field('.spec.template.spec.containers[0].image')).toBe('nginx:1.27');
    expect(await kubectl('apply', '-f', next)).toContain('deployment.apps/web configured');
    await rolledOut();
    expect(await kubectl('apply', '-f', next)).toContain('deployment.apps/web unchanged');
    expect(await kubectl('apply', '-f', file('bare.yaml', manifest('nginx:1.28').replace(/ *env:.*\n/, '')))).toContain(
      'configured',
    );
    expect(await field('.spec.template.spec.containers[0].env')).toBe('');
    await rolledOut();
  });

  it('apply --server-side names conflicts, and can be forced', async () => {
    const path = file(
      'mine.yaml',
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec: {replicas: 3}\n',
    );
    const mine = ['apply', '--server-side', '--field-manager=mine', '-f', path];
    expect(await failing(...mine)).toMatch(
      /conflict with "kubectl-client-side-apply" using apps\/v1.*: \.spec\.replicas/,
    );
    expect(await kubectl(...mine, '--force-conflicts')).toContain('serverside-applied');
    expect(await field('.spec.replicas')).toBe('3');
    await rolledOut();
  });

  it('patch works in its three forms', async () => {
    const patch = (type: string, body: object) =>
      kubectl('-n', 'shop', 'patch', 'deployment', 'web', `--type=${type}`, '-p', JSON.stringify(body));
    await patch('strategic', {
      spec: { template: { spec: { containers: [{ name: 'web', resources: { limits: { memory: '256Mi' } } }] } } },
    });
    expect(await field('.spec.template.spec.containers[0].resources')).toContain('256Mi');
    expect(await field('.spec.template.spec.containers[0].image')).toBe('nginx:1.28');
    await patch('merge', { metadata: { labels: { tier: 'front' } } });
    await patch('json', [{ op: 'replace', path: '/spec/replicas', value: 2 }]);
    expect(await field('.metadata.labels.tier')).toBe('front');
    expect(await field('.spec.replicas')).toBe('2');
    await rolledOut();
    expect(await failing('-n', 'shop', 'patch', 'deployment', 'web', '-p', '{"spec":{"replicas":-1}}')).toContain(
      'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    );
  });

  it('scale, rollout restart, history and undo', async () => {
    await kubectl('-n', 'shop', 'scale', 'deployment/web', '--replicas=3');
    await rolledOut();
    expect(await failing('-n', 'shop', 'scale', 'deployment/web', '--current-replicas=9', '--replicas=1')).toMatch(
      /replicas/i,
    );
    await kubectl('-n', 'shop', 'set', 'image', 'deployment/web', 'web=nginx:1.27');
    await rolledOut();
    await kubectl('-n', 'shop', 'rollout', 'undo', 'deployment/web');
    await rolledOut();
    expect(await field('.spec.template.spec.containers[0].image')).toBe('nginx:1.28');
    await kubectl('-n', 'shop', 'rollout', 'restart', 'deployment/web');
    expect(await rolledOut()).toContain('successfully rolled out');
    expect(
      (await kubectl('-n', 'shop', 'rollout', 'history', 'deployment/web')).trim().split('\n').length,
    ).toBeGreaterThan(3);
  });

  it('cordon, drain and uncordon move pods off a node', async () => {
    const node = (await kubectl('-n', 'shop', 'get', 'pods', '-o', 'jsonpath={.items[0].spec.nodeName}')).trim();
    await kubectl('cordon', node);
    expect(await kubectl('get', 'node', node)).toContain('Ready,SchedulingDisabled');
    expect(await kubectl('drain', node, '--ignore-daemonsets', '--delete-emptydir-data', '--timeout=80s')).toContain(
      'evicted',
    );
    expect(await kubectl('-n', 'shop', 'get', 'pods', '-o', 'jsonpath={.items[*].spec.nodeName}')).not.toContain(node);
    await kubectl('uncordon', node);
    expect(await kubectl('get', 'node', node)).not.toContain('SchedulingDisabled');
    await rolledOut();
  });

  it('auth can-i, top and api-resources', async () => {
    expect((await kubectl('auth', 'can-i', 'delete', 'pods')).trim()).toBe('yes');
    expect(await kubectl('auth', 'can-i', '--list')).toMatch(/\*\.\*/);
    expect(await kubectl('top', 'nodes')).toMatch(/cn-hangzhou\.\S+\s+\d+m\s+\d+%\s+\d+Mi\s+\d+%/);
    expect(await kubectl('-n', 'shop', 'top', 'pods')).toMatch(/web-\S+\s+\d+m\s+\d+Mi/);
    expect(await kubectl('api-resources')).toMatch(/deployments\s+deploy\s+apps\/v1\s+true\s+Deployment/);
  });

  it('create, wait and delete, also of a namespace in which pods still run', async () => {
    await kubectl('-n', 'shop', 'create', 'configmap', 'settings', '--from-literal=a=b');
    expect(await kubectl('-n', 'shop', 'get', 'configmap', 'settings', '-o', 'jsonpath={.data.a}')).toBe('b');
    expect(await failing('-n', 'shop', 'create', 'configmap', 'settings')).toContain(
      'configmaps "settings" already exists',
    );
    await kubectl('-n', 'shop', 'wait', '--for=condition=Available', 'deployment/web', '--timeout=80s');
    await kubectl('-n', 'shop', 'delete', 'configmap', 'settings');
    await kubectl('-n', 'shop', 'scale', 'deployment/web', '--replicas=1');
    await rolledOut();
    await kubectl('delete', 'namespace', 'shop', '--timeout=80s');
    expect(await failing('get', 'namespace', 'shop')).toContain('namespaces "shop" not found');
  });
});
