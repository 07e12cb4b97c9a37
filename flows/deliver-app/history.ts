import { type FlowContext, type FlowRun, say } from '../../src/flow/kit.ts';
import { text } from './cards.ts';
import { momentText } from './moments.ts';
import { type Revision, revisionsOf, timeZone } from './revisions.ts';
import { running } from './update.ts';

const LONGEST = 15;
const REVISED = ['Deployment', 'StatefulSet', 'DaemonSet'];

/** Which releases there were, as far as the cluster remembers. */
export function* releaseHistory(context: FlowContext): FlowRun {
  const found = yield* running(context, REVISED);
  if (!found) return;
  const { place, object, target, name, namespace } = found;
  const revisions = yield* revisionsOf(place.clusterId, object);
  const zone = yield* timeZone();
  const { t } = context;
  const [present, previous] = revisions;
  if (!present) return yield* say('deliver.no-history', { name });
  const label = previous && t('deliver.next-roll-back-to', { name, revision: previous.number });
  yield* say('deliver.history', { object: `${target.kind} ${namespace}/${name}`, count: revisions.length }, [
    {
      type: 'table',
      caption: t('deliver.history-caption', { name, zone }),
      head: ['revision', 'image', 'when', 'who'].map((column) => t(`deliver.column-${column}`)),
      rows: revisions.slice(0, LONGEST).map((one) => row(one, one === present, zone, context)),
    },
    ...(revisions.some(({ earlier }) => earlier.length > 0) ? [text(t('deliver.history-again'))] : []),
    ...(label ? [{ type: 'buttons' as const, items: [{ id: `send:${label}`, label }] }] : []),
  ]);
}

function row(one: Revision, isPresent: boolean, zone: string, { t }: FlowContext): string[] {
  const { number, images, madeAt, by, why } = one;
  const who = [by, why].filter((part) => part !== undefined).join(': ');
  return [
    isPresent ? t('deliver.present', { revision: number }) : `${number}`,
    images.join(', '),
    momentText(madeAt, zone),
    who || t('deliver.unknown-author'),
  ];
}
