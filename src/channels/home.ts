import { isSamePerson } from '../approvals/people.ts';
import { type Policy, refusalToDecide } from '../approvals/policy.ts';
import type { Translate } from '../chat/messages.ts';
import type { Outbox } from '../chat/outbox.ts';
import { escapeLine, plainText } from '../chat/plain.ts';
import type { Block, Card, Language, Outgoing, UserRef } from '../chat/types.ts';
import type { Readings, SeenTask } from './ports.ts';
import type { NamedCluster } from './scope.ts';
import { SEVERITIES } from './settings.ts';

/** What a person sees on a page of his own. */

export interface HomeOptions {
  readings: Readings;
  /** Every cluster that can be looked into. */
  clusters: () => Promise<NamedCluster[]>;
  policy: Policy;
  outbox: Pick<Outbox, 'get'>;
  translate: Record<Language, Translate>;
  onError: (error: unknown, where: string) => void;
}

/** Cards shown whole; what is beyond them is counted. */
const MOST_CARDS = 5;
const LISTED = 500;
const MOST_CLUSTERS = 30;

/** His tasks, what waits for his decision, how the clusters are, what he can say: the cards are the living ones, whose buttons work. */
export function createHome(options: HomeOptions) {
  const { readings, policy, outbox, translate, onError } = options;

  /** A source that does not answer is said to be unknown. */
  const reading = <T>(work: Promise<T>) =>
    work.catch((error: unknown) => {
      onError(error, 'home');
      return undefined;
    });

  async function waiting(viewer: UserRef, language: Language): Promise<Outgoing[]> {
    const pending = await reading(readings.approvals.pending());
    const mine = pending?.filter((one) => refusalToDecide(policy, viewer, one) === undefined);
    return section('waiting', language, { ids: mine?.map(({ id }) => `approval-${id}`) });
  }

  async function tasks(viewer: UserRef, language: Language): Promise<Outgoing[]> {
    const all = await reading(readings.tasks.list(LISTED));
    const mine = all?.filter((task) => isSamePerson(policy, task.requestedBy, viewer));
    const now = mine?.filter(isUnderWay);
    const lines = mine?.filter((task) => !isUnderWay(task)).slice(0, MOST_CARDS);
    return section('tasks', language, {
      ids: now?.map(({ id }) => `task-${id}`),
      lines: lines?.map(
        ({ id, plan, state }) => `${id} · ${plan.title[language]} · ${translate[language](`tasks.state-${state}`)}`,
      ),
    });
  }

  /** A heading, then the cards as they stand in the outbox, with their own ids and revisions. */
  async function section(name: string, language: Language, { ids, lines = [] }: Section): Promise<Outgoing[]> {
    const t = translate[language];
    const rows = await Promise.all((ids ?? []).slice(0, MOST_CARDS).map((id) => outbox.get(id)));
    const cards = rows.flatMap((row) => (row?.message.card ? [row.message] : []));
    const count = ids?.length ?? 0;
    const title = ids === undefined ? t(`channels.home.${name}-unknown`) : t(`channels.home.${name}`, { count });
    const more = count - cards.length;
    const words = [
      ...lines.map((line) => `- ${escapeLine(line)}`),
      ...(more > 0 ? [`- ${t('channels.more', { count: more })}`] : []),
    ];
    const blocks: Block[] = words.length === 0 ? [] : [{ type: 'text', markdown: words.join('\n') }];
    return [page(`home-${name}`, { title, blocks }, language), ...cards];
  }

  async function health(language: Language): Promise<Outgoing> {
    const t = translate[language];
    const [open, known] = await Promise.all([
      reading(readings.incidents.list({ open: true, limit: LISTED })),
      reading(options.clusters()),
    ]);
    if (!open) return page('home-health', { title: t('channels.home.health-unknown'), blocks: [] }, language);
    const names = [...new Set([...(known ?? []).map(({ name }) => name), ...open.map(({ cluster }) => cluster.name)])];
    const rows = names
      .slice(0, MOST_CLUSTERS)
      .map((cluster) => [
        cluster,
        ...SEVERITIES.map((severity) =>
          String(open.filter((one) => one.cluster.name === cluster && one.severity === severity).length),
        ),
      ]);
    const title = t('channels.home.health', { count: open.length });
    const head = [t('channels.column-cluster'), ...SEVERITIES.map((name) => t(`channels.severity-${name}`))];
    const table: Block[] = rows.length === 0 ? [] : [{ type: 'table', caption: title, head, rows }];
    const unseen: Block[] = known ? [] : [{ type: 'text', markdown: t('channels.home.clusters-unknown') }];
    return page('home-health', { title, blocks: [...table, ...unseen] }, language);
  }

  return async function home(viewer: UserRef, language: Language): Promise<Outgoing[]> {
    const t = translate[language];
    const say = {
      title: t('channels.home.say'),
      blocks: [{ type: 'text' as const, markdown: t('channels.home.words') }],
    };
    const parts = await Promise.all([waiting(viewer, language), tasks(viewer, language), health(language)]);
    return [...parts.flat(), page('home-say', say, language)];
  };
}

interface Section {
  /** Of cards; undefined where they could not be read. */
  ids: string[] | undefined;
  lines?: string[] | undefined;
}

/** A part of the page that has no buttons. */
function page(id: string, { title, blocks }: Pick<Card, 'title' | 'blocks'>, language: Language): Outgoing {
  const card: Card = { id, rev: 1, title, tone: 'neutral', blocks, closed: true };
  return { text: plainText(card), card, language };
}

const isUnderWay = ({ state }: SeenTask): boolean => state === 'queued' || state === 'running' || state === 'waiting';
