/** What a container image does when it runs. The sandbox's own invention, modelled on how such programs behave. */

/** A door the program opens. */
export interface Listener {
  port: number;
  /** The variable that sets the port instead. */
  portEnv?: string;
  protocol: 'http' | 'https' | 'tcp';
  /** What a path answers; `ready` is 200, or 503 while something the program needs is away. Others answer 404. */
  paths?: Record<string, number | 'ready'>;
}

/** Something the program connects to. */
export interface Dependency {
  /** The variable that holds its address: a URL or `host:port`. */
  env: string;
  defaultPort: number;
  /** `start`: without it the program exits; `ready`: it says it is not ready; `log`: it only complains. */
  need: 'start' | 'ready' | 'log';
  /** The variable of the password here, and at a server of this cluster. */
  password?: { env: string; serverEnv: string; user: string };
}

export interface Program {
  /** Seconds from the start until the doors are open. */
  startSeconds: number;
  /** MiB; `leak` is MiB an hour. */
  memory: { start: number; warm: number; warmUpSeconds: number; leak?: number };
  /** Cores without and with the usual load. */
  cpu: { idle: number; busy: number };
  listens: Listener[];
  /** Variables without which it exits. */
  env?: string[];
  /** Files without which it exits. */
  files?: string[];
  /** A word in a file that it does not understand, and what it says then. */
  rejects?: { path: string; pattern: RegExp; line: string };
  /** Folders it must be able to write to. */
  writes?: string[];
  dependencies?: Dependency[];
  /** Calls of the Kubernetes API that it makes with its ServiceAccount. */
  access?: { verb: string; group: string; resource: string }[];
  /** For a program that ends. */
  ends?: { afterSeconds: number; exitCode: number; lines: string[] };
  /** What it says again and again besides requests. */
  says?: { every: number; line: string }[];
  /** Uid it runs as. */
  user: number;
  /** Commands found in the image; absent: any. */
  commands?: string[];
  style: 'node' | 'nginx' | 'postgres' | 'redis' | 'go' | 'quiet';
  /** Takes its time to stop: seconds after SIGTERM. */
  stopSeconds?: number;
}

/** A repository that is known: only its versions exist. */
export interface Repository {
  /** With host, without tag: `docker.io/library/redis`. */
  name: string;
  private?: boolean;
  sizeMiB: number;
  architectures: string[];
  program: Program;
  /** Tags as they are, each with what is different in it. */
  versions: Record<string, Partial<Program> & { architectures?: string[] }>;
  /** Any other tag of this form exists, too. */
  pattern?: RegExp;
}
