// A provider that is not ours, with pages of its own to sign in and to consent at.
// It prints its issuer once it listens, then what it gives out and takes back, and
// ends with its standard input.
import { once } from "node:events";
import { Provider } from "oidc-provider";

const [redirect, secret] = process.argv.slice(2);
const people = new Map(); // by their name at the provider

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
provider.on("grant.revoked", () => console.log("revoked"));
handle = provider.callback();
console.log(`issuer http://localhost:${port}`);
process.stdin.resume();
await once(process.stdin, "end");
process.exit(0);
