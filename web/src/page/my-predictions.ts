/** One line of the list that this browser keeps. */
export interface RememberedPrediction {
  readonly id: string;
  readonly name: string;
  readonly numResidues: number;
  /** ISO 8601 */
  readonly submitted: string;
  /** Made in this browser: the server knows nothing of it. */
  readonly isLocal?: boolean;
}

const KEY = 'codonfold.predictions';
const MOST = 100;

const isRemembered = (value: unknown): value is RememberedPrediction =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as RememberedPrediction).id === 'string' &&
  typeof (value as RememberedPrediction).name === 'string';

/** The predictions that this browser has asked for, newest first. */
export function rememberedPredictions(): RememberedPrediction[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(stored) ? stored.filter(isRemembered) : [];
  } catch {
    return [];
  }
}

function write(predictions: readonly RememberedPrediction[]) {
  try {
    localStorage.setItem(KEY, JSON.stringify(predictions.slice(0, MOST)));
  } catch {
    // storage is blocked or full: the list is a convenience, the address still works
  }
}

/** Puts a prediction at the top of the list. */
export function rememberPrediction(prediction: RememberedPrediction) {
  write([prediction, ...rememberedPredictions().filter(({ id }) => id !== prediction.id)]);
}

/** Takes a prediction out of the list. */
export function forgetPrediction(id: string) {
  write(rememberedPredictions().filter((prediction) => prediction.id !== id));
}
