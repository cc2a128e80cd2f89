import { UNKNOWN_AATYPE } from '#sequence/amino-acids';
import { distance, pointAt } from '#structure/geometry/vector3';
import { CA_SLOT } from '#structure/residues/atoms';

/**
 * How far the distances between all CAs of two structures are from each other; how the structures lie does not matter.
 *
 * @param before `[N, 14, 3]` Å
 * @param after `[N, 14, 3]` Å
 * @param aatype `[N]`; X has no atoms and does not count
 * @returns root mean square, Å
 * @source OpenFold, "recycle_early_stop_tolerance"; ColabFold, "recycle_early_stop_tolerance"
 */
export function distanceChange(
  before: ArrayLike<number>,
  after: ArrayLike<number>,
  aatype: ArrayLike<number>,
): number {
  const known = Array.from(aatype, (type, i) => (type === UNKNOWN_AATYPE ? -1 : i)).filter(
    (i) => i >= 0,
  );
  const alphas = (atom14: ArrayLike<number>) => known.map((i) => pointAt(atom14, 14 * i + CA_SLOT));
  const [old, now] = [alphas(before), alphas(after)];
  let sum = 0;
  for (let i = 0; i < known.length; i++)
    for (let j = 0; j < i; j++) {
      const change = distance(old[i]!, old[j]!) - distance(now[i]!, now[j]!);
      sum += 2 * change ** 2;
    }
  return Math.sqrt(sum / Math.max(1, known.length ** 2));
}
