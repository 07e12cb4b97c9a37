import type { Pod } from '../kinds.ts';
import type { Scene } from '../scene.ts';
import { type Failure, type Said, saidAbout } from './failures.ts';

/** Why an image does not come: the words of containerd, CRI-O, docker and the registries, sorted. */
type PullTrouble = 'not-found' | 'unauthorized' | 'denied' | 'unreachable' | 'rate-limited' | 'platform' | 'unsaid';

const PULL_REASONS: ReadonlySet<string> = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'RegistryUnavailable',
  'ImageInspectError',
  'RegistryPullQPSExceeded',
]);

/** In the order of precedence: what is plainer first. */
const SIGNS: readonly (readonly [PullTrouble, RegExp])[] = [
  ['rate-limited', /toomanyrequests|\b429\b|too many requests|pull rate limit|rate limit exceeded|pull QPS exceeded/i],
  [
    'platform',
    /no match for platform|no matching manifest for|does not match the (?:specified|current|detected host) platform|no image found in (?:manifest list|image index) for architecture|image operating system .{1,60} cannot be used/i,
  ],
  [
    'not-found',
    /manifest unknown|manifest for .{1,300} not found|code = NotFound|failed to resolve reference .{1,600}: not found|name unknown|NAME_UNKNOWN|MANIFEST_UNKNOWN|repository .{1,300} not found|tag .{1,200} (?:does not exist|not found)|reading manifest .{1,300}: (?:manifest|name) unknown|: 404 Not Found|is not present with pull policy of Never|could ?n[o']t parse image (?:reference|name)|invalid reference format|failed to apply default image tag/i,
  ],
  // What Docker Hub and others say of a private repository and of one that does not exist, so that nobody can ask for names.
  [
    'denied',
    /repository does not exist or may require|pull access denied|insufficient_scope|requested access to the resource is denied/i,
  ],
  [
    'unauthorized',
    /no basic auth credentials|\b401\b|unauthorized|authentication required|authorization failed|failed to authorize|\b403\b|forbidden|invalid username\/password|denied: |incorrect username or password|Unable to retrieve .{0,40}credentials/i,
  ],
  [
    'unreachable',
    /no such host|server misbehaving|i\/o timeout|connection refused|no route to host|network is unreachable|TLS handshake timeout|context deadline exceeded|request canceled|Client\.Timeout|connection reset|connection timed out|Temporary failure in name resolution|x509: |tls: |server gave HTTP response to HTTPS client|proxyconnect|unexpected EOF|\bEOF$|50[0234] (?:Internal|Bad|Service|Gateway)|lookup \S{1,250}: |registry is unavailable|RegistryUnavailable|operation timed out/i,
  ],
];

/** What a message about a pull complains of; undefined where it says nothing of why. */
function troubleIn(message: string): PullTrouble | undefined {
  return SIGNS.find(([, sign]) => sign.test(message))?.[0];
}

interface PullFailure {
  trouble: PullTrouble;
  said: Said;
  /** Something else was said of another try: what is seen is not the only reason. */
  others: boolean;
}

/** Why the image of a container does not come, from its state and the events about it; undefined where it is no matter of the image. */
export function pullFailureOf(scene: Scene, failure: Failure): PullFailure | undefined {
  const { reason } = failure.status.state.waiting ?? {};
  if (!reason || !PULL_REASONS.has(reason)) return undefined;
  if (reason === 'InvalidImageName' || reason === 'ErrImageNeverPull') return invalid(scene, failure);
  const said = saidAbout(scene, failure).filter(({ text }) => isOfImage(text, failure.container.image));
  const sorted = said.flatMap((one) => {
    const trouble = troubleIn(one.text);
    return trouble ? [{ trouble, said: one }] : [];
  });
  const [first] = sorted;
  if (!first) return unsaid(scene, failure);
  return { ...first, others: sorted.some(({ trouble }) => trouble !== first.trouble) };
}

/** That it does not come is all that is known: a wrong name is the usual reason. */
function unsaid(scene: Scene, failure: Failure): PullFailure | undefined {
  const [said] = saidAbout(scene, failure);
  return said && { trouble: 'unsaid', said, others: true };
}

function invalid(scene: Scene, failure: Failure): PullFailure | undefined {
  const [said] = saidAbout(scene, failure);
  return said && { trouble: 'not-found', said, others: false };
}

/** An event may be about an image that the container had before. */
function isOfImage(text: string, image: string): boolean {
  return !/pulling? image "/.test(text) || text.includes(`"${image}"`) || !/pull(?:ing)? image "[^"]/.test(text);
}

const HUB = /^(?:docker\.io|index\.docker\.io|registry-1\.docker\.io)$/;

interface ImageName {
  registry: string;
  repository: string;
  tag: string | undefined;
}

/** An image's parts, with docker.io where no registry is named. https://github.com/distribution/reference */
export function parseImage(image: string): ImageName {
  const [path = '', digest] = image.split('@');
  const slash = path.indexOf('/');
  const head = path.slice(0, slash);
  const hasRegistry = slash > 0 && (/[.:]/.test(head) || head === 'localhost');
  const rest = hasRegistry ? path.slice(slash + 1) : path;
  const colon = rest.lastIndexOf(':');
  const named = colon > 0 ? rest.slice(0, colon) : rest;
  return {
    registry: hasRegistry ? head : 'docker.io',
    repository: !hasRegistry && !named.includes('/') ? `library/${named}` : named,
    tag: digest ?? (colon > 0 ? rest.slice(colon + 1) : undefined),
  };
}

/** Whether a refusal that means "private, or not there" is for want of the repository rather than of a right. */
export function isMissingRepository(scene: Scene, { workload, pod, container }: Failure): boolean {
  const { registry, repository } = parseImage(container.image);
  if (hasPulled(scene, container.image)) return false;
  const before = workload.replicaSets.slice(1).flatMap(({ spec }) => spec.template.spec.containers);
  const old = before.find(({ name }) => name === container.name);
  if (old) {
    const was = parseImage(old.image);
    if (was.registry === registry) return was.repository !== repository;
  }
  return HUB.test(registry) && !hasPullSecret(pod);
}

export function hasPullSecret({ spec }: Pod): boolean {
  return spec.imagePullSecrets.some(({ name }) => name !== '');
}

/** Whether some node holds an image of the same repository. */
function hasPulled({ nodes }: Scene, image: string): boolean {
  const { registry, repository } = parseImage(image);
  return nodes.some(({ status }) =>
    status.images.some(({ names }) =>
      names.some((name) => {
        const held = parseImage(name);
        return held.registry === registry && held.repository === repository;
      }),
    ),
  );
}
