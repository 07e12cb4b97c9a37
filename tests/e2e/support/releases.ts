import canonicalize from 'canonicalize';
import type { Card } from '../../../src/chat/types.ts';
import { buttonsOf, type Chat, type TaskView, until } from './copilot.ts';
import type { Lane } from './healing.ts';

/** Releases from a sentence to their end, in namespaces of their own, and what they leave behind. */

/** A release may be many objects. */
export const RELEASE_POLICY = `roles:
  operator: [web:console:operator]
  approver: [web:console:operator]
rules:
  - { action: '*', selfApproval: true, maxObjects: 30 }
`;

export interface Told {
  kind: 'refused' | 'undone' | 'succeeded' | 'failed';
  text: string;
  task?: TaskView;
  seconds: number;
}

const PATIENCE_MS = 180_000;

const KINDS: Record<string, string> = {
  deployments: 'apis/apps/v1',
  statefulsets: 'apis/apps/v1',
  daemonsets: 'apis/apps/v1',
  cronjobs: 'apis/batch/v1',
  jobs: 'apis/batch/v1',
  services: 'api/v1',
  configmaps: 'api/v1',
  secrets: 'api/v1',
  serviceaccounts: 'api/v1',
  persistentvolumeclaims: 'api/v1',
  resourcequotas: 'api/v1',
  limitranges: 'api/v1',
  horizontalpodautoscalers: 'apis/autoscaling/v2',
  poddisruptionbudgets: 'apis/policy/v1',
  ingresses: 'apis/networking.k8s.io/v1',
  networkpolicies: 'apis/networking.k8s.io/v1',
};

interface Raw {
  metadata: { name: string; uid: string; annotations?: Record<string, string>; [field: string]: unknown };
  status?: unknown;
  [field: string]: unknown;
}

/** Everything in a namespace that somebody wrote, as JSON; what controllers and our marks add is left out. */
export async function contentOf(lane: Lane, namespace: string): Promise<string[]> {
  const all = await Promise.all(
    Object.entries(KINDS).map(async ([plural, group]) => {
      const answer = await lane.kube(`${group}/namespaces/${namespace}/${plural}`);
      const { items } = (await answer.json()) as { items: Raw[] };
      return items.map((one) => `${plural}/${one.metadata.name} ${canonicalize(written(one))}`);
    }),
  );
  return all.flat().sort();
}

function written({ status: _status, metadata, ...rest }: Raw) {
  const { annotations = {}, ...named } = metadata;
  const kept = Object.entries(annotations).filter(
    ([key]) => !key.startsWith('k8s-copilot/') && key !== 'deployment.kubernetes.io/revision',
  );
  const own = new Set(['managedFields', 'resourceVersion', 'generation', 'creationTimestamp']);
  const fields = Object.entries(named).filter(([field]) => !own.has(field));
  return { ...rest, metadata: { ...Object.fromEntries(fields), annotations: Object.fromEntries(kept.sort()) } };
}

export async function makeNamespace(lane: Lane, name: string, labels: Record<string, string> = {}): Promise<void> {
  await create(lane, 'api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
}

export async function create(lane: Lane, path: string, object: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await lane.kube(path, { method: 'POST', headers, body: JSON.stringify(object) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
}

/** Says it, answers what is asked, approves what is proposed, and waits for the last word. */
export async function release(lane: Lane, sentence: string, answers: readonly string[] = []): Promise<Told> {
  const chat = await lane.bot.chat();
  const began = Date.now();
  const waiting = [...answers];
  await chat.say(sentence);
  const offered = await until(`a plan or a refusal for: ${sentence}`, PATIENCE_MS, async () => {
    const card = await openCard(chat, 'approve:');
    if (card) return { card };
    const word = await lastWord(chat);
    if (word && waiting.length > 0 && (await openCard(chat, 'ask:'))) {
      await chat.say(waiting.shift() ?? '');
      return undefined;
    }
    // On a busy machine the tools may not be there yet when the bot is.
    if (word && /cannot be reached/.test(word)) {
      await chat.say(sentence);
      await until(
        'another word',
        PATIENCE_MS,
        async () => (await lastWord(chat)) !== word || (await openCard(chat, 'approve:')),
      );
      return undefined;
    }
    return word && waiting.length === 0 && STOPPED.test(word) ? { word } : undefined;
  }).catch(async (error: unknown) => {
    const said = (await chat.entries()).map(({ from, text }) => `${from}: ${text.slice(0, 500)}`);
    throw new Error(`${error}\n${said.join('\n')}`);
  });
  const seconds = () => (Date.now() - began) / 1000;
  if ('word' in offered) return { kind: 'refused', text: offered.word, seconds: seconds() };
  const id = buttonsOf(offered.card).find((button) => button.id.startsWith('approve:'))?.id ?? '';
  const status = await chat.click(offered.card, id);
  if (status !== 200) throw new Error(`${sentence}: the approval was answered ${status}`);
  const task = await until(`the task of: ${sentence}`, PATIENCE_MS, async () => {
    const found = await taskOf(lane, chat);
    return found && /^(?:succeeded|failed|undone|cancelled)$/.test(found.state) ? found : undefined;
  });
  const text = await until(`the last word on: ${sentence}`, 20_000, async () => {
    const word = await lastWord(chat);
    return word && ENDED.test(word) ? word : undefined;
  });
  const kind = task.state === 'succeeded' || task.state === 'undone' ? task.state : 'failed';
  return { kind, text, task, seconds: seconds() };
}

const STOPPED = /is not released|Nothing was changed|I cannot take|cannot be released|to do\.|may not be asked/;
const ENDED = /did not come up well|rolled out|put back: look|It was cancelled/;

async function lastWord(chat: Chat): Promise<string | undefined> {
  const bot = (await chat.entries()).filter(({ from, card }) => from === 'bot' && !card?.id.startsWith('task-'));
  const last = bot.at(-1);
  // What stopped it stands in the card.
  return last && [last.text, ...(last.card?.blocks ?? []).map((block) => JSON.stringify(block))].join('\n');
}

async function openCard(chat: Chat, prefix: string): Promise<Card | undefined> {
  const cards = (await chat.entries()).flatMap(({ card }) => (card && !card.closed ? [card] : []));
  return cards.find((card) => buttonsOf(card).some(({ id }) => id.startsWith(prefix)));
}

async function taskOf(lane: Lane, chat: Chat): Promise<TaskView | undefined> {
  const card = (await chat.entries()).map(({ card: one }) => one).find((one) => one?.id.startsWith('task-'));
  return card && lane.task(card.id.slice('task-'.length));
}
