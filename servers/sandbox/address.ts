import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const addressSchema = z.object({ url: z.string(), pid: z.int() });

/** Where a running sandbox is, and the process it runs in. */
export type Address = z.infer<typeof addressSchema>;

const fileIn = (dataDir: string): string => join(dataDir, 'address');

/** Leaves a running sandbox's address beside its world; returns how to take it away again. */
export function leaveAddress(dataDir: string, address: Address): () => void {
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(fileIn(dataDir), `${JSON.stringify(address)}\n`);
  return () => {
    if (readAddress(dataDir)?.url === address.url) rmSync(fileIn(dataDir), { force: true });
  };
}

/** The address of the sandbox that runs on this world; undefined when none does, also after one was killed. */
export function findAddress(dataDir: string): Address | undefined {
  const address = readAddress(dataDir);
  return address && isAlive(address.pid) ? address : undefined;
}

function readAddress(dataDir: string): Address | undefined {
  try {
    return addressSchema.parse(JSON.parse(readFileSync(fileIn(dataDir), 'utf8')));
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
