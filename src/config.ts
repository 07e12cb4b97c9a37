import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { z } from 'zod';

/** Every setting comes from the environment, or from a `.env` file beside it. `.env.example` mirrors this list; a test keeps them equal. */

const port = z.coerce.number().int().min(0).max(65_535);
const text = z.string().min(1);
const amount = z.coerce.number().int().min(0);
const money = z.number().min(0);
/** Without credentials, queries or fragments in it. */
const CHART_PLACE =
  /^(?:https:\/\/|oci:\/\/|http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?=[:/]|$))(?!.*[@?#\s])[^\s]+$/;

const settings = z.object({
  DATA_DIR: text.default('./data'),
  MONGODB_URL: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\//, 'must begin with mongodb:// or mongodb+srv://')
    .optional(),
  CONSOLE_HOST: text.default('127.0.0.1'),
  CONSOLE_PORT: port.default(8787),
  CONSOLE_USERS: text.optional(),
  CONSOLE_URL: z.url({ protocol: /^https?$/ }).optional(),
  HOOK_TOKEN: text.optional(),
  ACK_BACKEND: z.enum(['sandbox', 'kubeconfig', 'aliyun']).default('sandbox'),
  SANDBOX_SPEED: z.coerce.number().positive().max(10_000).default(15),
  SANDBOX_URL: z.url({ protocol: /^https?$/ }).optional(),
  CLUSTERS_FILE: text.default('./clusters.yaml'),
  KUBECONFIG: text.optional(),
  PROMETHEUS_URL: z.url({ protocol: /^https?$/ }).optional(),
  POLICY_FILE: text.optional(),
  MCP_FILE: text.default('./mcp.json'),
  ANALYSES_DIR: text.optional(),
  PYTHON: text.optional(),
  BLUEPRINTS_DIR: text.optional(),
  RUNBOOKS_DIR: text.optional(),
  CHARTS_DIR: text.optional(),
  CHART_REPOSITORIES: z
    .string()
    .transform((value) =>
      value
        .split(',')
        .map((one) => one.trim())
        .filter(Boolean),
    )
    .refine(
      (places) => places.every((place) => CHART_PLACE.test(place) && URL.canParse(place)),
      'must be https://… and oci://… addresses with commas between them; http:// is for loopback only',
    )
    .optional(),
  CHART_REGISTRY_CONFIG: text.optional(),
  ALIBABA_CLOUD_ACCESS_KEY_ID: text.optional(),
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: text.optional(),
  ALIBABA_CLOUD_ENDPOINTS: z
    .string()
    .transform((value, context) => {
      try {
        return z
          .union([z.record(z.enum(['cs', 'ecs', 'vpc', 'bss', 'arms', 'sls']), text.optional())])
          .parse(JSON.parse(value));
      } catch {
        context.addIssue({ code: 'custom', message: 'must be JSON such as {"cs":"cs.cn-hangzhou.aliyuncs.com"}' });
        return z.NEVER;
      }
    })
    .optional(),
  SLACK_BOT_TOKEN: z
    .string()
    .regex(/^xoxb-/, 'must be a bot token: it begins with xoxb-')
    .optional(),
  SLACK_APP_TOKEN: z
    .string()
    .regex(/^xapp-/, 'must be an app-level token: it begins with xapp-')
    .optional(),
  SLACK_SIGNING_SECRET: text.optional(),
  SLACK_HTTP_PORT: port.default(3000),
  SLACK_API_URL: z.url({ protocol: /^https?$/ }).optional(),
  DINGTALK_CLIENT_ID: text.optional(),
  DINGTALK_CLIENT_SECRET: text.optional(),
  DINGTALK_ROBOT_CODE: text.optional(),
  DINGTALK_CARD_TEMPLATE_ID: text.optional(),
  DINGTALK_API_BASE: z.url({ protocol: /^https?$/ }).default('https://api.dingtalk.com'),
  DINGTALK_OAPI_BASE: z.url({ protocol: /^https?$/ }).default('https://oapi.dingtalk.com'),
  LLM_BASE_URL: z.url({ protocol: /^https?$/ }).optional(),
  LLM_API_KEY: text.optional(),
  LLM_MODEL: text.optional(),
  LLM_SMALL_MODEL: text.optional(),
  LLM_TIMEOUT_SECONDS: z.coerce.number().positive().max(600).default(30),
  LLM_USER_CALLS_PER_DAY: amount.default(200),
  LLM_USER_TOKENS_PER_DAY: amount.default(500_000),
  LLM_CONVERSATION_CALLS_PER_DAY: amount.default(150),
  LLM_CONVERSATION_TOKENS_PER_DAY: amount.default(400_000),
  LLM_CALLS_PER_DAY: amount.default(2000),
  LLM_TOKENS_PER_DAY: amount.default(5_000_000),
  LLM_PRICES: z
    .string()
    .transform((value, context) => {
      try {
        return z.record(z.string(), z.strictObject({ input: money, output: money })).parse(JSON.parse(value));
      } catch {
        context.addIssue({ code: 'custom', message: 'must be JSON such as {"qwen-plus":{"input":1,"output":2}}' });
        return z.NEVER;
      }
    })
    .optional(),
  LLM_MONEY_PER_DAY: z.coerce.number().min(0).optional(),
  TIMEZONE: z
    .string()
    .refine((zone) => Intl.supportedValuesOf('timeZone').includes(zone) || zone === 'UTC', 'is not an IANA time zone')
    .default('Asia/Shanghai'),
  LANGUAGE: z.enum(['en', 'zh']).default('en'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info'),
});

export type Config = z.infer<typeof settings>;

/** The names of all settings, in the order of `.env.example`. */
export const settingNames = Object.keys(settings.shape);

/** A setting that cannot be used. The message names it and the next step; it never repeats a value, which may be a secret. */
export class ConfigError extends Error {
  readonly code = 'CONFIG_INVALID';
}

/** Reads the settings; the environment wins over the `.env` file. Empty values count as absent. Throws ConfigError. */
export function readConfig(environment: Record<string, string | undefined>, file = '.env'): Config {
  const merged = { ...readEnvFile(file), ...environment };
  const present = Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = settings.safeParse(present);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
    throw new ConfigError(`${lines.join('; ')}. See .env.example for what each setting takes.`);
  }
  requireCredentials(parsed.data);
  requireWholeChats(parsed.data);
  requireWholeModel(parsed.data);
  return parsed.data;
}

function requireCredentials(config: Config): void {
  if (config.ACK_BACKEND !== 'aliyun') return;
  const missing = (['ALIBABA_CLOUD_ACCESS_KEY_ID', 'ALIBABA_CLOUD_ACCESS_KEY_SECRET'] as const).filter(
    (name) => !config[name],
  );
  if (missing.length > 0)
    throw new ConfigError(`ACK_BACKEND=aliyun needs ${missing.join(' and ')}. Set them, or use ACK_BACKEND=sandbox.`);
}

/** Half of a chat's settings is a mistake, not a wish to go without. */
function requireWholeChats(config: Config): void {
  const { SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_SIGNING_SECRET, DINGTALK_CLIENT_ID, DINGTALK_CLIENT_SECRET } = config;
  if (SLACK_BOT_TOKEN && !SLACK_APP_TOKEN && !SLACK_SIGNING_SECRET)
    throw new ConfigError(
      'SLACK_BOT_TOKEN needs SLACK_APP_TOKEN (socket mode) or SLACK_SIGNING_SECRET (HTTP). See docs/slack.md.',
    );
  if (!SLACK_BOT_TOKEN && (SLACK_APP_TOKEN || SLACK_SIGNING_SECRET))
    throw new ConfigError('Slack needs SLACK_BOT_TOKEN as well. See docs/slack.md.');
  if ((DINGTALK_CLIENT_ID === undefined) !== (DINGTALK_CLIENT_SECRET === undefined))
    throw new ConfigError('DingTalk needs both DINGTALK_CLIENT_ID and DINGTALK_CLIENT_SECRET. See docs/dingtalk.md.');
}

/** A budget in money without prices would never be spent. */
function requireWholeModel(config: Config): void {
  const { LLM_BASE_URL, LLM_MODEL, LLM_SMALL_MODEL, LLM_API_KEY, LLM_PRICES, LLM_MONEY_PER_DAY } = config;
  const isSet = [LLM_BASE_URL, LLM_MODEL, LLM_SMALL_MODEL, LLM_API_KEY].some((value) => value !== undefined);
  if (isSet && !(LLM_BASE_URL && LLM_MODEL))
    throw new ConfigError('A model needs both LLM_BASE_URL and LLM_MODEL. See docs/models.md.');
  if (LLM_MONEY_PER_DAY === undefined) return;
  const unpriced = [LLM_MODEL, LLM_SMALL_MODEL].find((model) => model && !Object.hasOwn(LLM_PRICES ?? {}, model));
  if (unpriced) throw new ConfigError(`LLM_MONEY_PER_DAY needs the price of ${unpriced} in LLM_PRICES.`);
}

/** The variables whose names begin with `prefix`, of the environment or the `.env` file. */
export function readVariables(
  environment: Record<string, string | undefined>,
  prefix: string,
  file = '.env',
): Record<string, string> {
  const merged = { ...readEnvFile(file), ...environment };
  return Object.fromEntries(
    Object.entries(merged).flatMap(([name, value]) => (name.startsWith(prefix) && value ? [[name, value]] : [])),
  );
}

function readEnvFile(file: string): NodeJS.Dict<string> {
  try {
    return parseEnv(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw new ConfigError(`${file} cannot be read. Mend its permissions, or remove it.`, { cause: error });
  }
}
