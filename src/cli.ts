import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { DiagnoseCommand } from './commands/diagnose.ts';
import type { ReportCommand } from './commands/report.ts';

/** The commands. Exit codes: 0 done, 1 the command failed, 2 wrong usage, 3 findings at or above a threshold. */

const program = new Command('k8s-copilot')
  .description(
    'Plans, builds, delivers to, watches and heals Kubernetes clusters by chat, and asks before every change.',
  )
  .version('0.1.0')
  .showHelpAfterError('(k8s-copilot --help lists the commands)')
  .exitOverride();

const portNumber = (text: string) => {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return port;
};
const moment = (text: string) => {
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new InvalidArgumentError('It takes a time such as 2026-11-25T12:00:00Z.');
  return at;
};
const dayCount = (text: string) => {
  const days = Number(text);
  if (!Number.isInteger(days) || days < 1 || days > 30) throw new InvalidArgumentError('It takes 1 to 30 days.');
  return days;
};
const positive = (text: string) => {
  const number = Number(text);
  if (!(number > 0)) throw new InvalidArgumentError('It takes a number above 0.');
  return number;
};

program
  .command('start')
  .description('start the bot: the console, and every adapter whose tokens are set')
  .action(async () => (await import('./commands/start.ts')).start());

const sandbox = program
  .command('sandbox')
  .description('run only the simulated cloud, for other copies of the bot or any Alibaba Cloud SDK')
  .addOption(new Option('--port <N>', 'port on 127.0.0.1').argParser(portNumber).default(8788))
  .addOption(new Option('--speed <X>', 'how many times faster than real time').argParser(positive).default(15))
  .option('--demo', 'with a running cluster and a small shop in it')
  .action(async (options: { port: number; speed: number; demo?: boolean }) =>
    (await import('./commands/sandbox.ts')).runSandbox(options),
  );
for (const [way, description] of [
  ['break', 'break the demo in the running sandbox; `sandbox list` names the ways'],
  ['mend', 'put back what a scenario changed'],
] as const) {
  sandbox
    .command(way)
    .description(description)
    .argument('<scenario>', 'such as oom, image or probe')
    .option('--cluster <NAME>', 'id or name of a running cluster; default: the demo')
    .action(async (scenario: string, { cluster }: { cluster?: string }) =>
      (await import('./commands/sandbox-break.ts')).switchSandbox(way, scenario, cluster),
    );
}
sandbox
  .command('list')
  .description('list the ways to break the demo; a star marks those that are on')
  .addOption(new Option('-o, --output <FORMAT>').choices(['text', 'json']).default('text'))
  .action(async (options: { output: 'text' | 'json' }) =>
    (await import('./commands/sandbox-break.ts')).listSandbox(options.output),
  );

program
  .command('mcp')
  .description(
    'serve the `ack` MCP server: over stdio, or with --http over streamable HTTP. Writing tools refuse here: only the bot can approve',
  )
  .addOption(new Option('--http <PORT>', 'port on 127.0.0.1').argParser(portNumber))
  .option('--copilot', 'serve diagnoses, reports, plans, tasks and incidents to other agents instead; reading only')
  .action(async ({ copilot, ...options }: { http?: number; copilot?: boolean }) =>
    copilot
      ? (await import('./commands/mcp-copilot.ts')).runCopilotMcp(options, '0.1.0')
      : (await import('./commands/mcp.ts')).runMcp(options),
  );

program
  .command('plan')
  .description('turn a sentence into up to three ranked cluster plans with reasons and monthly cost')
  .argument('<sentence>', 'what you need, in English or Chinese')
  .addOption(new Option('-o, --output <FORMAT>').choices(['text', 'json']).default('text'))
  .action(async (sentence: string, options: { output: 'text' | 'json' }) =>
    (await import('./commands/plan.ts')).plan(sentence, options.output),
  );

