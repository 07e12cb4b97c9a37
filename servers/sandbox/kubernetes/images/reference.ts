/** The parts of an image reference. */
export interface ImageReference {
  host: string;
  /** With host. */
  repository: string;
  tag: string;
  /** As a runtime writes it: `docker.io/library/redis:7`. */
  full: string;
}

/** Reads `nginx`, `redis:7.2`, `host/team/app:1.2@sha256:…`. https://github.com/distribution/reference */
export function parseReference(text: string): ImageReference {
  const [bare = '', digest] = text.split('@');
  const slash = bare.indexOf('/');
  const first = slash < 0 ? '' : bare.slice(0, slash);
  const hasHost = /[.:]/.test(first) || first === 'localhost';
  const host = hasHost ? first : 'docker.io';
  const path = hasHost ? bare.slice(slash + 1) : bare;
  const colon = path.lastIndexOf(':');
  const name = colon < 0 ? path : path.slice(0, colon);
  const tag = colon < 0 ? 'latest' : path.slice(colon + 1);
  const repository = `${host}/${host === 'docker.io' && !name.includes('/') ? 'library/' : ''}${name}`;
  return { host, repository, tag, full: digest ? `${repository}@${digest}` : `${repository}:${tag}` };
}
