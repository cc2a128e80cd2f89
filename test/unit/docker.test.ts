/** @file No test builds an image: what can be known without is that every file says what the program understands. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { readSettings, settingsHelp } from '#server/settings';
import { OPERATIONS } from '#server/http/operations';

const SETTINGS = new Set(['NODE_ENV', ...settingsHelp().map(({ name }) => name)]);
const COMMANDS = ['serve', 'worker'];
const PACKAGE = JSON.parse(readFileSync('package.json', 'utf8')) as {
  bin: { codonfold: string };
  scripts: Record<string, string>;
};

interface Service {
  build?: { context: string; dockerfile: string; target?: string };
  image: string;
  command?: string[];
  environment?: Record<string, string>;
  depends_on?: Record<string, { condition: string }>;
  ports?: string[];
  healthcheck?: { test?: string[]; disable?: boolean };
  volumes?: string[];
  stop_grace_period?: string;
  deploy?: { resources?: { reservations: { devices: object[] } } };
}
interface Compose {
  services: Record<string, Service>;
  volumes?: Record<string, unknown>;
}

/** The stages of the Dockerfile, in order: what each starts from and is called, and its instructions. */
const STAGES = readFileSync('docker/Dockerfile', 'utf8')
  .replaceAll('\\\n', ' ')
  .split(/^FROM /m)
  .slice(1)
  .map((text) => {
    const [first, ...lines] = text.split('\n');
    const [base, , name] = first!.split(' ');
    return { base: base!, name: name ?? 'cpu', lines };
  });

const COMPOSE_FILES = ['compose.yaml', 'compose.scaled.yaml', 'compose.cuda.yaml'];
describe.each(COMPOSE_FILES.map((name) => `docker/${name}`))('%s', (file) => {
  const { services, volumes = {} } = parse(readFileSync(file, 'utf8'), { merge: true }) as Compose;
  const ours = Object.values(services).filter(({ image }) => image.startsWith('codonfold'));

  it('builds from a Dockerfile that is there, and runs commands that there are', () => {
    expect(ours.length).toBeGreaterThan(0);
    for (const { build, command = ['serve'] } of ours) {
      expect(existsSync(join(dirname(file), build!.context, build!.dockerfile))).toBe(true);
      expect(COMMANDS).toContain(command[0]);
      if (build!.target !== undefined)
        expect(STAGES.map(({ name }) => name)).toContain(build!.target);
    }
  });

  it('asks for a card, and fails without one, exactly where the image has CUDA', () => {
    for (const { build, environment = {}, deploy } of ours) {
      const isOnCard = build!.target === 'cuda';
      expect(environment['DEVICE']).toBe(isOnCard ? 'cuda' : undefined);
      expect(deploy?.resources?.reservations.devices).toEqual(
        isOnCard
          ? [expect.objectContaining({ driver: 'nvidia', capabilities: ['gpu'] })]
          : undefined,
      );
    }
  });

  it('sets only what is a setting, and lets jobs end before it kills', () => {
    for (const { environment = {}, stop_grace_period } of ours) {
      for (const name of Object.keys(environment)) expect(SETTINGS).toContain(name);
      expect(() => readSettings(environment)).not.toThrow();
      expect(parseInt(stop_grace_period!)).toBeGreaterThan(readSettings({}).DRAIN_SECONDS);
    }
  });

  it('checks names of hosts where its port is for this machine alone', () => {
    const published = ours.filter(({ ports }) => ports);
    expect(published.length).toBe(1);
    for (const { ports, environment } of published) {
      expect(ports).toEqual([expect.stringMatching(/^127\.0\.0\.1:/)]);
      expect(environment).toHaveProperty('ALLOWED_HOSTS', 'localhost');
    }
  });

  it('waits for services that are there and can be asked, and keeps data in volumes that are named', () => {
    for (const service of Object.values(services)) {
      for (const [name, { condition }] of Object.entries(service.depends_on ?? {})) {
        expect(services).toHaveProperty(name);
        if (condition === 'service_healthy')
          expect(services[name]!.healthcheck?.test).toBeDefined();
      }
      for (const volume of service.volumes ?? [])
        expect(volumes).toHaveProperty(volume.split(':')[0]!);
    }
  });
});

it('Redis of docker/compose.scaled.yaml asks for the password that servers and workers send', () => {
  const { services } = parse(readFileSync('docker/compose.scaled.yaml', 'utf8'), { merge: true }) as Compose; // prettier-ignore
  const password = '${REDIS_PASSWORD:?set a password}';
  const { command, environment } = services['redis']!;
  expect(command![command!.indexOf('--requirepass') + 1]).toBe(password);
  expect(environment).toEqual({ REDISCLI_AUTH: password });
  for (const { image, environment: ours = {} } of Object.values(services))
    if (image === 'codonfold') expect(ours['REDIS_URL']).toBe(`redis://:${password}@redis`);
});

describe.each(STAGES)('stage $name of docker/Dockerfile', ({ base, name, lines }) => {
  const argumentsOf = (instruction: string): string[] =>
    lines
      .filter((line) => line.startsWith(`${instruction} `))
      .map((line) => line.slice(instruction.length + 1));
  const before = STAGES.slice(
    0,
    STAGES.findIndex((stage) => stage.name === name),
  );

  it('starts from an image of another project, or from a stage before it', () => {
    if (!base.includes(':')) expect(before.map((stage) => stage.name)).toContain(base);
  });

  it('copies what is there and not left out of the context, or from a stage before it', () => {
    const leftOut = readFileSync('docker/Dockerfile.dockerignore', 'utf8').split('\n');
    for (const words of argumentsOf('COPY')) {
      const from = /^--from=(\S+)/.exec(words)?.[1];
      if (from !== undefined) {
        expect(before.map((stage) => stage.name)).toContain(from);
        continue;
      }
      for (const source of words.split(' ').slice(0, -1)) {
        expect(existsSync(source), source).toBe(true);
        expect(leftOut, source).not.toContain(source);
      }
    }
  });

  it('runs scripts that there are', () => {
    const commands = argumentsOf('RUN').join('\n');
    for (const [, script] of commands.matchAll(/npm run (\S+)/g))
      expect(PACKAGE.scripts).toHaveProperty(script!);
    for (const [, file] of commands.matchAll(/node (node_modules\/\S+)/g))
      expect(existsSync(file!), file).toBe(true);
  });
});

