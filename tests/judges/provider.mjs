// An OpenID provider for the tests: npm's oidc-provider, with its own forms for signing in and for consent.
//   node provider.mjs <redirect uri> <logout uri> [id-token]      prints {"port": …} when it listens
// id-token: groups stand in the ID token, else only in the userinfo. Client: desk / its-secret, code flow with PKCE.
// POST /people {"ana": {"name": …, "groups": […]}} says who there is.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(new URL('./outside/package.json', import.meta.url));
const { Provider } = await import(pathToFileURL(require.resolve('oidc-provider')).href);

let people = {};
const server = createServer();
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [{
    client_id: 'desk',
    client_secret: 'its-secret',
    redirect_uris: [process.argv[2]],
    backchannel_logout_uri: process.argv[3],
    post_logout_redirect_uris: [],
  }],
  claims: { openid: ['sub'], profile: ['name', 'preferred_username'], groups: ['groups'] },
  scopes: ['openid', 'profile', 'groups'],
  conformIdTokenClaims: process.argv[4] !== 'id-token',
  features: { backchannelLogout: { enabled: true }, devInteractions: { enabled: true } },
  fetch: (url, { dispatcher, ...options }) => fetch(url, options), // its own refuses this machine's addresses
  pkce: { required: () => true },
  cookies: { keys: ['only for tests'] },
  findAccount: (_, id) => people[id] && {
    accountId: id,
    claims: () => ({ sub: id, name: people[id].name, preferred_username: id, groups: people[id].groups }),
  },
});
const answer = provider.callback();
server.on('request', async (request, response) => {
  if (request.url !== '/people') return answer(request, response);
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  people = JSON.parse(Buffer.concat(chunks).toString());
  response.end();
});

console.log(JSON.stringify({ port: server.address().port }));
process.stdin.resume().on('end', () => process.exit(0)); // never outlives the test
