import { globOf } from './glob.ts';
import { ChartError } from './types.ts';

/** What `.helmignore` leaves out of a chart's folder. https://helm.sh/docs/chart_template_guide/helm_ignore_file/ */

type Matches = (path: string, isFolder: boolean) => boolean;

interface Rule {
  negated: boolean;
  foldersOnly: boolean;
  matches: (path: string) => boolean;
}

/** Hidden files among the templates are never read. */
const ALWAYS = 'templates/.?*';

/** Whether a path of the folder, or a folder above it, is left out. Throws ChartError on a pattern that Helm refuses. */
export function ignoredBy(text: string): (path: string) => boolean {
  const rules = [...text.split(/\r?\n/), ALWAYS].flatMap((line) => ruleOf(line));
  const one: Matches = (path, isFolder) => {
    for (const { negated, foldersOnly, matches } of rules) {
      if (negated) {
        if ((foldersOnly && !isFolder) || !matches(path)) return true;
        continue;
      }
      if (foldersOnly && !isFolder) continue;
      if (matches(path)) return true;
    }
    return false;
  };
  return (path) => {
    const parts = path.split('/');
    const above = parts.slice(0, -1).map((_, count) => parts.slice(0, count + 1).join('/'));
    return above.some((folder) => one(folder, true)) || one(path, false);
  };
}

function ruleOf(line: string): Rule[] {
  let rule = line.trim();
  if (rule === '' || rule.startsWith('#')) return [];
  if (rule.includes('**')) throw new ChartError('CHART_INVALID', '.helmignore: ** is not supported');
  const negated = rule.startsWith('!');
  if (negated) rule = rule.slice(1);
  const foldersOnly = rule.endsWith('/');
  if (foldersOnly) rule = rule.slice(0, -1);
  const isWhole = rule.includes('/');
  const pattern = patternOf(rule.replace(/^\//, ''));
  const matches = (path: string) => pattern.test(isWhole ? path : (path.split('/').at(-1) ?? ''));
  return [{ negated, foldersOnly, matches }];
}

function patternOf(glob: string): RegExp {
  try {
    return globOf(glob, false);
  } catch (error) {
    throw new ChartError('CHART_INVALID', '.helmignore has a pattern that is none', { cause: error });
  }
}
