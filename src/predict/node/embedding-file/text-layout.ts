/**
 * @file Embeddings as JSON and as JSON Lines. Each chain is one line, so that neither writing nor going on needs more
 * than a part of one in memory: a string of JavaScript ends at 512 MB.
 */
import { EMBEDDING_KINDS, type Embedding, type EmbeddingKind } from '#predict/embeddings';
import type { Precision } from '#tensor/engine/engine';
import type { HostTensor } from '#tensor/tensor';
import type { ByteSource } from '#weights/byte-source';
import type { EmbeddingLayout, EmbeddingSource, FoundEmbeddings } from './layout.js';

const NEWLINE = 0x0a;
const COMMA = 0x2c;
const READ_BYTES = 1024 * 1024;
/** A chain's name and sequence, and all that is said of the source, end within this. */
const BEGINNING_BYTES = READ_BYTES;

const STRING = String.raw`"(?:[^"\\]|\\.)*"`;
const SOURCE = new RegExp(
  `"model":(${STRING}),"modelSha256":"([0-9a-f]*)","what":(\\[[^\\]]*\\])(?:,"precision":"(\\w+)")?`,
);
const CHAIN = new RegExp(`^\\{"name":(${STRING}),"sequence":(${STRING}),`);

/** How the two text formats differ. */
interface TextFrame {
  /** Before the first chain, with a line break. */
  readonly prefix: string;
  /** Between two chains. */
  readonly separator: string;
  /** After the last one. */
  readonly suffix: string;
  /** What each line says besides the chain's own. */
  readonly ofEachLine: string;
}

/** `{"model": …, "chains": [ … ]}`: one document, a line for each chain. */
export function jsonLayout(source: EmbeddingSource): EmbeddingLayout {
  return new TextLayout({
    prefix: `{${sourceText(source)},"chains":[\n`,
    separator: ',\n',
    suffix: '\n]}\n',
    ofEachLine: '',
  });
}

/** JSON Lines: a document for each chain, which names its model. */
export function jsonLinesLayout(source: EmbeddingSource): EmbeddingLayout {
  return new TextLayout({
    prefix: '',
    separator: '\n',
    suffix: '\n',
    ofEachLine: `${sourceText(source)},`,
  });
}

function sourceText({ model, modelSha256, what, precision }: EmbeddingSource): string {
  return JSON.stringify({ model, modelSha256, what, precision }).slice(1, -1);
}

interface FoundText extends FoundEmbeddings {
  readonly head: Uint8Array;
}

class TextLayout implements EmbeddingLayout {
  readonly frameEvery = Infinity;
  readonly #frame: TextFrame;
  #head: Uint8Array;
  #numChains = 0;

  constructor(frame: TextFrame) {
    this.#frame = frame;
    this.#head = encode(frame.prefix);
  }

  get start(): number {
    return this.#head.length;
  }

  read(bytes: ByteSource): FoundText | undefined {
    const text = textAt(bytes, 0, bytes.size);
    const source = readSource(text);
    if (!source) return undefined;
    const head = encode(this.#frame.prefix === '' ? '' : text.slice(0, text.indexOf('\n') + 1));
    const chains = new Map<string, string>();
    let end = head.length;
    for (const line of linesOf(bytes, head.length)) {
      const [, name, sequence] = CHAIN.exec(textAt(bytes, line.start, line.end)) ?? [];
      if (name === undefined || sequence === undefined) break;
      chains.set(JSON.parse(name) as string, JSON.parse(sequence) as string);
      end = line.end;
    }
    return { source, chains, head, start: head.length, end };
  }

  resume({ chains, head }: FoundText): void {
    this.#numChains = chains.size;
    this.#head = head; // where the same weights had another name, it may be longer or shorter
  }

  *piecesOf({ name, sequence, tensors }: Embedding): Generator<Uint8Array> {
    const { separator, ofEachLine } = this.#frame;
    const before = this.#numChains > 0 ? separator : '';
    const own = `{"name":${JSON.stringify(name)},"sequence":${JSON.stringify(sequence)},`;
    yield encode(before + own + ofEachLine);
    let comma = '';
    for (const [kind, tensor] of tensors) {
      yield encode(`${comma}${JSON.stringify(kind)}:`);
      yield* tensorPieces(tensor);
      comma = ',';
    }
    yield encode('}');
  }

  added(): void {
    this.#numChains++;
  }

  frame() {
    return { head: this.#head, tail: encode(this.#frame.suffix) };
  }
}

/** One array for one axis, an array of rows for two; numbers have six digits. */
function* tensorPieces({ shape, data }: HostTensor): Generator<Uint8Array> {
  const numColumns = shape.at(-1)!;
  const row = (i: number) =>
    `[${Array.from(data.subarray(i * numColumns, (i + 1) * numColumns), sixDigits).join(',')}]`;
  if (shape.length === 1) {
    yield encode(row(0));
    return;
  }
  for (let i = 0; i < shape[0]!; i++) yield encode((i === 0 ? '[' : ',') + row(i));
  yield encode(']');
}

function sixDigits(value: number): string {
  return String(Number(value.toPrecision(6)));
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Text from a place on, enough to tell what begins there. */
function textAt(bytes: ByteSource, start: number, end: number): string {
  return new TextDecoder().decode(bytes.read(start, Math.min(BEGINNING_BYTES, end - start)));
}

function readSource(text: string): EmbeddingSource | undefined {
  const [, model, modelSha256, what, precision = 'float32'] = SOURCE.exec(text) ?? [];
  if (model === undefined || modelSha256 === undefined || what === undefined) return undefined;
  const kinds = JSON.parse(what) as EmbeddingKind[];
  if (kinds.some((kind) => !EMBEDDING_KINDS.includes(kind))) return undefined;
  return {
    model: JSON.parse(model) as string,
    modelSha256,
    what: kinds,
    precision: precision as Precision,
  };
}

/**
 * Lines that hold a whole chain. The comma after one belongs to the next; a line without an end was cut short.
 *
 * @param start where the first line begins
 */
function* linesOf(
  bytes: ByteSource,
  start: number,
): Generator<{ readonly start: number; readonly end: number }> {
  let lineStart = start;
  const buffer = new Uint8Array(READ_BYTES);
  for (let at = start; at < bytes.size;) {
    const chunk = bytes.read(at, Math.min(READ_BYTES, bytes.size - at), buffer);
    for (let i = chunk.indexOf(NEWLINE); i >= 0; i = chunk.indexOf(NEWLINE, i + 1)) {
      const lineEnd = at + i;
      const [last] = lineEnd > lineStart ? bytes.read(lineEnd - 1, 1) : [];
      yield { start: lineStart, end: last === COMMA ? lineEnd - 1 : lineEnd };
      lineStart = lineEnd + 1;
    }
    at += chunk.length;
  }
}
