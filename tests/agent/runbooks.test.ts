import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { causes } from '../../flows/incidents/causes.ts';
import { matchRunbooks, pageIn, parseRunbook, readRunbooks } from '../../src/agent/runbooks.ts';

const known = new Set<string>(Object.keys(causes));
const house = readRunbooks(['runbooks'], known);
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function folder(files: Record<string, string>): string {
  const made = mkdtempSync(join(tmpdir(), 'runbooks-'));
  folders.push(made);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(made, name)), { recursive: true });
    writeFileSync(join(made, name), text);
  }
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

describe('the Chinese page', () => {
  /** What both languages have alike: the form of the page, and what is typed or looked for. */
  const skeleton = (body: string) => body.split('\n').flatMap((line) => /^(?:#+ |\d+\. |- |\|)/.exec(line)?.[0] ?? []);
  const literals = (body: string) =>
    [...body.matchAll(/`([^`]+)`|<(https:[^>]+)>/g)].map(([, code = '', link = '']) => code + link);
  /** What the bot itself understands in either language. */
  const OWN_WORDS = new Map([['回滚 DEPLOYMENT', 'roll back DEPLOYMENT']]);

  test.each(house.map((page) => [page.name, page] as const))(
    '%s has the same steps and names the same commands',
    (_name, page) => {
      const { body, when, language } = pageIn(page, 'zh');
      expect(language).toBe('zh');
      expect(when).toMatch(/\p{Script=Han}/u);
      expect(body.match(/\p{Script=Han}/gu)?.length ?? 0).toBeGreaterThan(200);
      expect(skeleton(body)).toEqual(skeleton(page.body));
      const said = new Set(literals(body).map((one) => OWN_WORDS.get(one) ?? one));
      expect([...said].toSorted()).toEqual([...new Set(literals(page.body))].toSorted());
      const numbers = (text: string) => (text.replaceAll(/`[^`]+`|<[^>]+>/g, '').match(/\d{2,}/g) ?? []).toSorted();
      expect(numbers(body)).toEqual(numbers(page.body));
    },
  );
});

describe('a page of the team', () => {
  test('has its translation beside it, in a folder of that language, and is shown as it is without one', () => {
    const chinese = page(good, '先看队列的长度，再看消费者是否存活。');
    const [mine, other, only] = readRunbooks(
      [
        folder({
          'a.md': page(good, 'Look at the queue.'),
          'zh/a.md': page('when: 队列变长时。', '看队列。'),
          'b.md': chinese,
          'en/b.md': page('when: It grows.', 'Look first.'),
          'c.md': chinese,
        }),
      ],
      known,
    );
    expect(mine && pageIn(mine, 'zh')).toEqual({ language: 'zh', when: '队列变长时。', body: '看队列。' });
    expect(mine && pageIn(mine, 'en')).toEqual({ language: 'en', when: 'Always.', body: 'Look at the queue.' });
    expect(other && pageIn(other, 'en')).toEqual({ language: 'en', when: 'It grows.', body: 'Look first.' });
    expect(only && pageIn(only, 'en')).toMatchObject({ language: 'zh', body: expect.stringContaining('先看') });
  });

  test('of the house’s name has no translation of the house', () => {
    const all = readRunbooks(['runbooks', folder({ 'oom.md': page(good, 'Look.') })], known);
    expect(all.find(({ name }) => name === 'oom')?.translation).toBeUndefined();
  });

  test.each([
    ['of a page that is not there', { 'zh/a.md': page('when: x', '看。') }, /translates .*a\.md, which is not there/],
    ['in the page’s own language', { 'a.md': page(good), 'en/a.md': page('when: x') }, /is in that language itself/],
    ['with a title of its own', { 'a.md': page(good), 'zh/a.md': page(good, '看。') }, /title/],
    ['without text', { 'a.md': page(good), 'zh/a.md': page('when: x', '') }, /nothing stands below/],
  ])('a translation %s is refused with its file and the reason', (_what, files, why) => {
    expect(() => readRunbooks([folder(files)], known)).toThrow(why);
  });

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
