import { FoldError } from '#errors';
import { BYTES_PER_ELEMENT, type DType } from '#weights/dtype';
import type { StoredTensor } from '#weights/stored-tensors';
import { numElements } from '#weights/tensor-source';
import type { ZipContents } from '#weights/zip/zip-entry';

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** NumPy pads headers to some hundred bytes; structured types, which no checkpoint has, take more. */
const MAX_HEADER_BYTES = 4096;
/** More axes than any weight has; NumPy itself ends at 64. */
const MAX_AXES = 32;

/** Types as NumPy names them, little-endian or of one byte. */
const DTYPES: ReadonlyMap<string, DType> = new Map<string, DType>([
  ['<f8', 'F64'],
  ['<f4', 'F32'],
  ['<f2', 'F16'],
  ['<i8', 'I64'],
  ['<i4', 'I32'],
  ['<i2', 'I16'],
  ['|i1', 'I8'],
  ['|u1', 'U8'],
  ['|b1', 'BOOL'],
]);

/** The header is a Python dictionary of three entries; nothing else is read as one. */
const HEADER =
  /^\{\s*'descr':\s*'([^']*)',\s*'fortran_order':\s*(True|False),\s*'shape':\s*\(([\d\s,]*)\),?\s*\}\s*$/;

/**
 * Reads where the numbers of a `.npy` file lie.
 *
 * @param contents the file
 * @param source what error messages call it
 * @throws FoldError `PARSE_CHECKPOINT` for pickled objects, structured types, big-endian numbers and damaged files
 * @source NumPy, numpy/lib/format.py, versions 1 to 3
 */
export function readNpy({ bytes, offset, size }: ZipContents, source: string): StoredTensor {
  const refuse = (
    problem: string,
    hint = 'The file is cut or damaged: fetch it again.',
  ): FoldError => new FoldError('PARSE_CHECKPOINT', `${source}: ${problem}`, { hint });
  if (size < 12) throw refuse('is shorter than the start of a .npy file');
  const start = bytes.read(offset, 12);
  if (!MAGIC.every((byte, i) => start[i] === byte)) throw refuse('is not a .npy file');
  const view = new DataView(start.buffer, start.byteOffset, start.length);
  const version = start[6]!;
  if (version < 1 || version > 3) throw refuse(`is a .npy file of version ${version}`);
  const headerStart = version === 1 ? 10 : 12;
  const headerBytes = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (headerBytes > MAX_HEADER_BYTES || headerStart + headerBytes > size)
    throw refuse(`claims a header of ${headerBytes} bytes`);
  const text = new TextDecoder().decode(bytes.read(offset + headerStart, headerBytes));
  const { dtype, shape } = parseHeader(text, refuse);
  const dataStart = headerStart + headerBytes;
  const numBytes = numElements(shape) * BYTES_PER_ELEMENT[dtype];
  if (size - dataStart !== numBytes)
    throw refuse(
      `holds ${size - dataStart} bytes of numbers, [${shape.join(', ')}] needs ${numBytes}`,
    );
  return { dtype, shape, bytes, offset: offset + dataStart };
}

function parseHeader(
  text: string,
  refuse: (problem: string, hint?: string) => FoldError,
): { dtype: DType; shape: readonly number[] } {
  const match = HEADER.exec(text);
  if (!match) throw refuse('has a header that is not of a plain array');
  const [, descr, order, sizes] = match as unknown as [string, string, string, string];
  if (order === 'True')
    throw refuse('is in Fortran order', 'Save it again from numpy.ascontiguousarray.');
  const dtype = DTYPES.get(descr);
  if (!dtype)
    throw refuse(
      `holds numbers of type "${descr}"`,
      'Only little-endian numbers are read, no objects.',
    );
  const shape = sizes
    .split(',')
    .map((size) => size.trim())
    .filter((size) => size !== '')
    .map(Number);
  if (
    shape.length > MAX_AXES ||
    !Number.isSafeInteger(numElements(shape)) ||
    !shape.every(Number.isSafeInteger)
  )
    throw refuse(`claims the shape (${sizes})`);
  return { dtype, shape };
}
