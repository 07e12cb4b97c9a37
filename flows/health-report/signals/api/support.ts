import { z } from 'zod';
import ackData from '../../../../knowledge/ack.json' with { type: 'json' };
import { DAY, type Seen, type Signal } from '../signal.ts';
import { timeText } from '../texts.ts';
import { minorOf } from '../version.ts';
import type { View } from '../view.ts';

const { asOf, sources, kubernetesVersions } = z
  .object({
    asOf: z.string(),
    sources: z.object({ release: z.string() }),
    kubernetesVersions: z.array(
      z.object({ minor: z.string(), endOfSupport: z.string().optional(), status: z.enum(['supported', 'expired']) }),
    ),
  })
  .parse(ackData);

/** Ends soon: time to plan the upgrade. */
const SOON = 60 * DAY;

/** API15: a version of Kubernetes that ACK no longer supports, or not much longer. Of other distributions no dates are known. */
export const supportEnded: Signal = {
  code: 'API15',
  category: 'control-plane',
  kinds: [],
  graceMs: 0,
  worst: 'high',
  clusterWide: true,
  look(view) {
    const { serverVersion } = view.survey;
    const minor = minorOf(serverVersion);
    if (minor === undefined) return { unknown: `the version of the API server is not known (${serverVersion})` };
    if (!/aliyun/i.test(serverVersion)) return { unknown: `no dates of support are known for ${serverVersion}` };
    const listed = kubernetesVersions.map((one) => ({ ...one, number: minorOf(one.minor) ?? 0 }));
    if (listed.every(({ number }) => number < minor)) return { unknown: `1.${minor} is newer than what is known` };
    return judged(
      minor,
      listed.find(({ number }) => number === minor),
      view,
    );
  },
};

type Listed = (typeof kubernetesVersions)[number];

function judged(minor: number, known: Listed | undefined, view: View): Seen {
  const end = known?.endOfSupport === undefined ? undefined : Date.parse(known.endOfSupport) + DAY;
  const isOver = known?.status !== 'supported' || (end !== undefined && view.now >= end);
  const isSoon = end !== undefined && end - view.now < SOON;
  if (!isOver && !isSoon) return 'good';
  const item = {
    object: { kind: 'Cluster', name: view.facts.cluster.name },
    weight: 1,
    severity: isOver ? ('high' as const) : ('low' as const),
    prod: true,
    ...(isOver && end !== undefined && { since: end }),
    seen: `version ${view.survey.serverVersion}, support ${isOver ? 'ended' : 'ends'} ${end ? timeText(end) : 'earlier'} by ${sources.release}, looked up ${asOf}`,
  };
  const date = known?.endOfSupport ?? 'past';
  return {
    items: [item],
    relevant: 1,
    bad: 1,
    total: 1,
    params: { version: `1.${minor}`, date, over: isOver ? 'yes' : 'no' },
  };
}
