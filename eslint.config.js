import { defineConfig } from 'eslint/config';
import jsdoc from 'eslint-plugin-jsdoc';
import tseslint from 'typescript-eslint';

/** What each folder of src may import besides itself, errors.ts and version.ts; a line may name only folders above it. */
const LAYERS = {
  client: [],
  machine: [],
  process: [],
  gzip: [],
  sequence: ['gzip'],
  alignment: ['gzip', 'sequence'],
  'bio-pdb': ['gzip'],
  structure: ['sequence', 'bio-pdb'],
  confidence: [],
  tensor: [],
  geometry: ['tensor'],
  layers: ['structure', 'tensor', 'geometry'],
  'chain-folding': ['structure', 'tensor', 'layers'],
  weights: ['tensor'],
  'template-search': ['machine', 'process', 'gzip', 'sequence', 'bio-pdb', 'structure', 'weights'],
  'alignment-search': ['machine', 'gzip', 'sequence', 'alignment', 'weights'],
  execution: ['tensor', 'layers', 'weights'],
  architectures: [
    'sequence',
    'alignment',
    'structure',
    'tensor',
    'geometry',
    'layers',
    'chain-folding',
    'weights',
    'execution',
  ],
  loss: ['structure', 'tensor', 'geometry'],
  training: [
    'machine',
    'sequence',
    'bio-pdb',
    'structure',
    'confidence',
    'tensor',
    'geometry',
    'layers',
    'chain-folding',
    'weights',
    'execution',
    'architectures',
    'loss',
  ],
  predict: [
    'sequence',
    'alignment',
    'bio-pdb',
    'structure',
    'confidence',
    'tensor',
    'layers',
    'weights',
    'execution',
    'architectures',
  ],
  check: [
    'process',
    'sequence',
    'structure',
    'tensor',
    'geometry',
    'layers',
    'weights',
    'execution',
    'architectures',
    'loss',
    'predict',
  ],
  store: ['machine', 'sequence', 'architectures', 'predict'],
  server: [
    'client',
    'process',
    'sequence',
    'alignment',
    'alignment-search',
    'template-search',
    'bio-pdb',
    'structure',
    'tensor',
    'weights',
    'execution',
    'architectures',
    'predict',
    'store',
  ],
  cli: [
    'process',
    'gzip',
    'machine',
    'sequence',
    'alignment',
    'alignment-search',
    'template-search',
    'bio-pdb',
    'structure',
    'confidence',
    'tensor',
    'geometry',
    'layers',
    'weights',
    'execution',
    'architectures',
    'loss',
    'training',
    'predict',
    'check',
    'store',
    'server',
  ],
};
/** Folders that also run in a browser, so they may not touch Node. */
const PORTABLE = [
  'client',
  'gzip',
  'sequence',
  'alignment',
  'bio-pdb',
  'structure',
  'confidence',
  'tensor',
  'geometry',
  'layers',
  'chain-folding',
  'weights',
  'execution',
  'architectures',
  'loss',
  'predict',
];
/** Files of portable folders that are for Node alone; nothing portable imports them. */
const NODE_ONLY = [
  'src/tensor/engine/{engine-process,forked-engine,onnxruntime-node,tensor-exchange}.ts',
  'src/tensor/engine/{cuda-libraries,open-engine,tensorflow-node}.ts',
  'src/weights/node/**/*.ts',
  'src/predict/node/**/*.ts',
];
/** What each folder of web/src may import besides itself; a line may name only folders above it. */
const WEB_LAYERS = {
  molecule: [],
  viewer: ['molecule'],
  page: ['viewer'],
  server: [],
  lookup: ['server'],
  data: ['molecule', 'page', 'server'],
  local: ['page', 'server', 'data'],
  models: ['page', 'server'],
  panels: ['molecule', 'viewer', 'page', 'server', 'lookup', 'data', 'local', 'models'],
  result: ['molecule', 'viewer', 'page', 'server', 'data', 'local', 'panels'],
  submit: ['page', 'server', 'lookup', 'data', 'local', 'models'],
  gallery: ['molecule', 'viewer', 'page', 'server', 'data', 'panels', 'result'],
};
/** Folders of src whose code the page runs; of the others it may only use types. */
const WEB_RUNS = ['client', 'gzip', 'sequence', 'bio-pdb', 'structure', 'confidence'];
/** Files that run in the page's worker, and what they may run besides: the model. */
const WEB_WORKER = [
  'fold-worker',
  'model-worker',
  'open-model',
  'file-bytes',
  'shipped-model',
  'browser-engines',
  'download',
].map((name) => `web/src/local/${name}.ts`);
const WORKER_RUNS = [...WEB_RUNS, 'tensor', 'weights', 'architectures', 'predict'];
/** The one folder that may import each heavy dependency. */
const OWNER = {
  'onnxruntime-': 'tensor',
  '#onnxruntime': 'tensor',
  '@tensorflow/': 'tensor',
  libsql: 'store',
  pg: 'store',
  ioredis: 'store',
  express: 'server',
  '@fastify/busboy': 'server',
  'prom-client': 'server',
  commander: 'cli',
  '@modelcontextprotocol/': 'cli',
};

