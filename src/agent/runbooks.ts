import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Language } from '../chat/types.ts';
import type { Runbook } from './types.ts';

/** Pages of advice, in Markdown with YAML front matter. They are read by people and by the model, and carried out by nobody. */

/** A runbook that cannot be used. The message names the file and what is wrong with it. */
class RunbookError extends Error {
  readonly code = 'RUNBOOK_INVALID';
}

const word = z.string().trim().min(1).max(80);
const frontMatter = z.strictObject({
  title: z.strictObject({ en: word, zh: word }),
  when: z.string().trim().min(1).max(400),
  causes: z.array(word).max(40).default([]),
  keywords: z.array(word).min(1).max(60),
});

const translated = frontMatter.pick({ when: true });

const LONGEST_BODY = 12_000;
const NAME = /^[a-z0-9][a-z0-9-]{0,62}\.md$/;

/** The runbooks of some folders, by name; one of a later folder takes the place of an earlier one's. Throws RunbookError. */
export function readRunbooks(folders: readonly string[], causes: ReadonlySet<string>): Runbook[] {
  const found = folders.flatMap((folder) => readFolder(folder, causes));
  return [...new Map(found.map((runbook) => [runbook.name, runbook])).values()].sort((a, b) =>
    a.name.localeCompare(b.name),
  );
}

const LANGUAGES: readonly Language[] = ['en', 'zh'];

/** The pages of a folder, each with its translation out of the folder of that language below it. */
function readFolder(folder: string, causes: ReadonlySet<string>): Runbook[] {
  const pages = filesOf(folder).map((file) => {
    if (!NAME.test(file))
      throw new RunbookError(
        `${join(folder, file)}: a runbook is named with small letters, digits and hyphens, such as my-page.md`,
      );
    const text = readFileSync(join(folder, file), 'utf8');
    return parseRunbook(text, join(folder, file), { name: file.slice(0, -3), causes });
  });
  const byFile = new Map(pages.map((page) => [`${page.name}.md`, page]));
  for (const language of LANGUAGES)
    for (const file of filesOf(join(folder, language))) {
      const where = join(folder, language, file);
      const page = byFile.get(file);
      if (!page) throw new RunbookError(`${where}: it translates ${join(folder, file)}, which is not there`);
      if (page.language === language)
        throw new RunbookError(`${where}: ${join(folder, file)} is in that language itself`);
      page.translation = parseTranslation(readFileSync(where, 'utf8'), where);
    }
  return pages;
}

const filesOf = (folder: string): string[] =>
  existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.md') && file !== 'README.md') : [];

/** One runbook out of its text. `where` is what an error calls it. */
export function parseRunbook(
  text: string,
  where: string,
  { name, causes }: { name: string; causes: ReadonlySet<string> },
): Runbook {
  const { matter, body } = partsOf(text, where);
  const front = checked(frontMatter, matter, where);
  const unknown = front.causes.filter((cause) => !causes.has(cause));
  if (unknown.length > 0)
    throw new RunbookError(
      `${where}: causes: there is no cause ${unknown.join(', ')}; flows/incidents/causes.ts lists them`,
    );
  return { name, ...front, body, language: languageOf(body) };
}

/** The same page in another language: `when`, and the body. What else it is found by stands in the page itself. */
function parseTranslation(text: string, where: string): NonNullable<Runbook['translation']> {
  const { matter, body } = partsOf(text, where);
  return { ...checked(translated, matter, where), body };
}

/** The front matter, not read yet, and the page. */
function partsOf(text: string, where: string): { matter: string; body: string } {
  const [, matter, below] = /^---\r?\n([\s\S]*?)\r?\n---\r?\n([\s\S]*)$/.exec(text) ?? [];
  if (matter === undefined || below === undefined)
    throw new RunbookError(
      `${where}: a runbook begins with a line ---, its front matter in YAML, and another line ---`,
    );
  const body = below.trim();
  if (body === '') throw new RunbookError(`${where}: nothing stands below the front matter`);
  if (body.length > LONGEST_BODY)
    throw new RunbookError(`${where}: it is longer than ${LONGEST_BODY} characters: make two of it`);
  return { matter, body };
}

function checked<T>(form: z.ZodType<T>, matter: string, where: string): T {
  const parsed = form.safeParse(yamlOf(matter, where));
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'front matter'}: ${message}`);
  throw new RunbookError(`${where}: ${issues.join('; ')}`);
}

/** Commands and names are Latin in a Chinese page as well. */
const languageOf = (body: string): Language =>
  (body.match(/\p{Script=Han}/gu) ?? []).length > body.length / 10 ? 'zh' : 'en';

/** The page in a language, or as it is where nobody translated it: `language` tells which. */
export function pageIn(runbook: Runbook, language: Language): Pick<Runbook, 'when' | 'body' | 'language'> {
  const { translation } = runbook;
  if (runbook.language === language || !translation) {
    const { when, body } = runbook;
    return { when, body, language: runbook.language };
  }
  return { ...translation, language };
}

function yamlOf(text: string, where: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new RunbookError(`${where}: front matter: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

const MOST_MATCHES = 3;
const OF_CAUSE = 10;
const OF_NAME = 8;
const OF_KEYWORD = 2;

/** The pages that fit, the best first, three at most. What the rules found counts more than words. */
export function matchRunbooks(
  runbooks: readonly Runbook[],
  { causes = [], text = '' }: { causes?: readonly string[]; text?: string },
): Runbook[] {
  const said = ` ${text.normalize('NFKC').toLowerCase()} `;
  const scored = runbooks.map((runbook) => ({ runbook, score: scoreOf(runbook, causes, said) }));
  return scored
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, MOST_MATCHES)
    .map(({ runbook }) => runbook);
}

function scoreOf({ name, title, causes, keywords }: Runbook, found: readonly string[], said: string): number {
  const ofCauses = causes.filter((cause) => found.includes(cause)).length;
  const names = [name, name.replaceAll('-', ' '), title.en, title.zh].filter((one) => isIn(one, said)).length;
  const words = keywords.filter((keyword) => isIn(keyword, said)).length;
  return (ofCauses > 0 ? OF_CAUSE + ofCauses : 0) + (names > 0 ? OF_NAME : 0) + OF_KEYWORD * words;
}

/** Latin words by their borders, Chinese ones wherever they stand. */
function isIn(wanted: string, said: string): boolean {
  const low = wanted.normalize('NFKC').toLowerCase();
  if (/\p{Script=Han}/u.test(low)) return said.includes(low);
  for (let at = said.indexOf(low); at >= 0; at = said.indexOf(low, at + 1)) {
    const [before = ' ', after = ' '] = [said[at - 1], said[at + low.length]];
    if (!/[a-z0-9]/.test(before) && !/[a-z0-9]/.test(after)) return true;
  }
  return false;
}
