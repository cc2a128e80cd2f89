/** @file The one place that knows which residues are selected; every panel reads it and writes to it. */

/** What changed, for listeners that draw only part of it. */
export interface SelectionState {
  /** Residue under the pointer, if any. */
  readonly hovered: number | null;
  /** Where the arrow keys are, if anywhere. */
  readonly cursor: number | null;
  readonly selected: ReadonlySet<number>;
}

type Listener = (state: SelectionState, before: SelectionState) => void;

/** Selected, hovered and keyboard-focused residues of one result, all as indices 0 … N-1. */
export class Selection {
  readonly numResidues: number;
  #state: SelectionState = { hovered: null, cursor: null, selected: new Set() };
  readonly #listeners = new Set<Listener>();

  constructor(numResidues: number) {
    this.numResidues = numResidues;
  }

  get state(): SelectionState {
    return this.#state;
  }

  /** Calls `listener` after every change until the returned function is called. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  hover(residue: number | null) {
    if (residue !== this.#state.hovered) this.#change({ hovered: residue });
  }

  /** Replaces the selection; the cursor goes to its last residue. */
  select(residues: Iterable<number>) {
    const selected = new Set([...residues].filter((residue) => this.#isResidue(residue)));
    this.#change({ selected, cursor: [...selected].at(-1) ?? this.#state.cursor });
  }

  /** Adds a residue, or takes it away if it is there. */
  toggle(residue: number) {
    const selected = new Set(this.#state.selected);
    if (!selected.delete(residue)) selected.add(residue);
    this.#change({ selected, cursor: residue });
  }

  /** Adds everything from the cursor to `residue`. */
  extendTo(residue: number) {
    const from = this.#state.cursor ?? residue;
    const selected = new Set(this.#state.selected);
    for (let i = Math.min(from, residue); i <= Math.max(from, residue); i++) selected.add(i);
    this.#change({ selected, cursor: residue });
  }

  /**
   * Moves the cursor by a step and selects where it lands.
   *
   * @param step residues forward, negative backward; stops at the ends
   * @param isExtending keeps what is selected
   */
  walk(step: number, isExtending = false) {
    const start = this.#state.cursor ?? (step > 0 ? -1 : this.numResidues);
    const residue = Math.min(this.numResidues - 1, Math.max(0, start + step));
    if (!this.#isResidue(residue)) return;
    if (isExtending) this.extendTo(residue);
    else this.#change({ selected: new Set([residue]), cursor: residue });
  }

  clear() {
    if (this.#state.selected.size > 0) this.#change({ selected: new Set() });
  }

  #isResidue(residue: number): boolean {
    return Number.isInteger(residue) && residue >= 0 && residue < this.numResidues;
  }

  #change(change: Partial<SelectionState>) {
    const before = this.#state;
    this.#state = { ...before, ...change };
    for (const listener of this.#listeners) listener(this.#state, before);
  }
}

/** Residues first … last, whichever way round they are given. */
export function range(a: number, b: number): number[] {
  const first = Math.min(a, b);
  return Array.from({ length: Math.abs(a - b) + 1 }, (_, i) => first + i);
}

/** Selected residues as runs, for labels: `A 12–18, 30`. */
export function runsOf(residues: Iterable<number>): [number, number][] {
  const runs: [number, number][] = [];
  for (const residue of [...residues].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && residue === last[1] + 1) last[1] = residue;
    else runs.push([residue, residue]);
  }
  return runs;
}
