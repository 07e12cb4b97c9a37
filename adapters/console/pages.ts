import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Hono } from 'hono';
import type { ConsoleEnv, Refuse, Texts } from './refusal.ts';

/** The page's own files, what it shares with the pictures, three libraries out of node_modules, and the texts. Nothing else can be fetched. */

const WEB = fileURLToPath(new URL('./web/', import.meta.url));

const OTHERS: Record<string, URL> = {
  ...shared('amounts.js', 'bars.js', 'curves.js'),
  '/vendor/marked.js': new URL(import.meta.resolve('marked')),
  '/vendor/purify.js': new URL(import.meta.resolve('dompurify')),
  '/vendor/echarts.js': new URL(import.meta.resolve('echarts/dist/echarts.esm.min.mjs')),
};

function shared(...names: string[]): Record<string, URL> {
  const urlOf = (name: string) => new URL(`../../src/charts/shared/${name}`, import.meta.url);
  return Object.fromEntries(names.map((name) => [`/shared/${name}`, urlOf(name)]));
}

/** Addresses without a file name. */
const PAGES: Record<string, string> = { '/': '/index.html', '/preview': '/preview.html' };

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

interface Page {
  body: string;
  type: string;
  etag: string;
}

/** The static routes. Files are read when first asked for and kept. */
export function pageRoutes(texts: Texts, refuse: Refuse): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>();
  const files = webFiles();
  const kept = new Map<string, Promise<Page>>();

  app.get('/texts/:language', (c) => {
    const language = c.req.param('language') === 'zh' ? 'zh' : 'en';
    return c.json(pageTexts(texts, language), 200, { 'cache-control': 'no-cache' });
  });
  app.get('*', async (c) => {
    const path = PAGES[c.req.path] ?? c.req.path;
    const file = files.get(path);
    if (!file) return refuse(c, 404, 'not-found');
    const page = kept.get(path) ?? load(file);
    kept.set(path, page);
    const { body, type, etag } = await page;
    if (c.req.header('if-none-match') === etag) return c.body(null, 304, { etag });
    return c.body(body, 200, { 'content-type': type, 'cache-control': 'no-cache', etag });
  });
  return app;
}

function webFiles(): Map<string, string> {
  const own = readdirSync(WEB, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name))
    .map((path): [string, string] => [`/${relative(WEB, path).split(sep).join('/')}`, path]);
  const others = Object.entries(OTHERS).map(([path, url]): [string, string] => [path, fileURLToPath(url)]);
  return new Map([...own, ...others]);
}

async function load(file: string): Promise<Page> {
  const body = await readFile(file, 'utf8');
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  return { body, type: TYPES[extname(file)] ?? 'application/octet-stream', etag };
}

function pageTexts(texts: Texts, language: 'en' | 'zh'): Record<string, string> {
  const own = [...texts[language]].filter(([key]) => key.startsWith('page.'));
  return Object.fromEntries(own.map(([key, text]) => [key.slice('page.'.length), text]));
}
