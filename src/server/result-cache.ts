import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { FoldError } from '#errors';
import type { Prediction } from '#predict/prediction';
import { confidenceJson, mmcifText, paeJsonParts, pdbText, zipBundle } from '#predict/result-files';
import { deserialisePrediction } from '#predict/serialise';
import type { JobRecord, PredictionStore } from '#store/prediction-store';

const BYTES_PER_MEGABYTE = 1 << 20;
/** Smaller files are sent as they are. */
const GZIP_FROM = 1024;
const compress = promisify(gzip);

/** The files of a result and their media types. */
export const FILE_TYPES = {
  'structure.pdb': 'chemical/x-pdb',
  'structure.cif': 'chemical/x-mmcif',
  'confidence.json': 'application/json',
  'pae.json': 'application/json',
  'bundle.zip': 'application/zip',
} as const;

/** Name of a result file. */
export type FileName = keyof typeof FILE_TYPES;

/** A file as it is sent. */
export interface ResultFile {
  readonly bytes: Uint8Array;
  readonly gzipped?: Uint8Array;
}

/** Result files, made when they are first asked for; the least recently used are forgotten. */
export class ResultCache {
  readonly #store: PredictionStore;
  readonly #maxBytes: number;
  /** Least recently used first. */
  readonly #files = new Map<string, ResultFile>();
  /** Files that are being made, so that many requests make them once. */
  readonly #making = new Map<string, Promise<ResultFile>>();
  #bytes = 0;

  constructor(store: PredictionStore, maxMegabytes: number) {
    this.#store = store;
    this.#maxBytes = maxMegabytes * BYTES_PER_MEGABYTE;
  }

  /**
   * A file of a completed job.
   *
   * @param job completed
   * @param name which file
   * @param onOutcome told whether it was in memory
   * @throws FoldError `PREDICTION_DAMAGED`; the job is marked so that it can be asked for anew
   */
  async file(
    job: JobRecord,
    name: FileName,
    onOutcome: (outcome: 'hit' | 'miss') => void = () => undefined,
  ): Promise<ResultFile> {
    const key = `${job.id}/${name}/${job.finishedAt ?? 0}`;
    const found = this.#files.get(key);
    if (found) {
      this.#files.delete(key);
      this.#files.set(key, found);
      onOutcome('hit');
      return found;
    }
    onOutcome('miss');
    let making = this.#making.get(key);
    if (!making) {
      making = this.#make(job, name).finally(() => this.#making.delete(key));
      this.#making.set(key, making);
      this.#keep(key, await making);
    }
    return making;
  }

  /** The prediction itself. */
  async prediction(job: JobRecord): Promise<Prediction> {
    const bytes = await this.#store.result(job.id);
    try {
      return await deserialisePrediction(bytes ?? new Uint8Array());
    } catch (error) {
      if (error instanceof FoldError)
        await this.#store.discard(job.id, {
          code: error.code,
          detail: error.message,
          hint: 'submit the sequence again: it will be predicted anew',
        });
      throw error;
    }
  }

  async #make(job: JobRecord, name: FileName): Promise<ResultFile> {
    if (name === 'bundle.zip') {
      const files: Record<string, Uint8Array> = {};
      for (const other of Object.keys(FILE_TYPES) as FileName[])
        if (other !== name) files[other] = (await this.file(job, other)).bytes;
      return { bytes: await zipBundle(job.request.name, files) };
    }
    const bytes = Buffer.from(await textOf(await this.prediction(job), name, job.input.warnings));
    return bytes.length < GZIP_FROM ? { bytes } : { bytes, gzipped: await compress(bytes) };
  }

  #keep(key: string, file: ResultFile): void {
    this.#files.set(key, file);
    this.#bytes += sizeOf(file);
    for (const [oldest, { bytes, gzipped }] of this.#files) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#files.delete(oldest);
      this.#bytes -= sizeOf({ bytes, ...(gzipped ? { gzipped } : {}) });
    }
  }
}

async function textOf(
  prediction: Prediction,
  name: Exclude<FileName, 'bundle.zip'>,
  warnings: readonly string[],
): Promise<string> {
  if (name === 'structure.pdb') return pdbText(prediction);
  if (name === 'structure.cif') return mmcifText(prediction);
  if (name === 'confidence.json') return confidenceJson(prediction, warnings);
  const parts: string[] = [];
  for (const part of paeJsonParts(prediction)) {
    parts.push(part);
    await new Promise(setImmediate); // other requests get their turn
  }
  return parts.join('');
}

function sizeOf({ bytes, gzipped }: ResultFile): number {
  return bytes.length + (gzipped?.length ?? 0);
}
