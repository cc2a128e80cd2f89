import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { Busboy } from '@fastify/busboy';
import { FoldError } from '#errors';
import { RequestError } from './problem.js';

const unpack = promisify(gunzip);
/** More than the API knows. */
const MAX_PARTS = 50;

/** Whether a request is a form with files, as `curl -F` sends it. */
export function isForm(contentType: string | undefined): boolean {
  return /^multipart\/form-data\s*(?:;|$)/i.test(contentType ?? '');
}

/** The field that may be given several times, each a file. */
const TEMPLATES = 'templates';

/** The fields of a form: text, and structures with the names of their files. */
export type FormFields = Record<string, string | { name: string; structure: string }[]>;

/**
 * The fields of a form; files become their text, unpacked where they are packed by gzip.
 *
 * @param body the whole request
 * @param contentType with the boundary
 * @param maxBytes that all fields may have together, unpacked
 * @throws FoldError `REQUEST_INVALID`, `BODY_TOO_LARGE`
 */
export async function formFields(
  body: Uint8Array,
  contentType: string,
  maxBytes: number,
): Promise<FormFields> {
  const fields: FormFields = Object.create(null) as FormFields; // "__proto__" is a name like any other
  const templates: { name: string; structure: string }[] = [];
  let left = maxBytes;
  const textOf = async (file: Uint8Array, field: string, fileName = field): Promise<string> => {
    const plain = await plainOf(file, { field, fileName, left });
    left -= plain.length;
    return new TextDecoder().decode(plain);
  };
  for (const { field, value, fileName } of await partsOf(body, contentType, maxBytes)) {
    if (field === TEMPLATES && fileName !== undefined && typeof value !== 'string') {
      templates.push({ name: fileName, structure: await textOf(value, field, fileName) });
      continue;
    }
    if (Object.hasOwn(fields, field)) throw wrongForm('is given twice', field);
    fields[field] = typeof value === 'string' ? unixLines(value) : await textOf(value, field);
  }
  if (templates.length === 0) return fields;
  if (Object.hasOwn(fields, TEMPLATES)) throw wrongForm('is given twice', TEMPLATES);
  return { ...fields, [TEMPLATES]: templates };
}

interface Part {
  readonly field: string;
  readonly value: string | Uint8Array;
  /** Of files. */
  readonly fileName?: string;
}

function partsOf(body: Uint8Array, contentType: string, maxBytes: number): Promise<Part[]> {
  const parts: Part[] = [];
  const tooMuch = (field: string) =>
    new FoldError('BODY_TOO_LARGE', `${field} is larger than ${maxBytes} bytes`);
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      reject(error instanceof FoldError ? error : wrongForm('it is broken or cut short'));
    };
    try {
      const limits = { fieldSize: maxBytes, fileSize: maxBytes, parts: MAX_PARTS };
      const reader = new Busboy({ headers: { 'content-type': contentType }, limits });
      reader.on('field', (field, value, _isNameCut, isCut) => {
        if (isCut) fail(tooMuch(field));
        parts.push({ field, value });
      });
      reader.on('file', (field, file, fileName) => {
        const chunks: Buffer[] = [];
        file.on('data', (chunk: Buffer) => chunks.push(chunk));
        file.on('limit', () => {
          fail(tooMuch(field));
        });
        file.on('error', fail);
        file.on('end', () => parts.push({ field, value: Buffer.concat(chunks), fileName }));
      });
      reader.on('partsLimit', () => {
        fail(wrongForm('it has too many fields'));
      });
      reader.on('error', (error) => {
        fail(error as Error);
      });
      reader.on('finish', () => {
        resolve(parts);
      });
      reader.end(body);
    } catch (error) {
      fail(error as Error); // there is no boundary
    }
  });
}

/** Clients turn the line ends of text fields into CRLF, as HTML asks them to. */
function unixLines(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

/** A file unpacked; many small ones could be packed from far more than the memory holds. */
async function plainOf(
  file: Uint8Array,
  { field, fileName, left }: { field: string; fileName: string; left: number },
): Promise<Uint8Array> {
  const isPacked = file[0] === 0x1f && file[1] === 0x8b;
  const tooLarge = () =>
    new FoldError(
      'BODY_TOO_LARGE',
      `${fileName} makes the form larger, unpacked, than this server takes`,
    );
  if (left <= 0 || (!isPacked && file.length > left)) throw tooLarge();
  if (!isPacked) return file;
  try {
    return await unpack(file, { maxOutputLength: left });
  } catch (cause) {
    if ((cause as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
    throw wrongForm(`the gzip data of ${fileName} are broken or cut short`, field);
  }
}

function wrongForm(message: string, field?: string): RequestError {
  const where = field === undefined ? '' : `${field}: `;
  const errors = field === undefined ? [] : [{ field, message }];
  return new RequestError(`wrong form: ${where}${message}`, errors, 'see /api/docs');
}
