import type { Program, Repository } from './program.ts';

/** The images of a cluster's own workloads, in the registry of ACK. */

export const ACS = 'registry-cn-hangzhou-vpc.ack.aliyuncs.com/acs';

const agent = (warm: number, busy: number, more: Partial<Program> = {}): Program => ({
  startSeconds: 2,
  memory: { start: warm * 0.6, warm, warmUpSeconds: 90 },
  cpu: { idle: busy / 3, busy },
  listens: [],
  user: 0,
  style: 'go',
  ...more,
});

const http = (port: number, paths: string[]): Pick<Program, 'listens'> => ({
  listens: [{ port, protocol: 'http', paths: Object.fromEntries(paths.map((path) => [path, 200])) }],
});

const program: Record<string, Program> = {
  coredns: agent(28, 0.012, {
    listens: [
      { port: 53, protocol: 'tcp' },
      { port: 9153, protocol: 'http', paths: { '/metrics': 200 } },
      { port: 8080, protocol: 'http', paths: { '/health': 200 } },
      { port: 8181, protocol: 'http', paths: { '/ready': 200 } },
    ],
    files: ['/etc/coredns/Corefile'],
    rejects: {
      path: '/etc/coredns/Corefile',
      pattern: /\bforwrd\b/,
      line: "/etc/coredns/Corefile:13 - Error during parsing: Unknown directive 'forwrd'",
    },
  }),
  'metrics-server': agent(36, 0.01, {
    listens: [{ port: 4443, protocol: 'https', paths: { '/livez': 200, '/readyz': 200 } }],
  }),
  terway: agent(62, 0.02),
  'csi-plugin': agent(48, 0.008, http(11260, ['/healthz'])),
  'kube-proxy': agent(24, 0.005, http(10256, ['/healthz'])),
  'nginx-ingress-controller': agent(140, 0.05, {
    listens: [
      { port: 80, protocol: 'http', paths: { '/': 404 } },
      { port: 443, protocol: 'https', paths: { '/': 404 } },
      { port: 10254, protocol: 'http', paths: { '/healthz': 200, '/metrics': 200 } },
    ],
    style: 'nginx',
  }),
  'node-problem-detector': agent(30, 0.006),
  'arms-prom-operator': agent(110, 0.03),
  loongcollector: agent(90, 0.02),
};

export const systemRepositories: Repository[] = Object.entries(program).map(([name, each]) => ({
  name: `${ACS}/${name}`,
  sizeMiB: 60,
  architectures: ['amd64', 'arm64'],
  program: each,
  versions: {},
  pattern: /^v?\d/,
}));
