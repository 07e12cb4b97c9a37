import { text } from 'node:stream/consumers';
import { hashPassword as hash } from '../../adapters/console/auth.ts';

/** Reads a password from standard input and prints `user:hash`, one entry of CONSOLE_USERS. */
export async function hashPassword(user: string): Promise<void> {
  if (process.stdin.isTTY) process.stderr.write('Type the password, then Ctrl+D: ');
  const password = (await text(process.stdin)).replace(/\r?\n$/, '');
  if (password.length < 8) throw new Error('The password needs at least 8 characters.');
  process.stdout.write(`${user}:${await hash(password)}\n`);
}
