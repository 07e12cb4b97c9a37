import { readFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { loadPyodide, type PyodideAPI } from 'pyodide';
import type { Asked, Said } from './pyodide.ts';
import { MAX_BYTES, MAX_MEMORY } from './result.ts';

/** The thread of Pyodide: loads Python once, then runs one script after another. https://pyodide.org/en/stable/usage/api/js-api.html */

/** As far as this thread needs it: TypeScript knows WebAssembly of browsers only. */
interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}
declare const WebAssembly: { Memory: { prototype: WasmMemory } };

const PAGE = 65_536;
const say = (said: Said) => parentPort?.postMessage(said);

/** Pyodide's memory grows as far as WebAssembly allows; one that may not becomes a MemoryError of the script. */
function limitMemory(): void {
  const grow = WebAssembly.Memory.prototype.grow;
  WebAssembly.Memory.prototype.grow = function (this: WasmMemory, pages: number) {
    if (this.buffer.byteLength + pages * PAGE > MAX_MEMORY) throw new RangeError('out of memory');
    return grow.call(this, pages);
  };
}

async function load(): Promise<PyodideAPI> {
  limitMemory();
  const python = await loadPyodide({ args: ['-I', '-S', '-B'], env: {} });
  python.FS.mkdirTree('/analysis');
  const guard = readFileSync(new URL('./guard.py', import.meta.url), 'utf8');
  python.globals.set('__name__', 'guard');
  python.runPython(guard);
  python.runPython("sys.path.insert(0, '/analysis'); guard(['/analysis'])");
  return python;
}

const loading = load();

parentPort?.on('message', async ({ files, script, input }: Asked) => {
  const python = await loading;
  for (const { path, text } of files) python.FS.writeFile(path, text);
  const printed = connect(python, input);
  say({ kind: 'began' });
  const why: unknown = python.globals.get('run')(script);
  say(typeof why === 'string' ? { kind: 'failed', why } : { kind: 'printed', text: Buffer.concat(printed).toString() });
});

/** Gives the next script its input, and takes what it prints. */
function connect(python: PyodideAPI, input: string): Buffer[] {
  const printed: Buffer[] = [];
  let length = 0;
  let left = Buffer.from(input);
  python.setStdin({
    read(into: Uint8Array) {
      const part = left.subarray(0, into.length);
      into.set(part);
      left = left.subarray(part.length);
      return part.length;
    },
  });
  python.setStdout({
    write(chunk: Uint8Array) {
      length += chunk.length;
      if (length > MAX_BYTES) say({ kind: 'too-much' });
      else printed.push(Buffer.from(chunk));
      return chunk.length;
    },
  });
  python.setStderr({ write: (chunk: Uint8Array) => chunk.length });
  return printed;
}
