import { join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { assemble, type Materials } from '../../../flows/health-report/assemble.ts';
import { loadMessages } from '../../chat/messages.ts';
import type { Assembled } from './assembling.ts';

parentPort?.once('message', (materials: Materials) => {
  parentPort?.postMessage(answer(materials));
});

function answer(materials: Materials): Assembled {
  try {
    return { report: assemble(materials, loadMessages(join(import.meta.dirname, '../../../templates/messages'))) };
  } catch (error) {
    return { failed: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
