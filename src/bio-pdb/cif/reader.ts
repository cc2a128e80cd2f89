import { ParseError } from '#errors';
import { CifBlock } from './block.js';
import { CifTable } from './table.js';
import type { CifErrorAt } from './table.js';
import { CifTokens } from './tokens.js';
import type { CifTokenKind } from './tokens.js';

const LINE_FEED = 10;
const RETURN = 13;

/**
 * Reads any CIF 1.1 text, whatever its dictionary: quoting, texts of many lines, loops, comments, save frames.
 *
 * @param text the file
 * @param source its name, for error messages
 * @returns its data blocks
 * @throws ParseError `PARSE_MMCIF` with the line
 */
export function readCif(text: string, source: string): CifBlock[] {
  return new CifReader(text, cifErrors(text, source)).read();
}

/** Makes errors that name the line of an offset; lines are counted only when there is an error to report. */
function cifErrors(text: string, source: string): CifErrorAt {
  return (message, offset) =>
    new ParseError('PARSE_MMCIF', message, { source, line: lineOfOffset(text, offset) });
}

/**
 * Counts the line of an offset.
 *
 * @param text whose lines end as those of any system
 * @param offset in characters
 * @returns from 1
 */
export function lineOfOffset(text: string, offset: number): number {
  let line = 1;
  for (let at = 0; at < offset; at++) {
    const code = text.charCodeAt(at);
    if (code === LINE_FEED || (code === RETURN && text.charCodeAt(at + 1) !== LINE_FEED)) line++;
  }
  return line;
}

class CifReader {
  private readonly text: string;
  private readonly errorAt: CifErrorAt;
  private readonly tokens: CifTokens;
  private kind: CifTokenKind;
  private readonly blocks: CifBlock[] = [];
  private frame: CifBlock | undefined;

  constructor(text: string, errorAt: CifErrorAt) {
    this.text = text;
    this.errorAt = errorAt;
    this.tokens = new CifTokens(text, errorAt);
    this.kind = this.tokens.next();
  }

  read(): CifBlock[] {
    while (this.kind !== 'end') {
      if (this.kind === 'data') this.beginBlock();
      else if (this.kind === 'save') this.beginOrEndFrame();
      else if (this.kind === 'loop') this.readLoop();
      else if (this.kind === 'tag') this.readPair();
      else throw this.error(`${this.shown()} stands where a name was expected`);
    }
    if (this.frame) throw this.error(`the frame save_${this.frame.name} never ends`);
    return this.blocks;
  }

  private advance(): void {
    this.kind = this.tokens.next();
  }

  private beginBlock(): void {
    if (this.frame) throw this.error(`the frame save_${this.frame.name} never ends`);
    this.blocks.push(new CifBlock(this.word(), this.text, this.errorAt));
    this.advance();
  }

  private beginOrEndFrame(): void {
    const name = this.word();
    if ((name === '') !== (this.frame !== undefined)) {
      throw this.error(name === '' ? 'save_ ends no frame' : `save_${name} begins within a frame`);
    }
    const block = this.currentBlock();
    this.frame = name === '' ? undefined : new CifBlock(name, this.text, this.errorAt);
    if (this.frame) block.frames.push(this.frame);
    this.advance();
  }

  private readPair(): void {
    const block = this.currentBlock();
    const table = new CifTable(1, 1);
    const tag = this.word();
    block.define(tag, table, { column: 0, offset: this.tokens.start });
    this.advance();
    if (this.kind !== 'value') throw this.error(`${tag} has no value`);
    table.push(this.tokens.start, this.tokens.end);
    this.advance();
  }

  private readLoop(): void {
    const block = this.currentBlock();
    const loopStart = this.tokens.start;
    const tags: { name: string; offset: number }[] = [];
    this.advance();
    while (this.kind === 'tag') {
      tags.push({ name: this.word(), offset: this.tokens.start });
      this.advance();
    }
    if (tags.length === 0) throw this.errorAt('the loop names no items', loopStart);
    const table = new CifTable(tags.length);
    tags.forEach(({ name, offset }, column) => {
      block.define(name, table, { column, offset });
    });
    while (this.kind === 'value') {
      table.push(this.tokens.start, this.tokens.end);
      this.advance();
    }
    if (table.isRagged) {
      throw this.error(
        `the last row of the loop of ${tags[0]!.name} lacks values for some of its ${tags.length} items`,
      );
    }
  }

  private currentBlock(): CifBlock {
    const block = this.frame ?? this.blocks.at(-1);
    if (block === undefined) throw this.error('mmCIF must begin with data_');
    return block;
  }

  private word(): string {
    return this.text.slice(this.tokens.start, this.tokens.end);
  }

  private shown(): string {
    return JSON.stringify(this.word().slice(0, 40));
  }

  private error(message: string): Error {
    return this.errorAt(message, this.tokens.start);
  }
}