const restrict = (files, allowed, { owner, portable }) => ({
  files,
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: `^#(?!((errors|version|onnxruntime)$|(${allowed.join('|')})/))`,
            message: `${owner}/ may import only: ${allowed.join(', ')}. See LAYERS in eslint.config.js.`,
          },
          {
            regex: '^\\.\\./',
            message: 'Import another folder as #folder/file; use ./ inside a folder.',
          },
          ...(portable
            ? [{ regex: '^node:', message: `${owner}/ also runs in the browser.` }]
            : []),
          ...Object.entries(OWNER)
            .filter(([, folder]) => folder !== owner)
            .map(([name, folder]) => ({
              regex: name.endsWith('/') || name.endsWith('-') ? `^${name}` : `^${name}(/|$)`,
              message: `Only ${folder}/ imports ${name}.`,
            })),
        ],
      },
    ],
  },
});

const layerRules = Object.entries(LAYERS).map(([layer, allowed]) =>
  restrict([`src/${layer}/**/*.ts`], [layer, ...allowed], {
    owner: layer,
    portable: PORTABLE.includes(layer),
  }),
);
const nodeRules = NODE_ONLY.map((glob) => {
  const layer = glob.split('/')[1];
  return restrict([glob], [layer, 'machine', 'process', ...LAYERS[layer]], {
    owner: layer,
    portable: false,
  });
});

/** What files of the page may run of src, and import of web/src. */
const webRule = (files, runs, { folders, owner } = {}) => ({
  files,
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: `^#(?!((errors|version|predict/(files/file-names|packed-attention)|tensor/engine/describe-engine)$|(${runs.join('|')})/))`,
            allowTypeImports: true,
            message: `This runs only ${runs.join(', ')}; other folders give it types.`,
          },
          ...(folders
            ? [
                {
                  regex: `^\\.\\./(?!(\\.\\./|(${[...folders, '-'].join('|')})/))`,
                  message: `web/src/${owner} may import only: ${folders.join(', ')}. See WEB_LAYERS in eslint.config.js.`,
                },
              ]
            : []),
        ],
      },
    ],
  },
});
const webLayer = (layer, files, runs) =>
  webRule(files, runs, { folders: WEB_LAYERS[layer], owner: `${layer}/` });

export default defineConfig(
  { ignores: ['dist', '.checkpoints', 'var', '**/*.generated.ts'] },
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off', // array[i]! after a bounds check is fine
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  { files: ['**/*.js'], extends: [tseslint.configs.disableTypeChecked] },
  {
    files: ['src/**/*.ts'],
    plugins: { jsdoc },
    settings: { jsdoc: { mode: 'typescript' } },
    rules: {
      'jsdoc/require-jsdoc': [
        'error',
        { publicOnly: true, require: { ClassDeclaration: true, FunctionDeclaration: true } },
      ],
      'jsdoc/check-param-names': [
        'error',
        { disableMissingParamChecks: true, checkDestructured: false },
      ],
      'jsdoc/check-tag-names': ['error', { definedTags: ['source', 'departs'] }],
      'jsdoc/no-types': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
      ],
    },
  },
  ...layerRules,
  ...nodeRules,
  webRule(['web/src/**/*.ts'], WEB_RUNS),
  ...Object.keys(WEB_LAYERS).map((layer) =>
    webLayer(layer, [`web/src/${layer}/**/*.ts`], WEB_RUNS),
  ),
  webLayer('local', WEB_WORKER, WORKER_RUNS),
);
