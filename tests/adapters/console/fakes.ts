import { join } from 'node:path';
import { type Console, type ConsoleOptions, createConsole } from '../../../adapters/console/adapter.ts';
import type { ConsoleSources } from '../../../adapters/console/wire.ts';
import type { ActionOutcome, IncomingAction, IncomingMessage, Outgoing } from '../../../src/chat/types.ts';
import type { Collection, CollectionSpec, Doc, Query, Store } from '../../../src/storage/store.ts';
import { fakeIntake } from '../../support/intake.ts';

/** Fakes at the console's ports: a store in memory, a core that remembers what it was told, empty read models. */

export const MESSAGES = join(import.meta.dirname, '../../../templates/messages');

function memoryCollection<T extends Doc>({ schema }: CollectionSpec<T>): Collection<T> {
  const docs = new Map<string, string>();
  const all = () => [...docs.values()].map((text) => schema.parse(JSON.parse(text)));
  const find = async (query: Query<T> = {}) => {
    const { where = {}, range, orderBy, descending, limit = 1000 } = query;
    const value = (doc: T, field: string): unknown => Object.entries(doc).find(([key]) => key === field)?.[1];
    const found = all()
      .filter((doc) => Object.entries(where).every(([field, wanted]) => [wanted].flat().includes(value(doc, field))))
      .filter((doc) => range?.gt === undefined || Number(value(doc, range.field)) > Number(range.gt));
    if (orderBy) found.sort((a, b) => Number(value(a, orderBy)) - Number(value(b, orderBy)));
    return (descending ? found.reverse() : found).slice(0, limit);
  };
  return {
    find,
    async get(id) {
      const text = docs.get(id);
      return text === undefined ? undefined : schema.parse(JSON.parse(text));
    },
    count: async (query) => (await find(query)).length,
    async insert(doc) {
      if (docs.has(doc.id)) return false;
      docs.set(doc.id, JSON.stringify(doc));
      return true;
    },
    async replace(next) {
      const text = docs.get(next.id);
      if (text === undefined || schema.parse(JSON.parse(text)).rev !== next.rev - 1) return false;
      docs.set(next.id, JSON.stringify(next));
      return true;
    },
    async remove() {
      throw new Error('Nothing here removes');
    },
  };
}

/** A store in memory. Everything passes through JSON and the schema, as in a real one. */
export function memoryStore(): Store {
  const collections = new Map<string, unknown>();
  return {
    collection<T extends Doc>(spec: CollectionSpec<T>) {
      const made = (collections.get(spec.name) as Collection<T> | undefined) ?? memoryCollection(spec);
      collections.set(spec.name, made);
      return made;
    },
    exclusive: true,
    ping: async () => {},
    close: async () => {},
  };
}

export const emptySources: ConsoleSources = {
  tasks: async () => [],
  task: async () => undefined,
  approvals: async () => [],
  audit: async () => [],
  clusters: async () => [],
  incidents: async () => [],
  incident: async () => undefined,
};

export interface Rig {
  console: Console;
  url: string;
  messages: IncomingMessage[];
  actions: IncomingAction[];
  errors: unknown[];
  /** What the core answers to the next clicks. */
  outcome: (action: IncomingAction) => ActionOutcome;
  /** What the core does on a message. */
  onMessage: (message: IncomingMessage) => Promise<void>;
  say(conversation: string, key: string, message: Outgoing): Promise<void>;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
}

/** A started console over fakes, on a free port of loopback. */
export async function startRig(options: Partial<ConsoleOptions> = {}): Promise<Rig> {
  let ids = 0;
  const errors: unknown[] = [];
  const console = createConsole({
    host: '127.0.0.1',
    port: 0,
    users: '',
    sessionSecret: 'a secret for tests',
    store: memoryStore(),
    sources: emptySources,
    probes: {
      ready: async () => ({ ok: true, detail: 'all parts run' }),
      metrics: async () => ({ contentType: 'text/plain; version=0.0.4', text: 'up 1\n' }),
      chats: () => [{ platform: 'slack', ok: false, since: 7 }],
    },
    messages: MESSAGES,
    about: { backend: 'sandbox', version: '0.1.0' },
    clock: Date.now,
    newId: () => `id-${++ids}`,
    onError: (error) => errors.push(error),
    ...options,
  });
  const rig: Rig = {
    console,
    url: '',
    messages: [],
    actions: [],
    errors,
    outcome: () => ({ result: 'accepted' }),
    onMessage: async () => {},
    async say(id, key, message) {
      const conversation = { platform: 'web', tenant: 'console', id, kind: 'dm' } as const;
      await console.deliver({ key, conversation, message });
    },
    fetch: (path, init) => fetch(`${rig.url}${path}`, { redirect: 'manual', ...init }),
    post: (path, body, headers = {}) =>
      rig.fetch(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
  };
  const intake = fakeIntake({
    async message(message) {
      if (rig.messages.some((known) => known.deliveryId === message.deliveryId)) return;
      rig.messages.push(message);
      await rig.onMessage(message);
    },
    async action(action) {
      rig.actions.push(action);
      return rig.outcome(action);
    },
  });
  await console.start(intake);
  rig.url = console.url;
  return rig;
}

/** Opens a conversation and answers its id. */
export async function openConversation(rig: Rig, headers: Record<string, string> = {}): Promise<string> {
  const response = await rig.post('/api/v1/conversations', {}, headers);
  const body: { id: string } = JSON.parse(await response.text());
  return body.id;
}

export interface StreamEvent {
  id: string;
  event: string;
  data: { id: string; text: string; card?: { rev: number } };
}

/** Reads a conversation's event stream until `count` events came, then hangs up. */
export async function readEvents(
  rig: Rig,
  { conversation, count, lastEventId }: { conversation: string; count: number; lastEventId?: string },
): Promise<StreamEvent[]> {
  const hangUp = new AbortController();
  const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
  const response = await rig.fetch(`/api/v1/conversations/${conversation}/events`, { headers, signal: hangUp.signal });
  const events: StreamEvent[] = [];
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks.filter((each) => each.includes('data: '))) events.push(parseEvent(block));
    if (events.length >= count) break;
  }
  hangUp.abort();
  return events;
}

function parseEvent(block: string): StreamEvent {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? '';
  return { id: field('id'), event: field('event'), data: JSON.parse(field('data')) };
}
