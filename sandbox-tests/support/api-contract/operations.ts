// Owns reading the operations out of the served OpenAPI document; leaves inputs to schema-values.ts and verdicts to the spec.

import { OPENAPI_PATH } from '../../../api/plugins/openapi.ts';
import type { WhoMayCall } from '../../../api/route.ts';

export type JsonSchema = {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  propertyNames?: JsonSchema;
  items?: JsonSchema;
  prefixItems?: JsonSchema[];
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  pattern?: string;
  format?: string;
  examples?: unknown[];
};

export type Parameter = {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema: JsonSchema;
};

export type Operation = {
  operation_id: string;
  method: string;
  path: string;
  callers: WhoMayCall;
  parameters: Parameter[];
  /** Of a JSON body. */
  body: JsonSchema | undefined;
  /** Of a body of bytes. */
  upload_type: string | undefined;
  /** Answers without the envelope. */
  is_stream: boolean;
};

export type Described = { operations: Operation[]; schemas: Record<string, JsonSchema>; document: unknown };

type RawOperation = {
  operationId: string;
  'x-callers': WhoMayCall;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: JsonSchema }> };
  responses: Record<string, { content?: Record<string, unknown> }>;
};

type RawDocument = {
  paths: Record<string, Record<string, RawOperation>>;
  components: { schemas: Record<string, JsonSchema> };
};

const JSON_TYPE = 'application/json';

export async function readOperations(base_url: string): Promise<Described> {
  const document = (await (await fetch(`${base_url}${OPENAPI_PATH}`)).json()) as RawDocument;
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, raw]) => toOperation({ path, method, raw })),
  );
  return { operations, schemas: document.components.schemas, document };
}

function toOperation(about: { path: string; method: string; raw: RawOperation }): Operation {
  const { path, method, raw } = about;
  const content = raw.requestBody?.content ?? {};
  // JSON may be among the types of bytes: then it is a file like others.
  const is_upload = Object.keys(content).some((type) => type !== JSON_TYPE);
  const success = Object.entries(raw.responses).find(([status]) => status.startsWith('2'))?.[1];
  return {
    operation_id: raw.operationId,
    method: method.toUpperCase(),
    path,
    callers: raw['x-callers'],
    parameters: raw.parameters ?? [],
    body: is_upload ? undefined : content[JSON_TYPE]?.schema,
    upload_type: is_upload ? Object.keys(content)[0] : undefined,
    is_stream: !Object.hasOwn(success?.content ?? {}, JSON_TYPE),
  };
}
