import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { NoEngine, startEngine } from './mongo-engine.ts';

/** Runs the contracts of storage and jobs on MongoDB: on MONGODB_URL where it is set, on MongoDB's own engine otherwise. */

process.exitCode = process.env.MONGODB_URL ? test(process.env.MONGODB_URL) : await testOnEngine();

async function testOnEngine(): Promise<number> {
  try {
    const engine = await startEngine();
    const code = test(engine.uri);
    await engine.stop();
    return code;
  } catch (error) {
    if (!(error instanceof NoEngine)) throw error;
    console.error(`${error.message}\nOr set MONGODB_URL to test on a server of your own.`);
    return 1;
  }
}

function test(mongoUrl: string): number {
  const root = join(import.meta.dirname, '..');
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const env = { ...process.env, MONGODB_URL: mongoUrl };
  return (
    spawnSync(process.execPath, [vitest, 'run', '--project', 'mongo'], { cwd: root, env, stdio: 'inherit' }).status ?? 1
  );
}