program
  .command('diagnose')
  .description(
    'find what is wrong in a cluster and prove why; reads only. Without a source: the cluster of the settings',
  )
  .argument('[target]', 'what to look at, such as deployment/app, app or a pod; everything without it')
  .option('--snapshot <DIR>', 'a folder of objects and logs, as kubectl cluster-info dump --output-directory writes it')
  .option('--kubeconfig <FILE>', 'a cluster by its kubeconfig')
  .option('--context <NAME>', 'the context of the kubeconfig')
  .option('--cluster <NAME>', 'a cluster of the settings by name or id')
  .option('-n, --namespace <NS>', 'only this namespace')
  .option('-A, --all-namespaces', 'every namespace (the default)')
  .option('--now <TIME>', 'take this moment (ISO 8601) for now; default: the newest one in the snapshot', moment)
  .addOption(new Option('-o, --output <FORMAT>').choices(['text', 'json']).default('text'))
  .addOption(new Option('--language <LANGUAGE>').choices(['en', 'zh']).default('en'))
  .addOption(
    new Option('--fail-on <SEVERITY>', 'exit with 3 where a finding is at least so severe').choices([
      'info',
      'warning',
      'critical',
    ]),
  )
  .action(async (target: string | undefined, options: DiagnoseCommand) => {
    if (options.snapshot !== undefined && options.kubeconfig !== undefined)
      throw new InvalidArgumentError('Give --snapshot or --kubeconfig, not both.');
    await (await import('./commands/diagnose.ts')).diagnose(target, options);
  });

program
  .command('report')
  .description('say how healthy a cluster is, from 0 to 100, why, and what could be saved; reads only')
  .option('--snapshot <DIR>', 'a folder of objects: signals of the Kubernetes API only')
  .option('--kubeconfig <FILE>', 'a cluster by its kubeconfig')
  .option('--context <NAME>', 'the context of the kubeconfig')
  .option('--cluster <NAME>', 'a cluster of the settings by name or id')
  .addOption(new Option('--days <N>', 'how far to look back, 1 to 30').argParser(dayCount).default(7))
  .option('--now <TIME>', 'take this moment (ISO 8601) for now; default: the newest one in the snapshot', moment)
  .addOption(new Option('-o, --output <FORMAT>').choices(['text', 'json', 'html', 'junit']).default('text'))
  .option('--out <DIR>', 'write every format into this folder instead')
  .addOption(new Option('--language <LANGUAGE>').choices(['en', 'zh']).default('en'))
  .addOption(
    new Option('--fail-on <SEVERITY>', 'exit with 3 where a finding is at least so severe').choices([
      'info',
      'low',
      'medium',
      'high',
      'critical',
    ]),
  )
  .addOption(new Option('--fail-below <SCORE>', 'exit with 3 where the score is lower').argParser(positive))
  .action(async (options: ReportCommand) => {
    if (options.snapshot !== undefined && options.kubeconfig !== undefined)
      throw new InvalidArgumentError('Give --snapshot or --kubeconfig, not both.');
    await (await import('./commands/report.ts')).report(options);
  });

program
  .command('doctor')
  .description('check every setting, connection and right, and say how to mend each')
  .addOption(new Option('-o, --output <FORMAT>').choices(['text', 'json']).default('text'))
  .action(async (options: { output: 'text' | 'json' }) =>
    (await import('./commands/doctor.ts')).doctor(options.output),
  );

program
  .command('hash-password')
  .description('read a password from standard input and print its entry for CONSOLE_USERS')
  .argument('<user>', 'the name to log in with')
  .action(async (user: string) => (await import('./commands/hash-password.ts')).hashPassword(user));

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    console.error(describe(error));
    // What had been opened before the failure must not keep the process alive.
    process.exit(1);
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (process.env.LOG_LEVEL === 'debug') return error.stack ?? error.message;
  const code = 'code' in error && typeof error.code === 'string' ? `${error.code}: ` : '';
  const hint = 'hint' in error && typeof error.hint === 'string' ? `\n  ${error.hint}` : '';
  return `${code}${error.message}${hint}`;
}
