// Puts a pinned Node into .runtime/ where the system's Node is too old, and links it first on npm's PATH.
// Runs on any Node from 18 on, so it stays plain JavaScript without dependencies.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const runtime = join(root, '.runtime');
const platform = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;

function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 19);
}

function link() {
  const binary = process.platform === 'win32' ? 'node.exe' : 'node';
  const target = join(runtime, 'node_modules', `node-${platform}`, 'bin', binary);
  if (!existsSync(target)) {
    console.error(
      `k8s-copilot needs Node 22.19 or newer; this is ${process.version}, and no bundled Node fits ${platform}.\n` +
        'Install Node 24 (https://nodejs.org), then run npm ci again.',
    );
    process.exit(1);
  }
  const bin = join(root, 'node_modules', '.bin');
  mkdirSync(bin, { recursive: true });
  rmSync(join(bin, binary), { force: true });
  symlinkSync(target, join(bin, binary));
}

if (!isNewEnough(process.versions.node)) {
  const cli = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund', '--ignore-scripts'];
  const options = { cwd: runtime, stdio: ['ignore', 'ignore', 'inherit'] };
  if (cli) execFileSync(process.execPath, [cli, ...args], options);
  else execFileSync('npm', args, options);
  link();
}
