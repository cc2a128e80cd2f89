import type { Predictor } from '#predict/prediction';

/**
 * One predictor that runs as many requests at a time as it has members: each goes to the member with the fewest.
 *
 * @param members of one model, at least one; they are closed with the pool
 */
export function predictorPool(members: readonly Predictor[]): Predictor {
  const [first] = members;
  if (!first) throw new Error('internal: a pool needs a predictor');
  const numRunning = new Map(members.map((member) => [member, 0]));
  const onIdlest = async <T>(work: (member: Predictor) => Promise<T>): Promise<T> => {
    const [[idlest, running]] = [...numRunning].sort(([, a], [, b]) => a - b) as [
      [Predictor, number],
    ];
    numRunning.set(idlest, running + 1);
    try {
      return await work(idlest);
    } finally {
      numRunning.set(idlest, numRunning.get(idlest)! - 1);
    }
  };
  return {
    model: first.model,
    estimate: (workload) => first.estimate(workload),
    predict: (request, options) => onIdlest((member) => member.predict(request, options)),
    attention: (request, select, options) =>
      onIdlest((member) => member.attention(request, select, options)),
    async close() {
      await Promise.all(members.map((member) => member.close()));
    },
  };
}
