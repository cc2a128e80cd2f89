import { onSettings, settings } from '../page/settings.js';
import {
  COLOUR_SCHEMES,
  type Colouring,
  type ColourScheme,
  type ShownValues,
} from '../viewer/colours.js';

/** The one place that knows what residues are coloured by, so that picture, legend, strip and labels say the same. */
export class ResidueColouring {
  #scheme: ColourScheme = 'plddt';
  #shown: ShownValues | undefined;
  readonly #listeners = new Set<() => void>();

  get scheme(): ColourScheme {
    return this.#scheme;
  }

  /** The values that a panel shows; undefined while the chosen scheme is shown. */
  get shown(): ShownValues | undefined {
    return this.#shown;
  }

  get colouring(): Colouring {
    const { palette } = settings();
    return this.#shown
      ? { scheme: 'value', palette, values: this.#shown.values }
      : { scheme: this.#scheme, palette };
  }

  /** What the colours mean, such as `Confidence (pLDDT)`. */
  get label(): string {
    const chosen = COLOUR_SCHEMES.find(({ value }) => value === this.#scheme);
    return this.#shown?.label ?? chosen?.label ?? '';
  }

  /** Takes the scheme that a user has chosen, in place of any values. */
  choose(scheme: ColourScheme) {
    this.#scheme = scheme;
    this.show(undefined);
  }

  /** Shows values, or the chosen scheme again. */
  show(values: ShownValues | undefined) {
    this.#shown = values;
    for (const listener of this.#listeners) listener();
  }

  /** Calls `listener` after every change, of the palette too, until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    const stop = onSettings(listener);
    return () => {
      this.#listeners.delete(listener);
      stop();
    };
  }
}
