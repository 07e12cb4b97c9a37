import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { causes } from '../../flows/incidents/causes.ts';
import { matchRunbooks, parseRunbook, readRunbooks } from '../../src/agent/runbooks.ts';

const known = new Set<string>(Object.keys(causes));
const house = readRunbooks(['runbooks'], known);
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function folder(files: Record<string, string>): string {
  const made = mkdtempSync(join(tmpdir(), 'runbooks-'));
  folders.push(made);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(made, name), text);
  return made;
}

const page = (matter: string, body = 'Look.') => `---\n${matter}\n---\n${body}\n`;
const good = 'title: { en: Mine, zh: 我的 }\nwhen: Always.\nkeywords: [mine]';
const names = (query: Parameters<typeof matchRunbooks>[1]) => matchRunbooks(house, query).map(({ name }) => name);

describe('the runbooks that come with the house', () => {
  test('are ten pages, each of use for several causes, in half a page', () => {
    expect(house).toHaveLength(10);
    for (const { body, causes: of, keywords } of house) {
      expect(body.length).toBeLessThan(3000);
      expect(of.length).toBeGreaterThan(2);
      expect(keywords.some((word) => /\p{Script=Han}/u.test(word))).toBe(true);
    }
  });

  test.each([
    [{ causes: ['OOMKilled'] }, 'oom'],
    [{ causes: ['ImageNotFound'], text: 'dns' }, 'image-pull'],
    [{ text: 'runbook for OOM' }, 'oom'],
    [{ text: '有没有 DNS 的排障手册' }, 'dns'],
    [{ text: 'why 502?' }, 'ingress-5xx'],
    [{ text: 'PVC 挂载失败' }, 'volumes'],
    [{ text: 'runbook failed-release' }, 'failed-release'],
    [{ text: '证书快到期了' }, 'certificates'],
  ])('are found by %o', (query, name) => {
    expect(names(query)[0]).toBe(name);
  });

  test('are three at most, and none where nothing fits', () => {
    expect(names({ text: 'oom dns probe certificate volume ingress node down' })).toHaveLength(3);
    expect(names({ text: 'a zoom call about bloom filters' })).toEqual([]);
    expect(names({})).toEqual([]);
  });
});

describe('a page of the team', () => {
  test('takes the place of one of the same name', () => {
    const mine = folder({ 'oom.md': page(good), 'extra.md': page(good), 'README.md': 'no page', 'x.txt': 'no page' });
    const all = readRunbooks(['runbooks', mine, '/nowhere'], known);
    expect(all).toHaveLength(11);
    expect(all.find(({ name }) => name === 'oom')?.title.en).toBe('Mine');
  });

  test.each([
    ['no front matter', 'words', /begins with a line ---/],
    ['YAML that is none', page('title: ['), /front matter/],
    ['a missing title', page('when: x\nkeywords: [a]'), /title/],
    ['a field that is none', page(`${good}\nauthor: me`), /author/],
    ['a cause that is none', page(`${good}\ncauses: [OOMKiled]`), /there is no cause OOMKiled/],
    ['no text', page(good, ''), /nothing stands below/],
    ['too much text', page(good, 'x'.repeat(12_001)), /longer than/],
  ])('with %s is refused with its file and the reason', (_what, text, why) => {
    const read = () => parseRunbook(text, 'my/page.md', { name: 'page', causes: known });
    expect(read).toThrow(/^my\/page\.md: /);
    expect(read).toThrow(why);
  });

  test('with a name that nobody could type is refused', () => {
    expect(() => readRunbooks([folder({ 'My Page.md': page(good) })], known)).toThrow(/small letters/);
  });
});
