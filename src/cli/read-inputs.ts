import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { FoldError } from '#errors';
import { systemCode } from '#machine/system-code';
import { decodeText } from '#sequence/formats/decode-text';
import { refuseAccession } from '#sequence/formats/names';

/** The text of one INPUT. */
export interface InputText {
  readonly text: string;
  /** What messages call it. */
  readonly source: string;
  /** Name for a sequence without a header: the file's name without its endings; empty where there is no file. */
  readonly stem: string;
}

/** What a person types as a sequence: letters, chains apart by `:`, a stop, gaps (refused later, with their place). */
const LETTERS = /^[\p{L}\s:*-]+$/u;
const FASTA_ENDINGS = /(\.(fasta|fas|fa|faa|fna|ffn|txt|seq|gz))+$/i;

/**
 * Reads what the command line was given. `-` is standard input; a path that exists is a file, plain or gzip; text that
 * begins with `>`, `[` or `{`, has several lines or letters only is a sequence; a name of a database is refused as such; anything else was meant as a path and is not there.
 *
 * @param inputs INPUT arguments
 * @throws FoldError `FILE_READ`, `USAGE`, `SEQUENCE_NAME`; ParseError `PARSE_FASTA` for bytes that are no text
 */
export async function readInputs(inputs: readonly string[]): Promise<InputText[]> {
  if (inputs.filter((input) => input === '-').length > 1)
    throw new FoldError('USAGE', '"-" is given twice, but there is one standard input');
  const texts: InputText[] = [];
  for (const input of inputs) texts.push(await readInput(input));
  return texts;
}

async function readInput(input: string): Promise<InputText> {
  if (input === '-') {
    const source = 'standard input';
    return { text: decodeText(await buffer(process.stdin), source), source, stem: '' };
  }
  const kind = await kindOfPath(input);
  if (kind === 'directory') throw folderGiven(input, '*.fasta');
  if (kind === 'file') {
    const stem = basename(input).replace(FASTA_ENDINGS, '');
    return { text: decodeText(await readBytes(input), input), source: input, stem };
  }
  const source = 'command line';
  if (/^\s*[>[{]|[\r\n]/.test(input) || LETTERS.test(input))
    return { text: input, source, stem: '' };
  refuseAccession(input, source);
  throw new FoldError('FILE_READ', `${shorten(input)}: no such file`, {
    hint: 'an INPUT is a FASTA file, "-" for standard input, or a sequence in letters alone',
  });
}

/**
 * Reads a file that is not a sequence; `-` is standard input.
 *
 * @throws FoldError `FILE_READ`; ParseError `PARSE_FASTA` for bytes that are no text
 */
export async function readListFile(path: string): Promise<Pick<InputText, 'text' | 'source'>> {
  if (path === '-') return readInput(path);
  const kind = await kindOfPath(path);
  if (kind === 'directory') throw folderGiven(path, 'FILE');
  if (kind === 'absent') throw new FoldError('FILE_READ', `${shorten(path)}: no such file`);
  return { text: decodeText(await readBytes(path), path), source: path };
}

function folderGiven(path: string, files: string): FoldError {
  return new FoldError('FILE_READ', `${path} is a folder`, {
    hint: `name the files in it, such as ${path.replace(/[/\\]+$/, '')}/${files}`,
  });
}

/**
 * The bytes of a structure file. `-` is standard input.
 *
 * @throws FoldError `FILE_READ`
 */
export async function readStructureFile(path: string): Promise<Uint8Array> {
  if (path === '-') return buffer(process.stdin);
  const kind = await kindOfPath(path);
  if (kind === 'directory') throw folderGiven(path, '*.cif');
  if (kind === 'file') return readBytes(path);
  throw new FoldError('FILE_READ', `${shorten(path)}: no such file`, {
    hint: 'give a PDB or mmCIF file, plain or gzipped, or "-" for standard input',
  });
}

/** Pipes and devices count as files. */
async function kindOfPath(path: string): Promise<'file' | 'directory' | 'absent'> {
  try {
    return (await stat(path)).isDirectory() ? 'directory' : 'file';
  } catch (error) {
    const absent = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE'];
    if (absent.includes(systemCode(error) ?? '')) return 'absent';
    throw unreadable(path, error);
  }
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, cause: unknown): FoldError {
  const code = systemCode(cause);
  const reasons: Record<string, string> = {
    EACCES: 'you may not read it',
    ERR_FS_FILE_TOO_LARGE: 'it is larger than 2 GiB',
  };
  const reason = reasons[code ?? ''] ?? code ?? String(cause);
  return new FoldError('FILE_READ', `${path} cannot be read: ${reason}`, { cause });
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
