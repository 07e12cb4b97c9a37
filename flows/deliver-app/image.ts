/** Names of container images, read as registries read them. https://github.com/distribution/reference/blob/v0.6.0/reference.go */

export interface Image {
  text: string;
  /** Without host where none is given: Docker Hub is meant then. */
  repository: string;
  tag?: string;
  digest?: string;
}

const FORM =
  /^((?:(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*(?::\d{1,5})?\/)?[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*)(?::(\w[\w.-]{0,127}))?(?:@(sha256:[a-f0-9]{64}))?$/;

/** The parts of an image's name; undefined where it is none. */
export function parseImage(text: string): Image | undefined {
  const [, repository, tag, digest] = (text.length <= 512 && FORM.exec(text)) || [];
  if (repository === undefined) return undefined;
  return { text, repository, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) };
}

/** The same image under another tag. */
export const withTag = ({ repository }: Pick<Image, 'repository'>, tag: string): string => `${repository}:${tag}`;

/** What an application is called after its image: the last part of the repository, as Kubernetes takes names. */
export function nameOf({ repository }: Pick<Image, 'repository'>): string {
  const last = repository.split('/').at(-1) ?? '';
  return last.replace(/[^a-z0-9-]+/g, '-').slice(0, 50);
}

/** A tag as the value of a label: at most 63 letters, digits, dots, underscores and hyphens. */
export function versionLabel({ tag, digest }: Image): string {
  const text = tag ?? digest?.slice('sha256:'.length, 'sha256:'.length + 12) ?? 'latest';
  return text.slice(0, 63).replace(/^[^a-zA-Z0-9]+|[^a-zA-Z0-9]+$/g, '') || 'latest';
}

/**
 * Official images whose Dockerfile names no user other than root, so that a container that must not run as root is refused.
 * From the Dockerfiles of https://github.com/docker-library/official-images, 2026-09; not all of them, and others may be so, too.
 */
const AS_ROOT = new Set([
  'nginx',
  'httpd',
  'redis',
  'postgres',
  'mysql',
  'mariadb',
  'mongo',
  'rabbitmq',
  'wordpress',
  'node',
  'python',
  'golang',
  'openjdk',
  'tomcat',
  'php',
  'ruby',
  'busybox',
  'alpine',
  'debian',
  'ubuntu',
  'traefik',
  'caddy',
]);

/** Whether it is known that the image begins as root. */
export function isRootImage({ repository }: Pick<Image, 'repository'>): boolean {
  const short = repository.replace(/^(?:docker\.io\/)?(?:library\/)?/, '');
  return AS_ROOT.has(short);
}
