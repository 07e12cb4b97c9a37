#!/usr/bin/env node
// Plain CommonJS that any Node can read: says what to do where Node is too old to run TypeScript as it is.
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(
    `k8s-copilot needs Node 22.19 or newer; this is ${process.version}.\n` +
      'Run `npm ci` once (it installs a Node of its own into .runtime/), then `npm start` or `npx k8s-copilot`.',
  );
  process.exit(1);
}
require('node:module').enableCompileCache?.(join(__dirname, '..', 'node_modules', '.cache', 'compile'));
import(pathToFileURL(join(__dirname, '..', 'src', 'cli.ts')).href);
