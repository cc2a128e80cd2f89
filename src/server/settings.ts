import { totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { FoldError } from '#errors';
import { DEVICES } from '#tensor/engine/device';
import { PRECISIONS } from '#tensor/engine/engine';

const BYTES_PER_MEGABYTE = 1 << 20;
/** What the system leaves to models, of all memory there is. */
const MEMORY_SHARE = 0.8;
/** What results take at most of a database of limited size; the rest is for what waits. */
const RESULTS_SHARE = 0.8;
/** What the alignments and templates of waiting predictions take beside that, as a share of it. */
const WAITING_SHARE = 0.25;
/** Where results have no limit, what waits still has one: it comes from those who have not been served yet. */
const WAITING_BYTES = 4096 * BYTES_PER_MEGABYTE;

const count = (minimum = 0) => z.coerce.number().int().min(minimum);
const text = z.string().min(1);
/** The entries of a comma-separated setting. */
export function listOf(setting = ''): string[] {
  return setting
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

/** Every setting of server and worker, as environment variables. */
const ENVIRONMENT = z.object({
  HOST: text.default('127.0.0.1').describe('address to listen on; 0.0.0.0 for all'),
  PORT: count().max(65_535).default(3000).describe('port to listen on; 0 for any free one'),
  DATA_DIR: text.default('./var').describe('folder of the embedded database'),
  STORE_MAX_MB: count(1).optional().describe('largest size of the embedded database in MB'),
  RESULTS_MAX_MB: count(1)
    .optional()
    .describe(
      'space that all results may take; beyond it, results of the client that has the most are deleted, those first that nobody has requested for the longest time; default: 80 % of STORE_MAX_MB, or no limit',
    ),
  KEEP_DAYS: count(1)
    .optional()
    .describe('how long predictions are kept after they were last requested; default: for ever'),
  DATABASE_URL: text.optional().describe('PostgreSQL, instead of the embedded database'),
  REDIS_URL: text
    .optional()
    .describe('Redis or Valkey: jobs are run by `codonfold worker` processes'),
  REDIS_PREFIX: text.default('codonfold').describe('what keys in Redis begin with'),
  API_KEYS: text
    .optional()
    .describe(
      'comma-separated keys, each in plain text or as `sha256:` and 64 hex digits; empty: no key is needed. The page sends none, so with keys predictions can be requested over REST only',
    ),
  INSTALL_MODELS: count()
    .max(1)
    .optional()
    .describe(
      '1: everybody who may request predictions may also install models by name; 0: nobody may; default: 1 if only this machine can reach the server',
    ),
  SHARE_MODELS: count()
    .max(1)
    .optional()
    .describe(
      '1: whoever may request predictions may fetch the files of the models that are served, to fold in a browser; 0: nobody may; default: 1 if only this machine can reach the server',
    ),
  METRICS_OPEN: count()
    .max(1)
    .default(0)
    .describe('1: /metrics needs no key even if API keys are set'),
  MAX_BODY_KB: count(1).default(1024).describe('largest request body'),
  MAX_ALIGNMENT_MB: count(1)
    .default(16)
    .describe('largest alignment, unpacked; matters only if a model reads alignments'),
  MAX_TEMPLATES_MB: count(1)
    .default(32)
    .describe(
      'largest size of all templates of one request together, unpacked; matters only if a model reads templates',
    ),
  TEMPLATE_LIBRARY: text
    .optional()
    .describe(
      'library made by `codonfold library build`, in which predictions with `templates: "library"` look for templates; default: none',
    ),
  TEMPLATES_FROM_PDB: count()
    .max(1)
    .default(0)
    .describe(
      '1: predictions with `templates: "pdb"` send their sequences to RCSB and use the templates that it finds in the PDB',
    ),
  MSA_SERVER: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      'MMseqs2 server that predictions with `msa: "server"` send their sequences to, such as https://api.colabfold.com; default: none',
    ),
  MSA_MINUTES: z.coerce
    .number()
    .positive()
    .max(7 * 24 * 60)
    .default(60)
    .describe(
      'how long MSA_SERVER may take over one search while others wait; then that prediction fails, and requesting it again continues the same search',
    ),
  CODONFOLD_CONTACT: text
    .optional()
    .describe(
      'e-mail address that is sent to MSA_SERVER and RCSB, so that their operators can reach you',
    ),
  MAX_RESIDUES: count(1)
    .default(2000)
    .describe('longest input: all chains together, with linkers of 25 residues between them'),
  MAX_BATCH: count(1).default(100).describe('most records in one request'),
  MAX_WAITING: count(1).default(10_000).describe('most jobs that may wait'),
  CLIENT_WAITING: count(1)
    .optional()
    .describe(
      'most jobs of one client (key, else address) that may wait; default: a quarter of MAX_WAITING, or all of it if only this machine can reach the server',
    ),
  CLIENT_REQUESTS: count()
    .default(100)
    .describe(
      'most requests of one client that may be open at a time, including event streams, waits and downloads; 0: no limit',
    ),
  MEMORY_LIMIT_MB: count(1)
    .optional()
    .describe(
      'memory that one prediction may need; with REDIS_URL it must be that of a worker; default: 80 % of what the machine or container has',
    ),
  DEVICE: z
    .enum(DEVICES)
    .default('auto')
    .describe(
      'processor to compute on, see `codonfold devices`; auto: CUDA if it works, else the CPU',
    ),
  PRECISION: z
    .enum(PRECISIONS)
    .default('float32')
    .describe(
      'precision of large matrix products in language models and transitions; int8: faster and less accurate, on the CPU only; set it alike for servers and their workers',
    ),
  DEVICE_MEMORY_MB: count(1)
    .optional()
    .describe(
      'memory of the card that DEVICE names, shared by CONCURRENCY predictions; what needs more is refused; default: as much as the machine has',
    ),
  CONCURRENCY: count(1).default(1).describe('predictions at a time in one server or worker'),
  MAX_RESTARTS: count().default(3).describe('how often an interrupted job is started again'),
  RATE_LIMIT: count()
    .default(120)
    .describe('POST requests a client may make each minute; 0: no limit'),
  READ_RATE_LIMIT: count()
    .default(12_000)
    .describe('other requests a client may make each minute; 0: no limit'),
  TRUST_PROXY: count()
    .default(0)
    .describe(
      'how many reverse proxies stand in front of the server; the addresses that they add to X-Forwarded-For are believed',
    ),
  ALLOWED_ORIGINS: text.optional().describe('comma-separated origins whose pages may use the API'),
  ALLOWED_HOSTS: text
    .optional()
    .describe(
      'comma-separated host names besides localhost to which a server meant for this machine alone answers; with HOST 0.0.0.0, setting it declares the server to be such a one',
    ),
  MAX_WAIT_SECONDS: count(1).default(60).describe('longest `Prefer: wait`'),
  FOLD_WAIT_SECONDS: count(1)
    .default(600)
    .describe('how long POST /foldSequence/v1/pdb/ waits for its result'),
  LEASE_SECONDS: count(1)
    .default(15)
    .describe('a job counts as lost when its worker has been silent for this long'),
  DRAIN_SECONDS: count().default(25).describe('how long running jobs may go on after SIGTERM'),
  SEND_SECONDS: count(1)
    .default(30)
    .describe('how long a client may take to read the next part of an answer'),
  SENDING_MB: count(1)
    .default(512)
    .describe('memory for result files that clients have not read yet'),
  RESULT_CACHE_MB: count()
    .default(128)
    .describe('memory for result files that are asked for often'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('lowest level of messages that are logged'),
  WEB_DIR: text
    .default(fileURLToPath(new URL('../../dist/web', import.meta.url)))
    .describe('folder of the page; default: as built'),
});

/** Settings of server and worker; the names are those of the environment variables. */
export type ServerSettings = Readonly<z.infer<typeof ENVIRONMENT>>;

/** One setting, for help texts. */
export interface SettingHelp {
  readonly name: string;
  readonly description: string;
  readonly default: string | number | undefined;
}

/**
 * Reads the settings.
 *
 * @param environment by default that of the process
 * @throws FoldError `CONFIG_INVALID` naming each variable that is wrong
 */
export function readSettings(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ServerSettings {
  const given = Object.entries(environment).filter(([, value]) => value !== '');
  const { success, data, error } = ENVIRONMENT.safeParse(Object.fromEntries(given));
  if (!success) {
    const wrong = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new FoldError('CONFIG_INVALID', `wrong settings: ${wrong.join('; ')}`, {
      hint: 'see src/server/README.md for all environment variables',
    });
  }
  if (data.REDIS_URL !== undefined && data.DATABASE_URL === undefined)
    throw new FoldError('CONFIG_INVALID', 'REDIS_URL is set, but DATABASE_URL is not', {
      hint: 'workers on other machines need a PostgreSQL database that they share',
    });
  if (data.MSA_SERVER !== undefined && data.CODONFOLD_CONTACT === undefined)
    throw new FoldError('CONFIG_INVALID', 'MSA_SERVER is set, but CODONFOLD_CONTACT is not', {
      hint: 'the people who run that server want to reach whoever asks: give an e-mail address',
    });
  return data;
}

/** All settings in the order in which they are documented. */
export function settingsHelp(): SettingHelp[] {
  return Object.entries(ENVIRONMENT.shape).map(([name, type]) => {
    const fallback = type.safeParse(undefined).data;
    return { name, description: type.description ?? '', default: fallback };
  });
}

/** Space in bytes that results may take together. */
export function resultsLimitOf({ RESULTS_MAX_MB, STORE_MAX_MB }: ServerSettings): number {
  return BYTES_PER_MEGABYTE * (RESULTS_MAX_MB ?? RESULTS_SHARE * (STORE_MAX_MB ?? Infinity));
}

/** Space in bytes that alignments and templates of predictions which have not finished may take together. */
export function waitingLimitOf(settings: ServerSettings): number {
  const results = resultsLimitOf(settings);
  return results === Infinity ? WAITING_BYTES : WAITING_SHARE * results;
}

/** Memory in MB that all predictions of one process may need together. */
export function memoryBudgetOf(settings: ServerSettings): number {
  return memoryLimitOf(settings) * settings.CONCURRENCY;
}

/** Memory in MB that one prediction may need. */
export function memoryLimitOf(settings: ServerSettings): number {
  const { MEMORY_LIMIT_MB, DEVICE, DEVICE_MEMORY_MB, CONCURRENCY } = settings;
  if (MEMORY_LIMIT_MB === undefined && DEVICE_MEMORY_MB !== undefined && DEVICE !== 'cpu')
    return Math.floor(DEVICE_MEMORY_MB / CONCURRENCY);
  const constrained = process.constrainedMemory(); // 0 or huge where nothing constrains
  const machine = totalmem();
  const bytes = constrained > 0 ? Math.min(constrained, machine) : machine;
  return MEMORY_LIMIT_MB ?? Math.floor((MEMORY_SHARE * bytes) / BYTES_PER_MEGABYTE / CONCURRENCY);
}
