import { type AgentOptions, createAgent } from '../../src/agent/agent.ts';
import type { Budget } from '../../src/agent/budget.ts';
import { createEvidenceStore, evidenceSpec } from '../../src/agent/loop/evidence-store.ts';
import type { AgentEvent, AgentRequest } from '../../src/agent/types.ts';
import { createRedactor } from '../../src/tools/redaction.ts';
import type { JsonObject, ToolCall, ToolResult } from '../../src/tools/types.ts';
import { type Asked, type Reply, startFakeOpenAi } from '../fakes/openai/openai.ts';
import { temporaryStore } from '../support/store.ts';

/** An agent with a scripted model, tools that answer as a test tells, and a real evidence store. */

export const WHO = { platform: 'web', tenant: 'console', id: 'ann' } as const;

export const REQUEST = {
  purpose: 'incident',
  question: 'Why does prod/app restart?',
  language: 'en',
  who: WHO,
  conversation: 'web:console:c1',
  cluster: { id: 'c-1', name: 'staging' },
} satisfies AgentRequest;

const clusterId = { type: 'string', minLength: 1, description: 'Id or name of a cluster' };
const DESCRIBED: Record<string, JsonObject> = {
  k8s_get: {
    properties: { clusterId, kind: { type: 'string' }, namespace: { type: 'string' }, name: { type: 'string' } },
  },
  k8s_logs: { properties: { clusterId, pod: { type: 'string' } } },
  metrics_query_range: { properties: { clusterId, promql: { type: 'string' } } },
  shop__get_thing: { properties: { id: { type: 'string' } } },
};

interface Setup {
  /** What the model says, turn by turn. */
  says: Reply[] | ((asked: Asked, at: number) => Reply | Promise<Reply>);
  read?: (call: ToolCall) => ToolResult | Promise<ToolResult>;
  options?: Partial<AgentOptions>;
}

const OPEN: Budget = { take: async () => ({ ok: true, settle: async () => {} }) };

export async function investigator({ says, read, options = {} }: Setup) {
  const fake = await startFakeOpenAi((asked, at) =>
    typeof says === 'function' ? says(asked, at) : (says[at] ?? { status: 400, message: 'nothing more' }),
  );
  const store = await temporaryStore();
  const rows = store.collection(evidenceSpec);
  const reads: ToolCall[] = [];
  const events: AgentEvent[] = [];
  const warnings: object[] = [];
  let ids = 0;
  const newId = () => `id-${++ids}`;
  const agent = createAgent({
    settings: { baseUrl: fake.baseUrl, apiKey: fake.apiKey, main: 'big', small: 'small', timeoutMs: 5000 },
    budget: OPEN,
    gateway: {
      tools: () => [
        ...Object.keys(DESCRIBED).map((name) => ({ name, server: 'ack', access: 'read' as const, description: 'x' })),
        { name: 'k8s_scale', server: 'ack', access: 'write', description: 'Scales' },
        { name: 'k8s_survey', server: 'ack', access: 'read', description: 'All' },
        { name: 'dead__tool', server: 'dead', access: 'read', description: '', unavailable: 'gone' },
      ],
      describe: async (tool) => ({
        description: `${tool} does what it says`,
        inputSchema: { type: 'object', additionalProperties: false, required: ['clusterId'], ...DESCRIBED[tool] },
      }),
      async read(call) {
        reads.push(call);
        return (await read?.(call)) ?? { ok: true, data: { kind: 'Pod', name: 'app-1', restarts: 7 } };
      },
    },
    redactor: createRedactor(),
    remedies: {
      describe: () => 'restart {"namespace","name"}: restarts a workload',
      check: (choice) => {
        const { id, ...rest } = choice as JsonObject;
        return id === 'restart' ? { ok: true, remedy: { id, ...rest } } : { ok: false, why: 'no such remedy' };
      },
    },
    runbooks: () => [],
    keep: createEvidenceStore({ rows, clock: Date.now, newId }),
    newMark: () => 'MARK-7',
    newId,
    clock: Date.now,
    log: { warn: (data) => warnings.push(data) },
    ...options,
  });
  const investigate = (more: Partial<AgentRequest> = {}) =>
    agent.investigate({ ...REQUEST, onEvent: (event) => events.push(event), ...more });
  return {
    fake,
    rows,
    reads,
    events,
    warnings,
    investigate,
    async close() {
      await fake.close();
      await store.dispose();
    },
  };
}

/** The end of a script. */
export function finish(claims: { text: string; cites: string[] }[], more: object = {}): Reply {
  const summary = 'The app restarts.';
  return { calls: [{ name: 'finish', args: { summary, claims, notChecked: [], remedies: [], ...more } }] };
}

export const wants = (...calls: [name: string, args: unknown][]): Reply => ({
  calls: calls.map(([name, args]) => ({ name, args })),
});

/** The contents of the answers of tools in a question to the model. */
export const answersIn = (asked: Asked | undefined): string[] =>
  (asked?.messages ?? []).flatMap((message) => (message.role === 'tool' ? [message.content] : []));
