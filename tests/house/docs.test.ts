import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

/** The documents for people: they point at what exists, and both READMEs say the same. */
const pages = globSync(['README*.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'docs/**/*.md']).map((file) => {
  const text = readFileSync(file, 'utf8');
  return { file, text, prose: text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, '') };
});
const rooms = 'src|adapters|flows|servers|templates|knowledge|analysis|tests|docs|bench|scripts|bin';
const readme = (name: string) => pages.find(({ file }) => file === name)?.text ?? '';
const count = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].length;

describe('the documents', () => {
  test('every relative link leads to a file', () => {
    const broken = pages.flatMap(({ file, prose }) =>
      [...prose.matchAll(/\]\((?!\w+:)([^)#]+)(?:#[^)]*)?\)/g)]
        .map(([, target = '']) => ({ file, target }))
        .filter(({ target }) => !existsSync(join(dirname(file), target))),
    );
    expect(broken).toEqual([]);
  });

  test('every path of the project that is named exists, but for placeholders in capitals', () => {
    const path = new RegExp(`\`((?:${rooms})/[\\w./-]+)\``, 'g');
    const broken = pages.flatMap(({ file, prose }) =>
      [...prose.matchAll(path)]
        .map(([, named = '']) => ({ file, named }))
        .filter(({ named }) => !/\bNAME\b/.test(named) && !existsSync(named)),
    );
    expect(broken).toEqual([]);
  });

  test('both READMEs have the same shape, under two screens', () => {
    const shape = (text: string) => ({
      headings: count(text, /^#{1,3} /gm),
      blocks: [...text.matchAll(/^```(\w+)$/gm)].map(([, language]) => language),
      links: count(text, /\]\((?!\w+:)[^)]+\)/g),
      rows: count(text, /^\|/gm),
    });
    expect(shape(readme('README.zh-CN.md'))).toEqual(shape(readme('README.md')));
    expect(shape(readme('README.md')).headings).toBeGreaterThan(4);
    for (const name of ['README.md', 'README.zh-CN.md']) expect(readme(name).split('\n').length).toBeLessThan(120);
  });
});
