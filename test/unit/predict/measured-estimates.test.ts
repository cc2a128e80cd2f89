import { expect, it } from 'vitest';
import type { Workload } from '#architectures/family';
import { measuredEstimates } from '#predict/measured-estimates';
import type { Predictor } from '#predict/prediction';

it('tells of each length what it takes, and what one more recycle adds', () => {
  const asked: Workload[] = [];
  const estimate = (workload: Workload) => {
    asked.push(workload);
    const passes = (workload.numRecycles ?? 3) + 1;
    return { seconds: 2 * passes * workload.chainLengths[0]!, megabytes: 7 };
  };
  const model = { numRecycles: 3 } as Predictor['model'];
  expect(measuredEstimates({ model, estimate }, [10, 25], { numRows: 8 })).toEqual([
    { numResidues: 10, seconds: 80, megabytes: 7, secondsPerRecycle: 20 },
    { numResidues: 25, seconds: 200, megabytes: 7, secondsPerRecycle: 50 },
  ]);
  expect(asked.every(({ numRows }) => numRows === 8)).toBe(true);
  expect(measuredEstimates({ model, estimate }, [])).toEqual([]);
});
