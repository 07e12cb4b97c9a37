import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { ConsoleError } from './wire.ts';

/** Who may sit at the console: the users of CONSOLE_USERS, their passwords as scrypt hashes, and how fast one may guess. */

const derive = promisify<string, Buffer, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(scrypt);

const COST = { N: 16_384, r: 8, p: 1 };
const MAX_MEMORY = 128 * 1024 * 1024;
const HASH = /^scrypt\.(\d+)\.(\d+)\.(\d+)\.([\w-]+)\.([\w-]+)$/;
const USER = /^([\p{L}\p{N}._@-]{1,64}):(\S+)$/u;

/** Names and their password hashes. */
export type Users = ReadonlyMap<string, string>;

/** Hashes a password as `scrypt.N.R.P.SALT.KEY`, the form CONSOLE_USERS holds: no sign in it means anything to a shell. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password.normalize('NFKC'), salt, 32, { ...COST, maxmem: MAX_MEMORY });
  return hashText(salt.toString('base64url'), key.toString('base64url'));
}

function hashText(salt: string, key: string): string {
  return ['scrypt', COST.N, COST.r, COST.p, salt, key].join('.');
}

/** Reads `NAME:HASH` pairs parted by commas or white space. Throws `console-users-invalid`, never quoting a hash. */
export function parseUsers(text: string): Users {
  const users = new Map<string, string>();
  for (const [index, pair] of text
    .split(/[\s,]+/)
    .filter(Boolean)
    .entries()) {
    const [, name, hash] = USER.exec(pair) ?? [];
    if (!name || !hash || !HASH.test(hash) || users.has(name)) throw badUser(index + 1);
    users.set(name, hash);
  }
  return users;
}

function badUser(position: number): ConsoleError {
  return new ConsoleError(
    'console-users-invalid',
    `Entry ${position} of CONSOLE_USERS is not NAME:HASH with a new name and a scrypt hash`,
    'Write NAME:scrypt.N.R.P.SALT.KEY, parted by commas, see .env.example',
  );
}

/** Whether the password is the user's. An unknown name takes as long as a wrong password. */
export async function verifyPassword(users: Users, name: string, password: string): Promise<boolean> {
  const known = users.get(name);
  const [, n, r, p, salt = '', key = ''] = HASH.exec(known ?? DECOY) ?? [];
  const expected = Buffer.from(key, 'base64url');
  const options = { N: Number(n), r: Number(r), p: Number(p), maxmem: MAX_MEMORY };
  const actual = await derive(password.normalize('NFKC'), Buffer.from(salt, 'base64url'), expected.length, options);
  return timingSafeEqual(actual, expected) && known !== undefined;
}

const DECOY = hashText('A'.repeat(22), 'A'.repeat(43));

const SESSION_HOURS = 12;

/** What a session's cookie says, before it is signed. Bound to the password, so that a new one ends old sessions. */
export function sessionFor(users: Users, name: string, now: number): string {
  const expires = now + SESSION_HOURS * 3_600_000;
  return [Buffer.from(name).toString('base64url'), expires, fingerprint(users.get(name) ?? '')].join('.');
}

/** The user of a session whose signature held; undefined when it has ended. */
export function sessionUser(users: Users, value: string, now: number): string | undefined {
  const [encoded = '', expires, print] = value.split('.');
  const name = Buffer.from(encoded, 'base64url').toString();
  const hash = users.get(name);
  return hash && Number(expires) > now && print === fingerprint(hash) ? name : undefined;
}

const fingerprint = (hash: string): string => createHash('sha256').update(hash).digest('base64url').slice(0, 16);

const FREE_TRIES = 5;
const PAUSE_MS = 60_000;
const REMEMBERED = 10_000;

/** Counts tries to log in by name and address: after five that failed, each further one costs a minute's pause. */
export function createLoginLimit(clock: () => number) {
  const tries = new Map<string, { count: number; until: number }>();
  return {
    /** Counts a try before it is made. Milliseconds to wait first; 0 lets it through. */
    enter(key: string): number {
      const { count = 0, until = 0 } = tries.get(key) ?? {};
      if (until > clock()) return until - clock();
      tries.delete(key);
      tries.set(key, { count: count + 1, until: count + 1 < FREE_TRIES ? 0 : clock() + PAUSE_MS });
      for (const oldest of tries.keys()) if (tries.size > REMEMBERED) tries.delete(oldest);
      return 0;
    },
    succeeded: (key: string): void => void tries.delete(key),
  };
}
