import { type Definition, takes, text } from './signature.ts';

const byPath: Readonly<Record<string, (path: string) => string | boolean>> = {
  base,
  dir: (path) => clean(path.slice(0, path.lastIndexOf('/') + 1)),
  clean,
  ext: (path) => /\.[^./]*$/.exec(path)?.[0] ?? '',
  isAbs: (path) => path.startsWith('/'),
};

/** Functions of paths; those of the system are the same on the systems Helm charts are written for. https://masterminds.github.io/sprig/paths.html */
export const paths: Readonly<Record<string, Definition>> = Object.fromEntries(
  Object.entries(byPath).flatMap(([name, answer]) => {
    const made = takes([text], ([path]) => answer(path));
    return [
      [name, made],
      [`os${name[0]?.toUpperCase()}${name.slice(1)}`, made],
    ];
  }),
);

/** https://pkg.go.dev/path#Clean: no `.`, no inner `..`, no slash at the end but the root's. */
function clean(path: string): string {
  const rooted = path.startsWith('/');
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    const inner = kept.length > 0 && kept.at(-1) !== '..';
    if (part === '..' && inner) kept.pop();
    else if (part !== '..' || !rooted) kept.push(part);
  }
  return (rooted ? '/' : '') + kept.join('/') || '.';
}

function base(path: string): string {
  if (path === '') return '.';
  let end = path.length;
  while (path[end - 1] === '/') end--;
  return path.slice(path.lastIndexOf('/', end - 1) + 1, end) || '/';
}
