// A provider that is not ours, with pages of its own to sign in and to consent at.
// It prints its issuer once it listens, then what it gives out and takes back. On its
// standard input it is told whose access it shall take back, one name a line, and
// ends with that.
import { once } from "node:events";
import { createInterface } from "node:readline";
import { Provider } from "oidc-provider";

const [redirect, secret] = process.argv.slice(2);
const people = new Map(); // by their name at the provider
const grants = new Map(); // by id: whose each is

function made(port) {
  return new Provider(`http://localhost:${port}`, {
    clients: [{
      client_id: "holdfast", client_secret: secret, client_name: "Holdfast", redirect_uris: [redirect],
      grant_types: ["authorization_code", "refresh_token"], response_types: ["code"],
    }],
    scopes: ["openid", "offline_access", "read", "write"],
    claims: { openid: ["sub", "email"] },
    conformIdTokenClaims: false,
    findAccount: (_, id) => {
      people.set(id, true);
      return { accountId: id, claims: () => ({ sub: id, email: `${id}@example.net` }) };
    },
    features: { devInteractions: { enabled: true }, revocation: { enabled: true } },
    issueRefreshToken: (_, client, code) => code.scopes.has("offline_access"),
    rotateRefreshToken: true,
    pkce: { required: () => true },
    ttl: { AccessToken: 3600, AuthorizationCode: 60, Grant: 86400, IdToken: 3600, Interaction: 3600, RefreshToken: 86400, Session: 3600 },
    cookies: { keys: ["of this test"] },
  });
}

const { createServer } = await import("node:http");
const server = createServer((q, a) => handle(q, a));
let handle;
server.listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address();
const provider = made(port);
provider.use(async (ctx, next) => { // its pages would ask for a font elsewhere
  await next();
  if (typeof ctx.body === "string") ctx.body = ctx.body.replace(/@import url\([^)]*\);/, "");
});
for (const kind of ["access_token", "refresh_token", "authorization_code"]) {
  provider.on(`${kind}.saved`, (one) => console.log(`gave ${one.jti}`));
}
provider.on("refresh_token.saved", (one) => grants.set(one.grantId, one.accountId));
provider.on("grant.revoked", () => console.log("revoked"));
handle = provider.callback();
console.log(`issuer http://localhost:${port}`);
for await (const name of createInterface({ input: process.stdin })) {
  const its = [...grants].filter(([, whose]) => whose === name).map(([id]) => id);
  for (const id of its) {
    await Promise.all([provider.AccessToken, provider.RefreshToken].map((kind) => kind.revokeByGrantId(id)));
  }
  console.log(`took ${name}`);
}
process.exit(0);
