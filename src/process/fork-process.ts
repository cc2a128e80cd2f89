import { fork, type ChildProcess } from 'node:child_process';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';

/** Which process is started. */
export interface Fork {
  /** `import.meta.url` of the module that starts it. */
  readonly parent: string;
  /** Path from there to the module that is run, without its ending. */
  readonly entry: string;
  /** For the entry, as `process.argv`. */
  readonly arguments?: readonly string[];
  /** Added to the variables of this process, where those do not say otherwise. */
  readonly environment?: Readonly<Record<string, string>>;
  /** How much the process gives way to others, 0 to 19; as much as this one where absent. */
  readonly niceness?: number | undefined;
  /** Whether nobody shall see what libraries print. */
  readonly isSilent?: boolean;
}

const SOURCE_FLAGS = ['--conditions=source', '--import', 'tsx'];

/** Keeps freed memory in a process that holds an engine: touching new memory costs more than computing on it. */
export const KEEP_MEMORY = {
  MALLOC_TRIM_THRESHOLD_: '8589934592',
  MALLOC_MMAP_THRESHOLD_: '8589934592',
  MALLOC_TOP_PAD_: '67108864',
};

/** Starts a process. It runs from TypeScript sources where its parent does, as in tests and development. */
export function forkProcess(options: Fork): ChildProcess {
  const { parent, entry, environment = {}, isSilent = false } = options;
  const isSource = parent.endsWith('.ts');
  const file = fileURLToPath(new URL(`./${entry}${isSource ? '.ts' : '.js'}`, parent));
  const child = fork(file, options.arguments ?? [], {
    serialization: 'advanced',
    ...(isSilent ? { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] } : {}),
    execArgv: isSource ? SOURCE_FLAGS : [],
    env: { ...environment, ...process.env },
  });
  // Threads inherit it, so it is set before the process has begun to start any.
  if (options.niceness !== undefined && child.pid !== undefined)
    setPriority(child.pid, options.niceness);
  return child;
}

/**
 * Waits for the end of a process, also of one that could not start, which has no `exit`.
 *
 * @param child as forked
 * @param tell how it ended
 */
export function whenEnded(child: ChildProcess, tell: (how: string) => void): void {
  child.on('error', ({ message }) => {
    if (child.pid === undefined) tell(message);
  });
  child.on('exit', (code, signal) => {
    tell(signal ?? `exit code ${code}`);
  });
}
