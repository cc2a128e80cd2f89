import type { ByteSource } from './byte-source.js';

/** Files that lie side by side: in a folder on disk, or opened together in a browser. */
export interface FileFolder {
  /** What error messages call a file. */
  pathOf(name: string): string;
  has(name: string): boolean;
  /** @throws FoldError `FILE_READ` */
  open(name: string): ByteSource;
}

/** Ways in which a folder in the layout of Hugging Face may hold its tensors, best first. */
export const WEIGHT_FILES = [
  'model.safetensors',
  'model.safetensors.index.json',
  'pytorch_model.bin',
  'pytorch_model.bin.index.json',
];

/** Name of the file that a folder's tensors are read from; undefined where it holds none. */
export function weightFileIn({ has }: Pick<FileFolder, 'has'>): string | undefined {
  return WEIGHT_FILES.find((file) => has(file));
}

/**
 * Opens a file and hands it to a reader; a file that the reader refuses is closed again.
 *
 * @param bytes the file
 * @param read keeps the source, and closes it when it is done
 */
export function parseBytes<T>(bytes: ByteSource, read: (bytes: ByteSource) => T): T {
  try {
    return read(bytes);
  } catch (error) {
    bytes.close();
    throw error;
  }
}
