import type { Predictor } from '#predict/prediction';

/** How long a process without work keeps its memory, unless it is one of the usual. */
const IDLE_MS = 600_000;

/** Predictors of one model. */
export interface Lanes {
  /** For as many predictions at a time as should run; at least one. */
  readonly usual: readonly Predictor[];
  /** For short predictions beside those. */
  readonly express: readonly Predictor[];
  /** For attention, which predictions must not wait for; at least one. */
  readonly attention: readonly Predictor[];
}

/**
 * One predictor that runs as many requests at a time as it has members: each goes to the member of its lane with the
 * fewest.
 *
 * @param lanes whose members are closed with the pool, and such as stand idle before
 */
export function predictorPool({ usual, express, attention }: Lanes): Predictor {
  const [first] = usual;
  if (!first) throw new Error('internal: a pool needs a predictor');
  const idle = new Map<Predictor, NodeJS.Timeout>();
  const numRunning = new Map([...usual, ...express, ...attention].map((member) => [member, 0]));
  const onIdlest = async <T>(
    lane: readonly Predictor[],
    work: (member: Predictor) => Promise<T>,
  ): Promise<T> => {
    const load = (member: Predictor): number => numRunning.get(member)!;
    const member = lane.reduce((best, other) => (load(other) < load(best) ? other : best));
    clearTimeout(idle.get(member));
    numRunning.set(member, load(member) + 1);
    try {
      return await work(member);
    } finally {
      numRunning.set(member, load(member) - 1);
      if (load(member) === 0 && !usual.includes(member))
        idle.set(member, setTimeout(() => void member.close(), IDLE_MS).unref());
    }
  };
  return {
    model: first.model,
    get engine() {
      return [...numRunning.keys()].find(({ engine }) => engine)?.engine;
    },
    ...(first.files ? { files: first.files } : {}),
    estimate: (workload) => first.estimate(workload),
    predict: (request, options = {}) =>
      onIdlest(options.isExpress && express.length > 0 ? express : usual, (member) =>
        member.predict(request, options),
      ),
    attention: (request, control) =>
      onIdlest(attention, (member) => member.attention(request, control)),
    async close() {
      for (const timer of idle.values()) clearTimeout(timer);
      await Promise.all([...numRunning.keys()].map((member) => member.close()));
    },
  };
}
