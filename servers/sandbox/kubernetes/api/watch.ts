import { expired } from '../errors.ts';
import type { KubeObject } from '../objects.ts';
import { groupVersion } from '../resources.ts';
import type { Change } from '../store.ts';
import { selection } from './read.ts';
import { viewFor } from './render.ts';
import { type Call, flag, type Reply, type Sink, wholeNumber } from './reply.ts';

const BOOKMARK_MS = 60_000;
/** What the real server takes from 30 minutes to an hour. */
const DEFAULT_TIMEOUT_SECONDS = 1_800;

/** Answers a watch: one JSON line a change. https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes */
export function watch(call: Call): Reply {
  const events = eventsOf(call);
  const bookmarks = flag(call.query, 'allowWatchBookmarks');
  const timeoutMs = (wholeNumber(call.query, 'timeoutSeconds') || DEFAULT_TIMEOUT_SECONDS) * 1000;
  const { store } = call.cluster;

  const start = (sink: Sink) => {
    const stops: (() => void)[] = [];
    const stop = () => {
      for (const one of stops.splice(0)) one();
    };
    const send = (type: string, object: unknown) => {
      if (!sink.write(`${JSON.stringify({ type, object })}\n`)) stop();
    };
    const finish = () => {
      if (bookmarks) send('BOOKMARK', events.bookmark(store.resourceVersion()));
      stop();
      sink.end();
    };
    if (!events.replay(send)) {
      sink.end();
      return stop;
    }
    stops.push(store.subscribe((change) => events.tell(change, send)));
    const bookmark = setInterval(() => {
      if (bookmarks) send('BOOKMARK', events.bookmark(store.resourceVersion()));
    }, BOOKMARK_MS);
    const end = setTimeout(finish, Math.min(timeoutMs, 2 ** 31 - 1));
    stops.push(
      () => clearInterval(bookmark),
      () => clearTimeout(end),
    );
    return stop;
  };
  return { kind: 'stream', contentType: 'application/json', start };
}

type Send = (type: string, object: unknown) => void;

function eventsOf(call: Call) {
  const { cluster, query, target } = call;
  const { plural } = target.resource;
  const { store } = cluster;
  const { test } = selection(call);
  const view = viewFor(call);
  const from = query.get('resourceVersion') ?? '';
  const initial = flag(query, 'sendInitialEvents');

  const tell = (change: Change, send: Send) => {
    const { namespace } = change.object.metadata;
    if (change.plural !== plural || (target.namespace !== undefined && namespace !== target.namespace)) return;
    const event = selected(change, test);
    if (event) send(event.type, view.event(event.object));
  };
  const bookmark = (resourceVersion: string, annotations?: Record<string, string>) => ({
    kind: target.resource.kind,
    apiVersion: groupVersion(target.resource),
    metadata: { resourceVersion, creationTimestamp: null, ...(annotations && { annotations }) },
  });
  /** What happened before this watch began; false when that is not known any more. */
  const replay = (send: Send): boolean => {
    if (from === '' || from === '0' || initial) {
      for (const object of store.list(plural, target.namespace)) if (test(object)) send('ADDED', view.event(object));
      if (initial) send('BOOKMARK', bookmark(store.resourceVersion(), { 'k8s.io/initial-events-end': 'true' }));
      return true;
    }
    // A version of the future is one of a world that was reset.
    const changes = Number(from) > Number(store.resourceVersion()) ? undefined : store.since(from);
    for (const change of changes ?? []) tell(change, send);
    if (!changes) send('ERROR', expired(`too old resource version: ${from} (${store.resourceVersion()})`).status());
    return changes !== undefined;
  };
  return { tell, bookmark, replay };
}

/** What a change means to those who see only some objects: one that leaves the selection is deleted to them. */
function selected({ type, object, previous }: Change, test: (object: KubeObject) => boolean) {
  const isIn = type !== 'DELETED' && test(object);
  const wasIn = type !== 'ADDED' && previous !== undefined && test(previous);
  if (isIn) return { type: wasIn ? 'MODIFIED' : 'ADDED', object };
  if (!wasIn || !previous) return undefined;
  const { resourceVersion } = object.metadata;
  return { type: 'DELETED', object: { ...previous, metadata: { ...previous.metadata, resourceVersion } } };
}
