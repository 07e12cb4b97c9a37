import type { ConsoleSources, IncidentSummary, ReportSource, Viewer } from '../../adapters/console/wire.ts';
import type { Policy } from '../approvals/policy.ts';
import { readingOf } from '../approvals/readers.ts';

/** The console's boards, held to the policy's `readers` like tools and views. */

interface Named {
  id: string;
  name: string;
}

/** The same sources: incidents by cluster and namespace, clusters of which one may see anything, reports of whole clusters. */
export function withPageRights(
  sources: ConsoleSources,
  policy: Policy,
  known: () => Promise<readonly Named[]>,
): ConsoleSources {
  if (!policy.readers) return sources;

  async function seenBy({ user }: Viewer) {
    const reading = readingOf(policy, user);
    const clusters = await known();
    const namesOf = (asked: string) =>
      clusters.filter(({ id, name }) => id === asked || name === asked).flatMap(({ id, name }) => [id, name]);
    const part = (asked: string) => (reading.everything ? 'all' : reading.cluster(namesOf(asked)));
    const incident = ({ cluster, namespace, object }: IncidentSummary) => {
      const within = object ? object.namespace : namespace;
      return part(cluster) === 'all' || (within !== undefined && reading.namespace(namesOf(cluster), within));
    };
    return { part, incident };
  }

  return {
    ...sources,
    async incidents(viewer, page) {
      const { incident } = await seenBy(viewer);
      return (await sources.incidents(viewer, page)).filter(incident);
    },
    async incident(viewer, id) {
      const found = await sources.incident(viewer, id);
      return found && (await seenBy(viewer)).incident(found) ? found : undefined;
    },
    async clusters(viewer) {
      const { part } = await seenBy(viewer);
      return (await sources.clusters(viewer)).filter(({ name }) => part(name) !== 'none');
    },
    ...(sources.reports && {
      reports: judgedReports(
        sources.reports,
        async (viewer, cluster) => (await seenBy(viewer)).part(cluster) === 'all',
      ),
    }),
  };
}

type MaySee = (viewer: Viewer, cluster: string) => Promise<boolean>;

function judgedReports(reports: ReportSource, maySee: MaySee): ReportSource {
  const seen = async (viewer: Viewer, id: string) => {
    const found = await reports.get(viewer, id);
    return found && (await maySee(viewer, found.report.cluster.id)) ? found : undefined;
  };
  return {
    async list(viewer, of) {
      const all = await reports.list(viewer, of);
      const judged = await Promise.all(all.clusters.map(async ({ id }) => ((await maySee(viewer, id)) ? [id] : [])));
      const ids = new Set(judged.flat());
      return {
        ...all,
        reports: all.reports.filter(({ cluster }) => ids.has(cluster)),
        clusters: all.clusters.filter(({ id }) => ids.has(id)),
      };
    },
    get: seen,
    page: async (viewer, id) => ((await seen(viewer, id)) ? reports.page(viewer, id) : undefined),
    png: async (viewer, id, chart) => ((await seen(viewer, id)) ? reports.png(viewer, id, chart) : undefined),
    create: async (viewer, wish) =>
      (await maySee(viewer, wish.cluster)) ? reports.create(viewer, wish) : { refused: 'unknown' },
    snooze: async (viewer, findingId, wish) =>
      (await maySee(viewer, wish.cluster)) ? reports.snooze(viewer, findingId, wish) : { refused: 'unknown' },
    propose: async (viewer, id, itemId) =>
      (await seen(viewer, id)) ? reports.propose(viewer, id, itemId) : { refused: 'unknown' },
  };
}
