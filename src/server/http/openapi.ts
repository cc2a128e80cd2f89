import { z } from 'zod';
import * as schema from './api-schemas.js';
import { type Operation, type OperationResponse, OPERATIONS } from './operations.js';

type Json = Record<string, unknown>;

/** Schemas that have a name in the document. */
const NAMED = {
  Prediction: schema.PredictionSchema,
  Batch: schema.BatchSchema,
  Neighbour: schema.Neighbour,
  ServedModel: schema.ServedModel,
  KnownModel: schema.KnownModel,
  ModelList: schema.ModelList,
  Problem: schema.ProblemSchema,
};
const TEXT_TYPES = ['text/plain', 'text/x-fasta'];
const PROBLEM: Json = {
  description: 'RFC 9457 problem',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

/** The OpenAPI 3.1 document of the whole API, made from the schemas that check its requests. */
export function openApiDocument(): Json {
  const paths: Record<string, Json> = {};
  for (const [id, operation] of Object.entries<Operation>(OPERATIONS)) {
    const path = (paths[operation.path] ??= {});
    path[operation.method] = describe(id, operation);
  }
  const schemas = Object.entries(NAMED).map(([name, type]) => [name, jsonSchema(type, true)]);
  return {
    openapi: '3.1.0',
    info: {
      title: 'codonfold',
      version: '1',
      description:
        'Protein structures from genes, mRNAs and protein sequences. Errors are problem+json with code, detail and hint.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: Object.fromEntries(schemas) as Json,
      securitySchemes: { key: { type: 'http', scheme: 'bearer' } },
    },
    security: [{}, { key: [] }],
  };
}

function describe(id: string, operation: Operation): Json {
  const { summary, path, headers = {}, query, body, responses, isPublic } = operation;
  const answers = Object.entries(responses).map(([status, response]) => [
    status,
    { description: response.description, content: contentOf(response) },
  ]);
  return {
    operationId: id,
    summary,
    parameters: [
      ...(path.includes('{id}')
        ? [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }]
        : []),
      ...(query ? queryParameters(query) : []),
      ...Object.entries(headers).map(([name, description]) => {
        return { name, in: 'header', required: false, description, schema: { type: 'string' } };
      }),
    ],
    ...(isPublic ? { security: [] } : {}),
    ...(body ? { requestBody: requestBody(body) } : {}),
    responses: { ...Object.fromEntries(answers), default: PROBLEM } as Json,
  };
}

function requestBody({ json, form, text }: NonNullable<Operation['body']>): Json {
  const asText = TEXT_TYPES.map((type) => [
    type,
    { schema: { type: 'string', description: text ?? '' } },
  ]);
  return {
    required: true,
    content: {
      ...(json ? { 'application/json': { schema: jsonSchema(json) } } : {}),
      ...(form ? { 'multipart/form-data': { schema: jsonSchema(form) } } : {}),
      ...(text === undefined ? {} : (Object.fromEntries(asText) as Json)),
    },
  };
}

function contentOf({ schema: type, mediaTypes = [] }: OperationResponse): Json {
  const files = mediaTypes.map((mediaType) => {
    const isBinary = /octet|zip/.test(mediaType);
    return [mediaType, { schema: { type: 'string', ...(isBinary ? { format: 'binary' } : {}) } }];
  });
  return {
    ...(type ? { 'application/json': { schema: jsonSchema(type) } } : {}),
    ...(Object.fromEntries(files) as Json),
  };
}

function queryParameters(query: z.ZodObject): Json[] {
  const { properties = {}, required = [] } = jsonSchema(query) as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...type }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: type,
  }));
}

/** JSON Schema of a zod schema, with references to the named ones. */
function jsonSchema(type: z.ZodType, isDefinition = false): Json {
  const converted = z.toJSONSchema(type, {
    target: 'draft-2020-12',
    io: 'input',
    reused: 'inline',
    override: ({ zodSchema, jsonSchema: made }) => {
      delete made.readOnly; // it would mean that requests leave it out
      const name = Object.entries(NAMED).find(([, named]) => named === (zodSchema as unknown))?.[0];
      if (name === undefined || (isDefinition && (zodSchema as unknown) === type)) return;
      for (const key of Object.keys(made)) Reflect.deleteProperty(made, key);
      made.$ref = `#/components/schemas/${name}`;
    },
  }) as Json;
  delete converted['$schema'];
  return converted;
}
