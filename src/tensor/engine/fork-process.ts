import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const SOURCE_FLAGS = ['--conditions=source', '--import', 'tsx'];
/** Keeps freed memory in the process: touching new memory costs more than computing on it. */
const KEEP_MEMORY = {
  MALLOC_TRIM_THRESHOLD_: '8589934592',
  MALLOC_MMAP_THRESHOLD_: '8589934592',
  MALLOC_TOP_PAD_: '67108864',
};

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

/**
 * Starts a process that will hold an engine. It runs from TypeScript sources where its parent does, as in tests and
 * development.
 *
 * @param parent `import.meta.url` of the module that asks
 * @param name of the entry beside it, without extension
 * @param childArguments for the entry
 * @param options `isSilent` where nobody shall see what libraries print
 */
export function forkProcess(
  parent: string,
  name: string,
  childArguments: readonly string[] = [],
  { isSilent = false }: { readonly isSilent?: boolean } = {},
): ChildProcess {
  const isSource = parent.endsWith('.ts');
  const entry = fileURLToPath(new URL(`./${name}${isSource ? '.ts' : '.js'}`, parent));
  return fork(entry, childArguments, {
    serialization: 'advanced',
    ...(isSilent ? { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] } : {}),
    execArgv: isSource ? SOURCE_FLAGS : [],
    env: { ...KEEP_MEMORY, ...process.env },
  });
}
