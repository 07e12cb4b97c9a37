import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import { describe, expect, test } from 'vitest';

/** Who may import whom: the table of docs/architecture.md. Type-only imports of the storage port are open to every room of src. */
const everyRoom = ['src/chat', 'src/audit', 'src/analysis', 'src/telemetry', 'src/storage'];
const rules: Record<string, string[]> = {
  'src/chat': [],
  'src/audit': [],
  'src/analysis': [],
  'src/telemetry': [],
  'src/storage': [],
  'src/charts': ['src/chat'],
  'src/approvals': ['src/chat', 'src/audit'],
  'src/flow': ['src/chat', 'src/approvals'],
  'src/tools': ['src/approvals', 'src/audit', 'src/chat'],
  'src/tasks': ['src/tools', 'src/approvals', 'src/audit', 'src/chat'],
  'src/conversations': ['src/chat', 'src/flow', 'src/approvals', 'src/tasks', 'src/tools'],
  'src/incidents': ['src/chat', 'src/approvals', 'src/audit', 'src/tools'],
  'src/health': ['src/chat', 'src/approvals', 'src/audit', 'src/tools'],
  'src/agent': ['src/chat', 'src/audit', 'src/tools'],
  'src/channels': ['src/chat', 'src/approvals', 'src/audit'],
  'src/mcp': ['src/tools'],
  'src/helm': ['src/tools'],
  'src/routing': ['src/chat', 'src/flow', 'src/conversations'],
  'src/jobs': ['src/conversations', 'src/tasks', 'src/approvals', 'src/chat', 'src/storage'],
  adapters: ['src/chat', 'src/charts'],
  flows: ['src/flow', 'src/chat', 'src/approvals'],
  servers: [],
};
/** Vendor packages that only one room may know. */
const vendors: Record<string, string[]> = {
  echarts: ['src/charts', 'adapters/console'],
  '@resvg/resvg-js': ['src/charts'],
  '@datadog/sketches-js': ['src/health'],
  openai: ['src/agent'],
  langchain: ['src/agent'],
  '@langchain/': ['src/agent'],
  liquidjs: ['src/health', 'src/composition'],
  'modern-tar': ['src/helm'],
  re2js: ['src/helm'],
  semver: ['src/helm'],
  'smol-toml': ['src/helm'],
  '@cfworker/json-schema': ['src/helm'],
  'junit-report-builder': ['src/health'],
  pyodide: ['src/analysis'],
  mongodb: ['src/storage', 'src/jobs'],
  agenda: ['src/jobs'],
  '@agendajs/mongo-backend': ['src/jobs'],
  hono: ['adapters/console', 'adapters/alerts'],
  '@hono/node-server': ['adapters/console'],
  '@modelcontextprotocol/sdk': ['src/tools', 'src/mcp', 'servers/ack'],
  '@alicloud/': ['servers/ack'],
  '@kubernetes/client-node': ['servers/ack'],
  '@slack/': ['adapters/slack'],
  'dingtalk-stream': ['adapters/dingtalk'],
  ws: ['adapters/dingtalk'],
  'prom-client': ['src/telemetry'],
  pino: ['src/telemetry'],
  commander: ['src'],
  '@prometheus-io/': ['servers/sandbox/prometheus', 'src/tools'],
  '@lezer/': ['servers/sandbox/prometheus', 'src/tools'],
};
const typeOnly = [
  'src/storage/store.ts',
  'src/tools/types.ts',
  'servers/ack/kube/survey/survey.ts',
  'src/health/types.ts',
  'src/health/usage/types.ts',
  'src/agent/types.ts',
];
const files = globSync('{src,adapters,flows,servers}/**/*.ts').map((file) => file.split(sep).join('/'));
const imports = files.flatMap((file) =>
  [
    ...readFileSync(file, 'utf8').matchAll(
      /^(import|export)( type)?[^;'"]*?(?:from\s*)?'([^']+)'|import\('([^']+)'\)/gm,
    ),
  ].map((match) => ({
    file,
    type: match[2] !== undefined,
    target: (match[3] ?? match[4] ?? '').trim(),
  })),
);

function roomOf(file: string): string {
  const [first = '', second = ''] = file.split('/');
  if (first === 'src')
    return second.endsWith('.ts') || second === 'commands' || second === 'composition' ? 'root' : `src/${second}`;
  return first;
}

function unitOf(file: string): string {
  return file.split('/').slice(0, 2).join('/');
}

describe('the house', () => {
  test('no room imports a room it may not know', () => {
    const broken = imports
      .filter(({ target, file }) => target.startsWith('.') && roomOf(file) !== 'root')
      .map(({ file, type, target }) => ({
        file,
        type,
        to: normalize(join(dirname(file), target))
          .split(sep)
          .join('/'),
      }))
      .filter(({ file, type, to }) => {
        const from = roomOf(file);
        if (to.startsWith('knowledge/') || (type && typeOnly.includes(to))) return false;
        if (roomOf(to) === 'root') return true;
        if (from === roomOf(to))
          return !from.startsWith('src') && unitOf(file) !== unitOf(to) && unitOf(file) !== `${from}/registry.ts`;
        return !(rules[from] ?? []).includes(roomOf(to));
      });
    expect(broken).toEqual([]);
  });

  test('a vendor package is known to one room only', () => {
    const broken = imports.filter(({ file, target }) =>
      Object.entries(vendors).some(
        ([name, rooms]) =>
          (target === name || target.startsWith(name.endsWith('/') ? name : `${name}/`)) &&
          !rooms.some((room) => file.startsWith(`${room}/`)),
      ),
    );
    expect(broken).toEqual([]);
  });

  test('flows have no clock, randomness, network, process or timers of their own', () => {
    const forbidden = /\b(Date\.now|new Date\(\)|Math\.random|fetch\(|process\.|setTimeout|setInterval)|'node:/;
    expect(files.filter((file) => file.startsWith('flows/') && forbidden.test(readFileSync(file, 'utf8')))).toEqual([]);
  });

  test('every room is in the table', () => {
    const rooms = new Set(files.map(roomOf).filter((room) => room !== 'root'));
    expect([...rooms].filter((room) => !(room in rules))).toEqual([]);
    expect(everyRoom.every((room) => rules[room]?.length === 0)).toBe(true);
  });
});