describe.each(STAGES.filter(({ name }) => ['cpu', 'cuda'].includes(name)))(
  'image $name of docker/Dockerfile',
  ({ lines }) => {
    const argumentsOf = (instruction: string): string[] =>
      lines
        .filter((line) => line.startsWith(`${instruction} `))
        .map((line) => line.slice(instruction.length + 1));

    it('runs its command, not as root', () => {
      expect(JSON.parse(argumentsOf('ENTRYPOINT')[0]!)).toEqual(['node', PACKAGE.bin.codonfold]);
      expect(COMMANDS).toContain((JSON.parse(argumentsOf('CMD')[0]!) as string[])[0]);
      expect(argumentsOf('USER')).toEqual(['node']);
    });

    it('sets only what is a setting, and asks for an address that there is', () => {
      for (const assignment of argumentsOf('ENV').flatMap((words) => words.split(' ')))
        expect(SETTINGS).toContain(assignment.split('=')[0]);
      expect(argumentsOf('HEALTHCHECK')[0]).toContain(OPERATIONS.isReady.path);
    });
  },
);

it('the image for a card has the libraries where the engine looks for them, and the CPU image is built by default', () => {
  const cuda = STAGES.find(({ name }) => name === 'cuda')!;
  expect(cuda.lines.join('\n')).toMatch(
    /COPY --from=cuda-files .*\/app\/node_modules\/onnxruntime-node \.\/node_modules\/onnxruntime-node/,
  );
  expect(STAGES.at(-1)!.name).toBe('cpu');
});

interface Probe {
  httpGet: { path: string; port: string };
}
interface Manifest {
  kind: string;
  metadata: { name: string };
  spec: {
    template?: {
      metadata: { labels: Record<string, string> };
      spec: {
        terminationGracePeriodSeconds: number;
        containers: {
          args: string[];
          env?: { name: string; value: string }[];
          resources: { limits: { memory: string } };
          ports?: { name: string }[];
          livenessProbe?: Probe;
          readinessProbe?: Probe;
        }[];
      };
    };
    selector?: Record<string, string> & { matchLabels?: Record<string, string> };
    scaleTargetRef?: { name: string };
    triggers?: { type: string; authenticationRef: { name: string }; metadata: { query: string } }[];
  };
}

describe('docker/kubernetes/codonfold.yaml', () => {
  const manifests = parseAllDocuments(readFileSync('docker/kubernetes/codonfold.yaml', 'utf8')).map(
    (document) => document.toJS() as Manifest,
  );
  const named = (kind: string): string[] =>
    manifests.filter((manifest) => manifest.kind === kind).map(({ metadata }) => metadata.name);
  const pods = manifests.flatMap(({ spec }) => spec.template ?? []);

  it('runs a server and a worker with probes that the server answers', () => {
    const containers = pods.flatMap(({ spec }) => spec.containers);
    expect(containers.map(({ args }) => args[0])).toEqual(COMMANDS);
    const paths: string[] = Object.values(OPERATIONS).map(({ path }) => path);
    for (const { ports, livenessProbe, readinessProbe, env = [] } of containers) {
      for (const { name } of env) expect(SETTINGS).toContain(name);
      for (const probe of [livenessProbe, readinessProbe]) {
        if (!probe) continue;
        expect(paths).toContain(probe.httpGet.path);
        expect(ports!.map(({ name }) => name)).toContain(probe.httpGet.port);
      }
    }
    for (const { spec } of pods)
      expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(readSettings({}).DRAIN_SECONDS);
  });

  it('believes no X-Forwarded-For until somebody says how many proxies there are', () => {
    const [server] = pods.flatMap(({ spec }) => spec.containers);
    expect(server!.env).toContainEqual({ name: 'TRUST_PROXY', value: '0' });
  });

  it('lets the server judge memory by what a worker has', () => {
    const [server, worker] = pods.flatMap(({ spec }) => spec.containers);
    const limit = server!.env!.find(({ name }) => name === 'MEMORY_LIMIT_MB')!.value;
    const gigabytes = /^(\d+)Gi$/.exec(worker!.resources.limits.memory)![1];
    expect(Number(limit)).toBe(Math.floor(0.8 * 1024 * Number(gigabytes)));
  });

  it('selects pods that there are', () => {
    const labels = pods.map(({ metadata }) => metadata.labels);
    const selectors = manifests.flatMap(({ spec: { selector } }) =>
      selector ? [selector.matchLabels ?? selector] : [],
    );
    expect(selectors.length).toBe(3);
    for (const selector of selectors)
      expect(labels).toContainEqual(expect.objectContaining(selector));
  });

  it('scales the workers by the jobs that have not finished', () => {
    const scaler = manifests.find(({ kind }) => kind === 'ScaledObject')!.spec;
    expect(named('Deployment')).toContain(scaler.scaleTargetRef!.name);
    const [trigger] = scaler.triggers!;
    expect(named('TriggerAuthentication')).toContain(trigger!.authenticationRef.name);
    expect(trigger!.metadata.query).toMatch(/FROM jobs WHERE state IN \('waiting', 'active'\)/);
  });
});
