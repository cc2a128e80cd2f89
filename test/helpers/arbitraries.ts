import fc from 'fast-check';

const size = fc.integer({ min: 1, max: 5 });

/** Sizes of a small tensor, of rank 0 to 4. */
export const shape = fc.array(size, { maxLength: 4 });

/** Two shapes that broadcast to a third: some axes of either are 1, some leading axes missing. */
export const broadcastableShapes = fc
  .tuple(shape, fc.infiniteStream(fc.constantFrom('both', 'left', 'right')), fc.nat(4), fc.nat(4))
  .map(([joined, ones, missingLeft, missingRight]) => {
    const kept = joined.map((length) => ({ length, ones: ones.next().value as string }));
    const side = (one: string, missing: number) =>
      kept.map(({ length, ones: at }) => (at === one ? 1 : length)).slice(missing);
    return { a: side('left', missingLeft), b: side('right', missingRight) };
  });
