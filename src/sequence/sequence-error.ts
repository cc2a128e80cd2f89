import { FoldError } from '#errors';

/** Where a refused letter stands. */
export interface LetterPlace {
  readonly letter: string;
  /** 1-based position in the letters of its chain. */
  readonly position: number;
  /** Name of the record, where there is one. */
  readonly record?: string;
  /** 0-based offset in the whole text, for marking. */
  readonly offset?: number;
}

/** A letter that no rule can read; says which and where, so that a form can mark it. */
export class SequenceLetterError extends FoldError {
  override readonly name = 'SequenceLetterError';
  readonly place: LetterPlace;

  constructor(message: string, place: LetterPlace, hint?: string) {
    super('SEQUENCE_LETTER', message, hint === undefined ? {} : { hint });
    this.place = place;
  }
}
