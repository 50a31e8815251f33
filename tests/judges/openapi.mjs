// Is the JSON on standard input an OpenAPI document? Prints what is wrong; nothing when it is one.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(new URL('./outside/package.json', import.meta.url));
const { Validator } = await import(pathToFileURL(require.resolve('@seriousme/openapi-schema-validator')).href);
const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const found = await new Validator().validate(JSON.parse(Buffer.concat(chunks).toString()));
if (!found.valid) console.log(JSON.stringify(found.errors, null, 1));
