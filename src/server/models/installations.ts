import type { Logger } from 'pino';
import { FoldError, type ErrorCode } from '#errors';
import type { Predictor } from '#predict/prediction';
import { pullModel, type PullOptions } from '#weights/node/pull';
import { isUsable } from '#weights/node/usable';
import { findModel, MODELS } from '#weights/registry';
import type { RegistryModel } from '#weights/registry-model';

/** Where the installation of a model stands. */
export interface InstallationState {
  readonly status: 'downloading' | 'checking' | 'opening' | 'failed' | 'cancelled';
  /** Name of the file under way, and its place among all, from 1. */
  readonly file?: string;
  readonly fileNumber?: number;
  readonly numFiles?: number;
  /** Bytes of that file that are here, those of earlier attempts included. */
  readonly received?: number;
  /** Bytes of that file, where known. */
  readonly total?: number;
  readonly error?: { readonly code: ErrorCode; readonly detail: string; readonly hint?: string };
}

/** What {@link Installations} works with. */
export interface InstallationsServices {
  /** What is served; a model is added once it is here. */
  readonly predictors: Predictor[];
  /** Opens an installed model to be served; absent where this process runs no models. */
  readonly open: ((name: string) => Promise<Predictor>) | undefined;
  /** Whether callers may install at all. */
  readonly isAllowed: boolean;
  readonly log: Logger;
  /** Fetches a model; by default from where the registry says. */
  readonly pull?: (model: RegistryModel, options: PullOptions) => Promise<unknown>;
  /** Looks whether a model is on this disk. */
  readonly isUsable?: (model: RegistryModel) => boolean;
}

interface Installation {
  state: InstallationState;
  readonly stop: AbortController;
  readonly done: Promise<void>;
}

/** How long it is believed which models are on this disk: to look takes a few files of each. */
const LOOK_MS = 5000;
const RUNNING: readonly InstallationState['status'][] = ['downloading', 'checking', 'opening'];

/** Models that callers install by name: fetched, checked and served without a restart. */
export class Installations {
  readonly #services: InstallationsServices;
  readonly #known = new Map<string, Installation>();
  #here = new Set<string>();
  #lookAgain = -Infinity;

  constructor(services: InstallationsServices) {
    this.#services = services;
  }

  /** Whether a caller may start one. */
  get isAllowed(): boolean {
    return this.#services.isAllowed && this.#services.open !== undefined;
  }

  /** The newest installation of a model that has not ended well; undefined where there is none. */
  stateOf(name: string): InstallationState | undefined {
    return this.#known.get(name)?.state;
  }

  isServed(name: string): boolean {
    return this.#services.predictors.some(({ model }) => model.name === name);
  }

  /** Whether a model is on this disk, as it was some seconds ago at most. */
  isHere(name: string): boolean {
    const { isUsable: look = isUsable } = this.#services;
    if (performance.now() > this.#lookAgain) {
      this.#here = new Set(MODELS.filter((model) => look(model)).map((model) => model.name));
      this.#lookAgain = performance.now() + LOOK_MS;
    }
    return this.#here.has(name);
  }

  /**
   * Begins to fetch a model, where it stopped if it did, and serves it if it folds; one that is served or on its way is
   * left alone.
   *
   * @throws FoldError `FORBIDDEN`, `MODEL_UNKNOWN`
   */
  start(name: string): void {
    this.#require();
    const model = findModel(name);
    const running = this.#known.get(model.name);
    if (this.#isDone(model) || (running && RUNNING.includes(running.state.status))) return;
    const stop = new AbortController();
    const installation: Installation = {
      state: { status: 'downloading' },
      stop,
      done: Promise.resolve().then(() => this.#run(model, installation)),
    };
    this.#known.set(model.name, installation);
  }

  /** Stops one; what has arrived is kept for the next attempt. @throws FoldError `FORBIDDEN`, `NOT_FOUND` */
  async cancel(name: string): Promise<void> {
    this.#require();
    const installation = this.#known.get(findModel(name).name);
    if (!installation) throw new FoldError('NOT_FOUND', `${name} is not being installed`);
    installation.stop.abort(new FoldError('JOB_CANCELLED', 'the installation was cancelled'));
    await installation.done;
  }

  /** Stops all of them, with the server. */
  async close(): Promise<void> {
    const all = [...this.#known.values()];
    for (const { stop } of all)
      stop.abort(new FoldError('SHUTTING_DOWN', 'the server is shutting down'));
    await Promise.all(all.map(({ done }) => done));
  }

  #require() {
    if (this.isAllowed) return;
    throw new FoldError('FORBIDDEN', 'this server installs no models for its users', {
      hint: 'its operator can: codonfold models pull NAME, then codonfold serve --model NAME; INSTALL_MODELS=1 lets users do it',
    });
  }

  /** Whether nothing is left to do: language models are not served, they score mutants once they are here. */
  #isDone({ kind, name }: RegistryModel): boolean {
    return kind === 'folding' ? this.isServed(name) : this.isHere(name);
  }

  async #run(model: RegistryModel, installation: Installation): Promise<void> {
    const { predictors, open, log, pull = pullModel } = this.#services;
    const { signal } = installation.stop;
    try {
      const { isUsable: look = isUsable } = this.#services;
      if (!look(model))
        await pull(model, {
          signal,
          onProgress: ({ total, ...progress }) => {
            installation.state = {
              status: 'downloading',
              ...progress,
              ...(total === undefined ? {} : { total }),
            };
          },
          onCheck: (share) => {
            installation.state = { status: 'checking', received: share, total: 1 };
          },
        });
      signal.throwIfAborted();
      this.#lookAgain = -Infinity;
      if (model.kind === 'folding') {
        installation.state = { status: 'opening' };
        predictors.push(await open!(model.name));
      }
      this.#known.delete(model.name);
      log.info({ model: model.name }, 'installed');
    } catch (error) {
      installation.state = signal.aborted
        ? { status: 'cancelled' }
        : { status: 'failed', error: toldError(error) };
      if (!signal.aborted) log.warn({ err: error, model: model.name }, 'not installed');
    }
  }
}

function toldError(error: unknown): NonNullable<InstallationState['error']> {
  if (!(error instanceof FoldError))
    return { code: 'DOWNLOAD_FAILED', detail: 'the model could not be installed' };
  const { code, message, hint } = error;
  return { code, detail: message, ...(hint === undefined ? {} : { hint }) };
}
